"""`onecard serve`: the real server in a process of its own, asked as a service system would."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance import cards, delivery
from issuance.database import transaction
from onecard.console import Exit
from reader.card_record import to_text
from reader.session import CardSession
from tests.bureau import CHECKER, CLERK, MAKER, NOW, Bureau, bureau, rows
from tests.desk import Counting, Desk
from tests.running_server import COMMAND, STARTS_WITHIN, environment, serving


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Desk:
    desk = Desk.open(tmp_path)
    (tmp_path / "trust.json").write_text(desk.store.public_keys().dumps(), encoding="utf-8")
    return desk


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Iterator[Bureau]:
    with bureau(tmp_path) as opened:
        yield opened


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
