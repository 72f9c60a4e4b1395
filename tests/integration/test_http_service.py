"""`onecard serve`: the real server in a process of its own, asked as a service system would."""

import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware_sim.card.card import Card
from issuance import cards, delivery
from issuance.database import transaction
from onecard.console import Exit
from reader.card_record import to_text
from reader.session import CardSession
from tests.bureau import CHECKER, CLERK, MAKER, NOW, bureau, rows
from tests.desk import Counting, Desk
from tests.empty_book import lay_book
from tests.onecard_command import onecard
from tests.running_server import Service, environment, serving


@pytest.fixture(name="desk")
def _desk(tmp_path: Path) -> Desk:
    return issuer_in(tmp_path)


def issuer_in(folder: Path) -> Desk:
    """An issuer whose keys, trust list and empty book are in *folder*."""
    desk = Desk.open(folder)
    (folder / "trust.json").write_text(desk.store.public_keys().dumps(), encoding="utf-8")
    lay_book(folder / "book.sqlite3")
    return desk


@dataclass(frozen=True)
class Issued:
    """A card in use: its chip, and what the book says of it."""

    chip: Card
    record: bytes
    number: str


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Issued]:
    """The folder of an issuer with one card."""
    folder = tmp_path_factory.mktemp("issuer")
    desk = issuer_in(folder)
    chip = desk.blank()
    made = desk.make(chip, desk.job(0))
    with bureau(folder) as book:
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
    return folder, Issued(chip, made.record, row.number)


@pytest.fixture(scope="module")
def service(issued: tuple[Path, Issued]) -> Iterator[Service]:
    """The server of that issuer, in two processes."""
    folder, _ = issued
    with serving(folder, "--workers", "2") as running:
        yield running


def test_a_chip_is_verified_by_the_running_server(
    issued: tuple[Path, Issued], service: Service
) -> None:
    _, card = issued
    assert service.ask(f"/v1/cards/{card.number}/status")[1]["status"] == "valid"
    status, challenge = service.ask("/v1/challenges", {})
    assert status == 201
    response = CardSession(Counting(card.chip)).prove_chip(bytes.fromhex(challenge["challenge"]))
    body = {
        "record": to_text(card.record),
        "chip": {"challenge": challenge["challenge"], "response": response.hex()},
    }
    _, first = service.ask("/v1/verifications", body)
    # Two processes, one book: the challenge is spent for both.
    again = {service.ask("/v1/verifications", body)[1]["verdict"] for _ in range(8)}
    assert (first["verdict"], first["checks"][-1], again) == ("genuine", "chip", {"replayed"})


def test_the_server_refuses_in_its_own_words(service: Service) -> None:
    status, problem = service.ask("/v1/verifications", {"record": "x" * 70_000})
    assert (status, problem["code"]) == (413, "too-large")
    status, problem = service.ask("/nowhere")
    assert (status, problem["code"]) == (404, "no-such-route")
    status, document = service.ask("/v1/openapi.json")
    assert (status, document["openapi"]) == (200, "3.1.0")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=lambda how: how.name)
def test_the_server_ends_quietly(tmp_path: Path, desk: Desk, how: signal.Signals) -> None:
    with serving(tmp_path, "--workers", "2") as service:
        assert service.stop(how) == ""
        assert service.process.returncode == Exit.OK


def test_a_taken_port_is_one_line(tmp_path: Path, desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = onecard("serve", "--bind", address, **environment(tmp_path))
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
    tmp_path: Path, desk: Desk, variable: str, value: str, code: Exit
) -> None:
    arguments = () if variable == "ONECARD_BIND" else ("--bind", "127.0.0.1:0")
    ended = onecard("serve", *arguments, **{**environment(tmp_path), variable: value})
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (code, "", 1)
