"""`onecard bureau personalize` from the outside: what it prints, and how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from issuance.cli import bureau as bureau_command
from onecard.console import Exit
from onecard.settings import Settings
from tests.bureau import MAKER, Bureau, bureau, rows
from tests.card_on_a_port import served
from tests.desk import PASSPHRASE, Desk


class Workshop:
    """A bureau with a batch whose cards wait for the station."""

    def __init__(self, folder: Path, office: Bureau) -> None:
        self.folder, self.office = folder, office
        self.desk = Desk.open(folder)
        self.batch = office.prepared(rows(2))
        self.language = "en"

    def run(self, *arguments: str) -> Result:
        settings = Settings(
            database=str(self.folder / "book.sqlite3"),
            keys=self.folder / "keys.json",
            keys_passphrase=PASSPHRASE,
            operator=MAKER,
            language=self.language,
        )
        command = ["personalize", self.batch, *arguments]
        return CliRunner().invoke(bureau_command, command, obj=settings)


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    with bureau(tmp_path) as office:
        yield Workshop(tmp_path, office)


def test_a_card_is_made_on_each_blank(workshop):
    with served(workshop.desk.blank(1)) as one, served(workshop.desk.blank(2)) as two:
        result = workshop.run("--tcp", one, "--tcp", two, "--json")
    assert result.exit_code == Exit.OK, result.stderr
    shown = json.loads(result.stdout)
    booked = {
        card.number: (card.identification_code or b"").hex().upper()
        for card in workshop.office.cards(workshop.batch)
    }
    assert shown["batch"] == workshop.batch
    assert {one["number"]: one["identification_code"] for one in shown["cards"]} == booked
    assert [one["error"] for one in shown["cards"]] == [None, None]


def test_a_blank_of_another_factory_is_told_with_what_to_do(workshop, tmp_path):
    (tmp_path / "other").mkdir()
    stranger = Desk.stranger(tmp_path / "other").blank()
    with served(stranger) as address:
        english = workshop.run("--tcp", address)
        workshop.language = "zh"
        chinese = workshop.run("--tcp", address)
    assert (english.exit_code, english.stdout) == (Exit.CARD, "")
    assert "could not prove that its issuer made it" in english.stderr
    assert "Keep the card" in english.stderr
    assert "卡片未能通过认证" in chinese.stderr
    assert "could not" not in chinese.stderr


def test_a_card_that_is_not_there_fails_and_the_next_blank_is_used(workshop):
    with served(workshop.desk.blank()) as address:
        result = workshop.run("--tcp", "127.0.0.1:1", "--tcp", address, "--json")
    first, second = json.loads(result.stdout)["cards"]
    assert result.exit_code == Exit.CARD
    assert "cannot be reached" in first["error"]
    assert second["error"] is None


def test_a_finished_card_left_in_the_reader_is_no_failure_of_the_next(workshop):
    with served(workshop.desk.blank()) as address:
        (made,) = json.loads(workshop.run("--tcp", address, "--json").stdout)["cards"]
        for _ in range(6):  # a reader stops after five failures in a row
            again = workshop.run("--tcp", address)
    assert again.exit_code == Exit.CARD
    assert f"The card in the reader is {made['number']}, which was made before." in again.stderr
    (waiting,) = [card for card in workshop.office.cards(workshop.batch) if card.atr is None]
    assert waiting.failed_reason is None


def test_where_a_card_was_looked_for_stands_beside_what_went_wrong(workshop):
    english = workshop.run("--tcp", "127.0.0.1:1").stderr
    workshop.language = "zh"
    chinese = workshop.run("--tcp", "127.0.0.1:1").stderr
    assert "cannot be reached. (127.0.0.1:1: Connection refused) See that" in english
    assert "无法与卡片通信。 (127.0.0.1:1: Connection refused) 请检查" in chinese


@pytest.mark.parametrize("address", ["nonsense", "host:99999"])
def test_what_is_no_address_is_the_users_mistake(address, workshop):
    result = workshop.run("--tcp", address)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (Exit.USAGE, "", 1)
    assert address in result.stderr


def test_a_reader_or_an_address_is_wanted(workshop):
    assert workshop.run().exit_code == Exit.USAGE
