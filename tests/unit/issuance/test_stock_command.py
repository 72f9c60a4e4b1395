"""``onecard bureau stock``, count, balance, close, certificate, reject: what people see."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crypto.keystore import SoftKeyStore, create_issuer_keys
from issuance.cli import bureau
from issuance.database import transaction
from issuance.issuer_keys import issuer_keys
from issuance.stock import watch
from onecard.settings import Settings
from reader.card_profile.profiles import PROFILES
from tests.bureau import MAKER, NOW, rows
from tests.key_store import PASSPHRASE
from tests.stockroom import COUNTER, KEEPER, P1, Q1, Stockroom, run, stockroom

FIRST = "4F4E000000000001"


@dataclass
class Desk:
    """Somebody at a desk whose book has a batch and blanks."""

    stock: Stockroom
    folder: Path

    def run(self, *arguments: object, by: str = KEEPER, database: str = "") -> Result:
        """`onecard bureau` with these arguments."""
        settings = Settings(
            database=database or str(self.stock.engine.url.database),
            keys=self.folder / "keys.json",
            keys_passphrase=PASSPHRASE,
            trust=self.folder / "trust.json",
            session=self.folder / "session",
            operator=by,
            language="en",
        )
        return CliRunner().invoke(bureau, [*map(str, arguments)], obj=settings)

    def json(self, *arguments: object, by: str = KEEPER) -> Any:
        """The result as a program reads it."""
        return json.loads(self.run(*arguments, "--json", by=by).stdout)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with stockroom() as stock:
        yield Desk(stock, tmp_path)


def _count(desk: Desk, batch: str, station: str, kind: str, *figures: int) -> Result:
    names = ("received", "carried-in", "good", "rejected", "samples", "returned", "carried-out")
    options: list[object] = []
    for name, value in zip(names, figures, strict=True):
        options += [f"--{name}", value]
    return desk.run("count", batch, "--station", station, "--kind", kind, *options, by=COUNTER)


def _keys(desk: Desk) -> None:
    """A key store at this desk, and its public keys."""
    for name, content in _key_files().items():
        (desk.folder / name).write_bytes(content)


@cache
def _key_files() -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "keys.json"
        store = SoftKeyStore.create(path, PASSPHRASE, cost=2)
        create_issuer_keys(store, issuer_keys(PROFILES["v3.00"]))
        trust = store.public_keys().dumps().encode()
        return {"keys.json": path.read_bytes(), "trust.json": trust}


def test_a_lot_is_received_before_two_people(desk: Desk) -> None:
    lot = f"{FIRST}+20"
    alone = desk.run("stock", "receive", lot, "--note", "DN-17")
    assert alone.exit_code == 6
    assert "takes two people" in alone.stderr
    done = desk.run("stock", "receive", lot, "--note", "DN-17", "--second", "Qian")
    assert (done.exit_code, done.stderr) == (0, "Blanks received: 20.\n")
    again = desk.run("stock", "receive", lot, "--note", "DN-17", "--second", "Qian")
    assert again.stderr == "These blanks were received before.\n"


def test_blanks_go_out_and_come_back(desk: Desk) -> None:
    batch = desk.stock.lay(1, 10)
    run_ = f"{FIRST}+4"
    issued = desk.json("stock", "issue", batch, run_, "--station", P1, "--second", MAKER)
    assert issued == {"first": FIRST, "count": 4, "changed": True}
    assert desk.run("stock", "return", run_, "--second", "Qian").exit_code == 0
    assert desk.json("stock", "list")["lots"][0]["states"] == {"in_stock": 10}


def test_the_blanks_of_a_batch_are_listed(desk: Desk) -> None:
    batch = desk.stock.batch(2, spare=2)
    desk.run("stock", "reject", FIRST, "--reason", "bent", by=MAKER)
    desk.run("stock", "sample", "4F4E000000000002", "--reason", "laboratory", by=MAKER)
    found = desk.json("stock", "list", "--batch", batch)["blanks"]
    assert [(one["first"][-1], one["count"], one["state"]) for one in found] == [
        ("1", 1, "rejected"),
        ("2", 1, "sample"),
        ("3", 2, "issued"),
    ]


def test_spoilt_blanks_are_destroyed_before_two_people(desk: Desk) -> None:
    desk.stock.batch(2, spare=2)
    desk.run("stock", "reject", f"{FIRST}+2", "--reason", "bent", by=MAKER)
    destroy = ("stock", "destroy", f"{FIRST}+2", "--reason", "shredded", "--second", "Qian")
    assert "the list has 2" in desk.run(*destroy, "--count", 3).stderr
    first = desk.json(*destroy, "--count", 2)
    assert desk.json(*destroy, "--count", 2) == first
    states = desk.json("stock", "list")["lots"][0]["states"]
    assert states == {"destroyed": 2, "issued": 2, "in_stock": 16}


def test_a_text_that_is_no_serial_is_told(desk: Desk) -> None:
    desk.stock.lay(1, 10)
    refused = desk.run("stock", "return", "4F4E", "--second", "Qian")
    assert refused.exit_code == 6
    assert "4F4E is no serial of blanks. Write 16 hexadecimal digits" in refused.stderr


def test_every_serial_is_there_once(desk: Desk) -> None:
    desk.stock.counted_batch()
    found = desk.json("stock", "gaps")
    assert found["ok"]
    assert found["lots"][0]["gaps"] == found["lots"][0]["doubles"] == []
    assert found["cards"] == {"without_card": [], "not_used": [], "twice": []}


def test_a_gap_is_reported(desk: Desk) -> None:
    desk.stock.counted_batch()
    with transaction(desk.stock.engine) as session:
        serial = run(4).first
        session.connection().exec_driver_sql(
            "UPDATE blank_range SET first = first + 2 WHERE first <= ? AND last >= ?",
            (serial, serial),
        )
    result = desk.run("stock", "gaps", "--json")
    assert result.exit_code == 1
    (lot,) = json.loads(result.stdout)["lots"]
    assert lot["gaps"] == [{"first": "4F4E000000000004", "count": 2}]


def test_a_used_blank_without_a_card_is_reported(desk: Desk) -> None:
    batch = desk.stock.counted_batch()
    number = desk.stock.numbers(batch)[0]
    with transaction(desk.stock.engine) as session:
        session.connection().exec_driver_sql(
            "UPDATE card SET blank = NULL WHERE number = ?", (number,)
        )
    result = desk.run("stock", "gaps")
    assert result.exit_code == 1
    assert f"without_card  {FIRST}" in result.stdout


def test_the_ledger_of_a_day_adds_up(desk: Desk) -> None:
    desk.stock.counted_batch()
    ledger = desk.json("stock", "gaps", "--day", "2026-11-01")["ledger"]
    assert ledger["issued"] == {"opening": 0, "came": 5, "went": 5, "closing": 0}
    assert ledger["used"]["closing"] == 3
    before = desk.json("stock", "gaps", "--day", "2026-10-31")["ledger"]
    assert before["in_stock"]["closing"] == 0


def test_a_count_hears_where_it_differs_and_no_figure(desk: Desk) -> None:
    batch = desk.stock.batch(2, spare=1)
    for place, number in enumerate(desk.stock.numbers(batch)):
        desk.stock.make(number, place)
    wrong = _count(desk, batch, P1, "blank", 3, 0, 1, 1, 0, 0, 1)
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert wrong.stderr == "The count does not agree: good, rejected.\n"
    right = _count(desk, batch, P1, "blank", 3, 0, 2, 0, 0, 0, 1)
    assert (right.exit_code, right.stderr) == (0, "The count agrees and is closed.\n")


def test_the_balance_names_what_is_missing(desk: Desk) -> None:
    batch = desk.stock.batch(1, spare=1)
    desk.stock.make(desk.stock.numbers(batch)[0], 0)
    found = desk.run("balance", batch)
    assert found.exit_code == 1
    assert "cards at P1, count 1: open 1/0" in found.stderr
    shown = desk.json("balance", batch)
    assert {one["what"] for one in shown["differences"]} >= {"open", "left", "unfinished"}
    assert [(one["station"], one["kind"]) for one in shown["counts"]] == [
        (P1, "blank"),
        (P1, "card"),
    ]


def test_a_batch_closes_and_its_certificate_is_verified_without_the_book(desk: Desk) -> None:
    batch = desk.stock.counted_batch()
    _keys(desk)
    listed, paper = desk.folder / "list.jsonl", desk.folder / "batch.cert"
    closed = desk.run("close", batch, "--list", listed, by=COUNTER)
    assert (closed.exit_code, closed.stderr) == (0, f"Batch {batch} is closed.\n")
    desk.run("certificate", batch, "--out", paper)
    nowhere = str(desk.folder / "no book.sqlite3")
    shown = desk.run("verify-certificate", paper, "--list", listed, database=nowhere)
    assert shown.exit_code == 0
    assert batch in shown.stdout
    listed.write_text(listed.read_text().replace("inspected", "cancelled", 1))
    changed = desk.run("verify-certificate", paper, "--list", listed, database=nowhere)
    assert changed.exit_code == 1
    assert "not the one that was certified" in changed.stderr


def test_an_unbalanced_batch_does_not_close(desk: Desk) -> None:
    batch = desk.stock.batch(1, spare=1)
    desk.stock.make(desk.stock.numbers(batch)[0], 0)
    _keys(desk)
    refused = desk.run("close", batch, by=COUNTER)
    assert refused.exit_code == 6
    assert "does not balance" in refused.stderr
    assert f"onecard bureau balance {batch}" in refused.stderr


def test_who_made_a_batch_does_not_close_it(desk: Desk) -> None:
    batch = desk.stock.counted_batch()
    _keys(desk)
    assert "may not do the reconciliation" in desk.run("close", batch, by=MAKER).stderr


def test_a_spoilt_card_is_rejected_and_remade(desk: Desk) -> None:
    batch = desk.stock.batch(1)
    (number,) = desk.stock.numbers(batch)
    desk.stock.make(number, 0)
    first = desk.run("reject", number, "--reason", "misprint", by=MAKER)
    assert first.exit_code == 0
    assert f"Card {number} is rejected; A0000" in first.stderr
    second = desk.run("reject", number, "--reason", "misprint", by=MAKER)
    assert f"Card {number} was rejected before" in second.stderr


def test_a_batch_is_still_rejected_by_the_same_command(desk: Desk) -> None:
    batch = desk.stock.request(rows(1))
    assert desk.run("reject", batch, "--reason", "no", by="Li").exit_code == 0


def test_a_stopped_station_is_released_by_another(desk: Desk) -> None:
    desk.stock.batch(1)
    with transaction(desk.stock.engine) as session:
        for _ in range(5):
            watch.note_failure(session, P1, by=MAKER, at=NOW)
    assert desk.run("release", P1, by=MAKER).exit_code == 6
    assert desk.run("release", P1, by="Wu").stderr == "Station P1 may go on.\n"
    assert desk.run("release", Q1, by="Wu").stderr == "Station Q1 was not stopped.\n"
