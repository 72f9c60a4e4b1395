"""A desk without keys: the whole way over HTTP, from a visit to the outcome on the chip; and the
counter's commands through a server in a process of its own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from issuance import audit, cards
from issuance.cards import Loss
from issuance.counter.action_table import Action
from onecard.console import Exit
from onecard.settings import Settings
from reader.card_profile.ssse import CardHolder
from reader.card_profile.values import CardNumber, RegionCode
from reader.card_record import StatusReference
from reader.cli import card
from reader.cli_verify import verify
from reader.desk_keys import DeskKeys
from reader.errors import WrongPinError
from reader.offline_chain import Entry
from reader.offline_log import OfflineLog
from reader.presence import LIFETIME, PresenceToken, sign_presence, verify_presence
from reader.server_client import ServerKeys
from tests.bureau import CLERK
from tests.card_on_a_port import served
from tests.counter_world import PURPOSE, VILLAGE, CounterWorld, counter_world, served_world
from tests.running_server import Service, serving

NEW_PIN = "192837"


@pytest.fixture(params=["v3.00", "v2.00"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CounterWorld]:
    with served_world(tmp_path, request.param) as opened:
        yield opened


def test_a_forgotten_pin_is_renewed_through_the_server(world: CounterWorld) -> None:
    visit = world.visit()
    presence = world.show(visit)
    assert presence.verification["verdict"] == "genuine"
    assert presence.token is not None
    token = verify_presence(presence.token, trust=world.store.public_keys(), now=world.clock.at)
    assert (str(token.card_number), token.desk, token.clerk, token.purpose) == (
        world.number,
        VILLAGE,
        CLERK,
        PURPOSE,
    )
    ticket = world.begin(Action.PIN_RELOAD, visit)
    server, session = world.server(), world.session()
    work = server.work(ticket)
    assert (work.action, work.identification_code) == ("pin_reload", session.identification_code)
    keys = DeskKeys(ServerKeys.of(server, session, world.chip.atr, ticket=ticket), world.random)
    keys.reload_pin(session, NEW_PIN)
    number = server.report(ticket, done=True)
    assert number == server.report(ticket, done=True)
    again = world.session()
    with pytest.raises(WrongPinError):
        again.verify_pin("123456")
    again.verify_pin(NEW_PIN)
    world.look(audit.verify)


def test_a_card_is_read_with_keys_that_stay_at_the_server(world: CounterWorld) -> None:
    session = world.session()
    keys = world.desk_keys(session)
    keys.check_card(session)
    keys.open_holder_data(session)
    assert session.read(CardHolder).name


# --- by command, through `onecard serve` ----------------------------------------------------------


@pytest.fixture(name="desk_settings", params=["v3.00", "v2.00"])
def _desk_settings(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[CounterWorld, Settings]]:
    """A desk with nothing but a trust list, an address and a key."""
    with (
        counter_world(tmp_path, request.param) as world,
        serving(tmp_path, client=(VILLAGE, "--desk")) as service,
    ):
        yield world, _settings_of_a_desk(tmp_path, service)


def _settings_of_a_desk(folder: Path, service: Service) -> Settings:
    return Settings(
        database=str(folder / "no-book.sqlite3"),
        keys=folder / "no-keys.json",
        trust=folder / "trust.json",
        server=service.address,
        desk_key=service.key,
        language="en",
    )


def test_a_card_is_read_and_verified_through_the_running_server(
    desk_settings: tuple[CounterWorld, Settings],
) -> None:
    world, settings = desk_settings
    with served(world.chip) as address:
        run = CliRunner().invoke
        read = run(card, ["read", "--tcp", address, "--all", "--json"], obj=settings)
        assert read.exit_code == Exit.OK, read.stderr
        shown = json.loads(read.stdout)
        assert shown["issuer"]["card_number"] == world.number
        assert shown["holder"]["name"]
        assert shown["DF01.residence"]["address"]
        verified = run(card, ["verify", "--tcp", address, "--json"], obj=settings)
        assert verified.exit_code == Exit.OK, verified.stderr
        found = json.loads(verified.stdout)
        assert (found["verdict"], found["checks"][-1]) == ("genuine", "chip")
        assert "status" in found["checks"]
        refused = run(card, ["read", "--tcp", address], obj=replace(settings, desk_key="oc_stolen"))
        assert (refused.exit_code, refused.stderr.count("\n")) == (Exit.KEYS, 1)
        assert "does not accept this desk's key" in refused.stderr
        away = ["read", "--tcp", address, "--server", "http://127.0.0.1:1"]
        assert "cannot be reached" in run(card, away, obj=settings).stderr
        spied = ["read", "--tcp", address, "--server", "http://cards.example"]
        assert "https://" in run(card, spied, obj=settings).stderr


def test_at_a_desk_with_a_line_the_server_is_asked_of_a_loss(tmp_path: Path) -> None:
    with counter_world(tmp_path) as world:
        world.change(
            lambda session: cards.report_loss(
                session, world.number, loss=Loss.TEMPORARY, by=CLERK, at=world.clock.at
            )
        )
        with (
            serving(tmp_path, client=(VILLAGE, "--desk")) as service,
            served(world.chip) as address,
        ):
            settings = _settings_of_a_desk(tmp_path, service)
            command = ["verify", "--tcp", address]
            found = CliRunner().invoke(card, [*command, "--json"], obj=settings)
            assert found.exit_code == Exit.REFUSED, found.stderr
            assert json.loads(found.stdout)["verdict"] == "suspended"
            away = replace(settings, server="http://127.0.0.1:1")
            unknown = CliRunner().invoke(card, command, obj=away)
    assert "cannot be reached" in unknown.stderr
    assert unknown.stdout == ""


# --- `onecard verify` of a token ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "code", "word"),
    [(0, Exit.OK, "valid"), (11, Exit.REFUSED, "too long ago"), (-5, Exit.REFUSED, "future")],
    ids=["fresh", "old", "early"],
)
def test_a_token_is_verified_by_command(tmp_path: Path, age: int, code: Exit, word: str) -> None:
    with counter_world(tmp_path) as world:
        at = datetime.now(UTC) - timedelta(minutes=age)
        token = PresenceToken(
            card_number=CardNumber(world.number),
            identification_code=world.session().identification_code,
            region=RegionCode("371700"),
            desk=VILLAGE,
            clerk=CLERK,
            purpose=PURPOSE,
            at=at,
            expires_at=at + LIFETIME,
            identifier=bytes(16),
        )
        text = sign_presence(token, world.store.signer("presence-GM"))
        settings = Settings(trust=tmp_path / "trust.json", language="en")
        plain = CliRunner().invoke(verify, [text], obj=settings)
        assert plain.exit_code == code
        assert word in plain.output
        if age >= 0:
            assert f"{world.number}  {VILLAGE}  {CLERK}  {PURPOSE}" in plain.stdout
        told = json.loads(CliRunner().invoke(verify, [text, "--json"], obj=settings).stdout)
        assert told["valid"] is (code is Exit.OK)
        (tmp_path / "token.txt").write_text(text + "\n", encoding="utf-8")
        from_file = CliRunner().invoke(verify, [str(tmp_path / "token.txt")], obj=settings)
        assert from_file.exit_code == code


def test_a_log_is_reconciled_with_what_the_server_would_have_said(world: CounterWorld) -> None:
    """Found again since: genuine was wrong for as long as the loss was reported."""
    log = OfflineLog(world.folder / "offline.jsonl")
    hour = timedelta(hours=1)
    times = [world.clock.at + n * hour for n in range(4)]
    loss = {"by": CLERK, "loss": Loss.TEMPORARY}
    world.change(lambda s: cards.report_loss(s, world.number, at=times[1], **loss))
    world.change(lambda s: cards.lift(s, world.number, by=CLERK, at=times[3]))
    for at in (times[0] + hour / 2, times[2], times[3] + hour / 2):
        log.write(genuine(world.number, at))
    world.clock.at += 9 * hour
    settings = Settings(desk_key=world.keys[VILLAGE])
    arguments = ["reconcile", str(log.path), "--server", world.address, "--json"]
    result = CliRunner().invoke(card, arguments, obj=settings)
    shown = json.loads(result.stdout)
    assert (result.exit_code, shown["confirmed"], shown["refused"]) == (Exit.REFUSED, 2, 1)
    (found,) = shown["refusals"]
    assert (found["line"], found["status"], found["basis"]) == (2, "suspended", "then")


def genuine(number: str, at: datetime) -> Entry:
    """What a desk noted of a card that it called genuine."""
    return Entry(
        at=at,
        desk=VILLAGE,
        clerk=CLERK,
        card_number=number,
        identification_code=None,
        verdict="genuine",
        checks=("signature", "validity", "status"),
        status=StatusReference(1, 1),
        list_issued_at=at,
        list_age_hours=0.0,
    )
