"""The commands and the HTTP service with a book on PostgreSQL, beginning with an empty database."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from crypto.keystore import SoftKeyStore
from issuance import clients
from issuance.cli import bureau as command
from issuance.database import transaction
from onecard.console import Exit
from onecard.settings import Settings
from tests.bureau import CHIEF, NOW, Bureau, bureau, chance
from tests.desk import PASSPHRASE, Desk
from tests.office import Clock, Office
from tests.postgresql import PrivatePostgres
from tests.service_app import service_app

pytestmark = pytest.mark.postgres


@pytest.fixture
def settings(tmp_path: Path, postgres: PrivatePostgres) -> Settings:
    store = Desk.open(tmp_path).store
    trust = tmp_path / "trust.json"
    trust.write_text(store.public_keys().dumps(), encoding="utf-8")
    return Settings(
        database=postgres.new_database(),
        keys=tmp_path / "keys.json",
        keys_passphrase=PASSPHRASE,
        trust=trust,
        profile="v3.00",
    )


@pytest.fixture
def office(settings: Settings, tmp_path: Path) -> Iterator[Office]:
    assert CliRunner().invoke(command, ["migrate"], obj=settings).exit_code == Exit.OK
    with bureau(tmp_path, settings.database) as opened:
        with transaction(opened.engine) as session:
            key = clients.create(session, "pension", random=chance(5), by=CHIEF, at=NOW)
        clock = Clock()
        store = SoftKeyStore.open(tmp_path / "keys.json", PASSPHRASE)
        with service_app(settings, now=clock, random=chance(77)) as app:
            yield Office(opened, store, settings, app, clock, key)


def test_an_empty_database_is_told_and_left_alone(settings: Settings) -> None:
    told = CliRunner().invoke(command, ["cards", "x"], obj=settings)
    assert told.exit_code != Exit.OK
    assert "onecard bureau migrate" in told.stderr


def test_a_card_is_verified_reported_lost_and_revoked(office: Office) -> None:
    card = office.card()
    assert office.verify(card.text)["verdict"] == "genuine"
    number = card.number
    lost = ["loss", number, "--final", "--operator", CHIEF]
    result = CliRunner().invoke(command, lost, obj=office.settings)
    assert result.exit_code == Exit.OK, result.stderr
    assert office.verify(card.text)["verdict"] == "revoked"
    assert office.call("GET", "/v1/status-lists/0").status_code == 200
    assert office.call("GET", "/readyz").status_code == 200


def test_commands_answer_as_with_a_file(office: Office) -> None:
    numbers = Bureau(office.bureau.engine).active(2)
    batch = office.bureau.request([], file="people.csv")
    shown = CliRunner().invoke(command, ["cards", batch, "--json"], obj=office.settings)
    assert [card["number"] for card in json.loads(shown.stdout)["cards"]] == numbers
    audit = CliRunner().invoke(command, ["audit", "--json"], obj=office.settings)
    assert audit.exit_code == Exit.OK, audit.stderr
