"""`onecard serve` in a process of its own, over an issuer's files, and a client with a key."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.desk import PASSPHRASE
from tests.onecard_command import onecard

STARTS_WITHIN = 30  # seconds, on a busy machine
COMMAND = (sys.executable, "-m", "onecard")
SERVICE = ("pension",)


def environment(folder: Path) -> dict[str, str]:
    """Settings of an issuer whose files are in *folder*."""
    return {
        **os.environ,
        "ONECARD_DATABASE": str(folder / "book.sqlite3"),
        "ONECARD_KEYS": str(folder / "keys.json"),
        "ONECARD_KEYS_PASSPHRASE": PASSPHRASE,
        "ONECARD_TRUST": str(folder / "trust.json"),
        "ONECARD_OPERATOR": "Li",
        "ONECARD_LANGUAGE": "en",
    }


class Service:
    """A running server, and a client with a key."""

    def __init__(self, process: subprocess.Popen[str], address: str, key: str) -> None:
        self.process, self.address, self.key = process, address, key

    def ask(self, path: str, body: Any = None, *, method: str = "GET") -> tuple[int, Any]:
        """Status and JSON of an answer."""
        request = urllib.request.Request(  # noqa: S310  # our own server
            self.address + path,
            data=None if body is None else json.dumps(body).encode(),
            method="POST" if body is not None else method,
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def stop(self, how: signal.Signals) -> str:
        """End the server; what it had said on standard error.

        Ctrl+C reaches the workers too, a service manager's SIGTERM the first process alone.
        """
        (os.killpg if how is signal.SIGINT else os.kill)(self.process.pid, how)
        _, said = self.process.communicate(timeout=20)
        return said


@contextmanager
def serving(folder: Path, *arguments: str, client: Sequence[str] = SERVICE) -> Iterator[Service]:
    """The server over the files in *folder*, ready; *client* are the arguments of its client."""
    added = onecard("clients", "add", *client, "--json", **environment(folder))
    assert added.returncode == 0, added.stderr
    process = subprocess.Popen(
        [*COMMAND, "serve", "--bind", "127.0.0.1:0", *arguments],
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a process group of its own, as in a terminal
    )
    try:
        assert process.stderr is not None
        greeting = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", greeting)
        assert found, greeting + process.stderr.read()
        service = Service(process, found.group(), json.loads(added.stdout)["key"])
        wait_until_ready(service)
        yield service
    finally:
        if process.poll() is None:
            process.terminate()  # not kill: it has workers of its own to end
            process.communicate(timeout=20)


def wait_until_ready(service: Service) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            assert service.ask("/readyz") == (200, {"status": "ready"})
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < end
            time.sleep(0.05)
        else:
            return
