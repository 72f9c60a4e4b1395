"""A Redis of the tests' own: on a socket in a folder of its own, keeping nothing on disk."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_START_SECONDS = 10
_POLL_SECONDS = 0.02


def missing_part() -> str | None:
    """What this machine lacks; None when it lacks nothing."""
    return None if shutil.which("redis-server") else "redis-server"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a running server, as Celery takes it."""
    socket = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(
        ["redis-server", *options], cwd=folder, stdout=subprocess.DEVNULL
    ) as server:
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not socket.exists():
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("redis-server does not start")
                time.sleep(_POLL_SECONDS)
            yield f"redis+socket://{socket}"
        finally:
            server.terminate()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    """The address of a server for one test."""
    if missing := missing_part():
        pytest.skip(f"needs {missing}")
    with redis(tmp_path) as address:
        yield address
