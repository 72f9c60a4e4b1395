"""The HTTP server: granian, WSGI, one process a worker."""

import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from api.address import Address
from api.app import create_app
from onecard.settings import Settings

# A worker that waits for the disk or in libcrypto lets the next request in.
THREADS: Final = 4
OPENS_WITHIN: Final = 60  # seconds
TRIES_A_SECOND: Final = 20
STOP_SECONDS: Final = 5  # for requests under way when the server is told to stop

# Results go to standard output, and there are none: granian's words join all others.
_LOG: Final[dict[str, Any]] = {
    "handlers": {
        "console": {
            "formatter": "generic",
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
        },
        "access": {
            "formatter": "access",
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stderr",
        },
    }
}


def run(
    settings: Settings, address: Address, *, workers: int, on_start: Callable[[], None]
) -> None:
    """Serve until SIGINT or SIGTERM. Each worker opens the book for itself."""
    granian = Granian(
        "onecard",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        http=HTTPModes.http1,
        log_level=LogLevels.error,
        log_dictconfig=_LOG,
        workers_kill_timeout=STOP_SECONDS,
    )
    granian.on_startup(partial(_tell_when_open, address, on_start))
    granian.serve(target_loader=partial(_load, settings), wrap_loader=False)


def _tell_when_open(address: Address, tell: Callable[[], None]) -> None:
    """granian starts its workers after this: whoever is told that we listen may ask at once."""

    def wait() -> None:
        for _ in range(OPENS_WITHIN * TRIES_A_SECOND):
            with suppress(OSError), socket.create_connection((address.host, address.port), 1):
                tell()
                return
            time.sleep(1 / TRIES_A_SECOND)

    threading.Thread(target=wait, daemon=True).start()


def _load(settings: Settings) -> Flask:
    """The application, in a worker."""
    # Until granian installs a worker's own handlers, those of its parent would swallow the signal
    # to stop. Ctrl+C reaches the whole group, and a worker told twice may hang: the parent tells.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    return create_app(settings)
