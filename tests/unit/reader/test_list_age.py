"""The age of a status list: one rule for the commands of a desk without a line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onecard.console import Exit
from reader.list_age import STALE, ListAge
from reader.status_list import TokenStatus, dumps, encode
from tests.card_on_a_port import served
from tests.desk import PIN, Desk
from tests.offline_desk import HOUR, NAME, OfflineDesk

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> OfflineDesk:
    return OfflineDesk(tmp_path)


@pytest.mark.parametrize(
    ("age", "stale"),
    [
        (timedelta(), False),
        (24 * HOUR, False),
        (24 * HOUR + timedelta(seconds=1), True),
        (timedelta(minutes=-5), False),
        (timedelta(minutes=-6), True),
    ],
    ids=["new", "at the limit", "over it", "clocks differ", "of the future"],
)
def test_a_list_clears_cards_for_as_long_as_the_limit_says(age, stale):
    listed = ListAge(at=NOON, limit=24 * HOUR, issued_at=NOON - age)
    assert listed.stale is stale


def test_a_verification_tells_the_age_of_its_list(desk):
    result = desk.verify(desk.text(), "--status-list", desk.lists(age=3 * HOUR))
    assert result.exit_code == Exit.OK
    assert result.stdout.splitlines()[-1].endswith("3.0 h old, the limit is 24 h")


def test_a_program_is_told_the_age_too(desk):
    result = desk.verify(desk.text(), "--status-list", desk.lists(age=3 * HOUR), "--json")
    told = json.loads(result.stdout)["offline"]
    assert (told["list_number"], told["list_age_hours"], told["stale"]) == (1, 3.0, False)
    assert told["limit_hours"] == 24.0


def test_an_old_list_gives_no_yes_and_tells_nobody_s_name(desk):
    lists = desk.lists(age=25 * HOUR)
    result = desk.verify(desk.text(), "--status-list", lists, "--json")
    shown = json.loads(result.stdout)
    assert (shown["verdict"], shown["genuine"], shown["card"]) == (STALE, False, None)
    assert shown["offline"]["stale"] is True
    assert result.exit_code == Exit.REFUSED
    text = desk.verify(desk.text(), "--status-list", lists)
    assert text.exit_code == Exit.REFUSED
    assert text.stdout.startswith(f"{STALE}: ")
    assert NAME not in text.stdout


def test_the_clerk_reads_it_in_chinese(desk):
    desk.set(language="zh")
    result = desk.verify(desk.text(), "--status-list", desk.lists(age=25 * HOUR))
    assert "按未验证处理" in result.stdout
    assert "已 25.0 小时，上限 24 小时" in result.stdout


def test_the_setting_rules(desk):
    lists = desk.lists(age=3 * HOUR)
    desk.set(list_age_hours=2.0)
    assert desk.verify(desk.text(), "--status-list", lists).exit_code == Exit.REFUSED
    desk.set(list_age_hours=168.0)
    week = desk.lists(age=160 * HOUR)
    assert desk.verify(desk.text(), "--status-list", week).exit_code == Exit.OK


def test_the_end_of_the_list_itself_rules_besides(desk):
    desk.set(list_age_hours=168.0)
    result = desk.verify(desk.text(), "--status-list", desk.lists(age=15 * 24 * HOUR))
    assert (result.exit_code, result.stdout) == (Exit.BAD_INPUT, "")
    assert "too old, it ended" in result.stderr


def test_an_old_list_still_condemns(desk):
    lists = desk.lists({1: TokenStatus.INVALID}, age=100 * HOUR)
    result = desk.verify(desk.text(), "--status-list", lists)
    assert result.stdout.startswith("revoked: ")


@pytest.mark.parametrize(("hours", "verdict"), [(1, "genuine"), (30, STALE)])
def test_a_card_on_the_reader_goes_by_the_same_rule(hours, verdict, desk, tmp_path):
    (tmp_path / "issuer").mkdir()
    issuer = Desk.open(tmp_path / "issuer")
    desk.settings.trust.write_text(issuer.store.public_keys().dumps(), encoding="utf-8")
    card = issuer.blank()
    issued = (datetime.now(UTC) - timedelta(days=1)).date()
    issuer.make(card, issuer.job(issued=issued))
    signed = encode(
        1,
        {},
        issuer.store.signer("record-GM"),
        issued_at=datetime.now(UTC) - hours * HOUR,
        lifetime=timedelta(days=7),
        time_to_live=HOUR,
    )
    lists = tmp_path / "card-lists.txt"
    lists.write_text(dumps([signed]), encoding="ascii")
    with served(card) as address:
        result = desk.card(
            *("verify", "--tcp", address, "--pin", PIN, "--status-list", lists),
            *("--log", desk.log, "--json"),
        )
    shown = json.loads(result.stdout)
    assert shown["verdict"] == verdict
    assert result.exit_code == (Exit.OK if verdict == "genuine" else Exit.REFUSED)
    (line,) = desk.lines()
    assert (line["verdict"], line["card_number"]) == (verdict, "A00000011")
    assert line["checks"] == ["signature", "validity", "status", "data", "chip"]
    assert len(line["identification_code"]) == 32
