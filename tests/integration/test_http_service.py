"""`onecard serve`: the real server in a process of its own, asked as a service system would."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from issuance import cards, delivery
from issuance.database import transaction
from onecard.console import Exit
from reader.card_record import to_text
from reader.session import CardSession
from tests.bureau import CHECKER, CLERK, MAKER, NOW, Bureau, bureau, rows
from tests.desk import PASSPHRASE, Counting, Desk

STARTS_WITHIN = 30  # seconds, on a busy machine
COMMAND = (sys.executable, "-m", "onecard")


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


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Desk:
    desk = Desk.open(tmp_path)
    (tmp_path / "trust.json").write_text(desk.store.public_keys().dumps(), encoding="utf-8")
    return desk


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


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
def serving(folder: Path, *arguments: str) -> Iterator[Service]:
    """The server over the files in *folder*, ready."""
    added = subprocess.run(
        [*COMMAND, "clients", "add", "pension", "--json"],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=True,
    )
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


def test_a_chip_is_verified_by_the_running_server(tmp_path: Path, desk: Desk, book: Bureau) -> None:
    chip = desk.blank()
    made = desk.make(chip, desk.job(0))
    (row,) = book.cards(book.prepared(rows(1)))
    with transaction(book.engine) as session:
        cards.mark_personalized(
            session,
            row.number,
            identification_code=made.identification_code,
            atr=made.atr,
            chip_public_key=made.chip_public_key,
            record=made.record,
            by=MAKER,
            at=NOW,
        )
        delivery.inspect(session, row.number, by=CHECKER, at=NOW)
        cards.activate(session, row.number, by=CLERK, at=NOW)
    with serving(tmp_path, "--workers", "2") as service:
        assert service.ask(f"/v1/cards/{row.number}/status")[1]["status"] == "valid"
        status, issued = service.ask("/v1/challenges", {})
        assert status == 201
        response = CardSession(Counting(chip)).prove_chip(bytes.fromhex(issued["challenge"]))
        body = {
            "record": to_text(made.record),
            "chip": {"challenge": issued["challenge"], "response": response.hex()},
        }
        _, first = service.ask("/v1/verifications", body)
        # Two processes, one book: the challenge is spent for both.
        again = {service.ask("/v1/verifications", body)[1]["verdict"] for _ in range(8)}
        assert (first["verdict"], first["checks"][-1], again) == ("genuine", "chip", {"replayed"})


def test_the_server_refuses_in_its_own_words(tmp_path: Path, desk: Desk, book: Bureau) -> None:
    with serving(tmp_path) as service:
        status, problem = service.ask("/v1/verifications", {"record": "x" * 70_000})
        assert (status, problem["code"]) == (413, "too-large")
        status, problem = service.ask("/nowhere")
        assert (status, problem["code"]) == (404, "no-such-route")
        status, document = service.ask("/v1/openapi.json")
        assert (status, document["openapi"]) == (200, "3.1.0")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_the_server_ends_quietly(
    tmp_path: Path, desk: Desk, book: Bureau, how: signal.Signals
) -> None:
    with serving(tmp_path, "--workers", "2") as service:
        assert service.stop(how) == ""
        assert service.process.returncode == Exit.OK


def start(folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A server that does not come up."""
    return subprocess.run(
        [*COMMAND, "serve", *arguments],
        env={**environment(folder), **changes},
        capture_output=True,
        text=True,
        timeout=STARTS_WITHIN,
        check=False,
    )


def test_a_taken_port_is_one_line(tmp_path: Path, desk: Desk, book: Bureau) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = start(tmp_path, "--bind", address)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (Exit.USAGE, "", 1)
    assert f"Cannot listen at {address}" in ended.stderr


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("ONECARD_TRUST", "nowhere.json", Exit.KEYS),
        ("ONECARD_KEYS_PASSPHRASE", "wrong", Exit.KEYS),
        ("ONECARD_DATABASE", "nowhere.sqlite3", Exit.STORAGE),
        ("ONECARD_BIND", "here", Exit.USAGE),
    ],
)
def test_what_is_missing_is_told_in_one_line(
    tmp_path: Path, desk: Desk, book: Bureau, variable: str, value: str, code: Exit
) -> None:
    arguments = () if variable == "ONECARD_BIND" else ("--bind", "127.0.0.1:0")
    ended = start(tmp_path, *arguments, **{variable: value})
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (code, "", 1)
