"""A desk without a line: the trust list, a signed status list, its age, and no more than that."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from onecard.settings import Settings
from reader.agent.offline import OfflineDesk
from reader.card_record import StatusReference
from reader.cli_offline import note_into
from reader.list_age import STALE
from reader.offline_log import load
from reader.status_list import TokenStatus, dumps, encode
from tests.agent_at_work import HolderTypes, agent
from tests.desk import NOW, PIN, counter_bytes


def status_file(counter, statuses=None, *, issued: datetime = NOW) -> bytes:
    """The list that holds the first card, signed by the issuer."""
    signed = encode(
        1,
        statuses or {},
        counter.desk.store.signer("record-GM"),
        issued_at=issued,
        lifetime=timedelta(days=7),
        time_to_live=timedelta(hours=1),
    )
    return dumps([signed]).encode()


def offline(counter, lists: bytes | None, *, now: datetime = NOW, hours: float = 24) -> OfflineDesk:
    return OfflineDesk(
        trust=counter.desk.store.public_keys(),
        lists=lambda: lists,
        now=lambda: now,
        random=counter_bytes(8),
        limit=timedelta(hours=hours),
    )


def shown(counter, desk: OfflineDesk) -> dict:
    """What a page learns of the card after its holder entered the PIN."""
    holder = HolderTypes([[PIN]])
    with (
        agent(place=counter.table, offline=desk, pins=holder) as running,
        running.page() as page,
    ):
        page.call("pin.verify")
        return page.call("card.present")


def test_a_good_card_is_genuine_by_the_list_whose_age_is_told(counter):
    later = NOW + timedelta(hours=5)
    result = shown(counter, offline(counter, status_file(counter), now=later))
    assert result["basics"]["name"] == "张三"
    assert result["token"] is None
    assert result["verification"]["verdict"] == "genuine"
    assert result["verification"]["checks"] == ["signature", "validity", "status", "data", "chip"]
    assert result["verification"]["offline"] == {
        "list_number": 1,
        "list_issued_at": NOW.isoformat(),
        "list_age_hours": 5.0,
        "limit_hours": 24.0,
        "stale": False,
    }


@pytest.mark.parametrize("hours", [25, 24 * 8], ids=["stale", "ended"])
def test_a_list_that_is_too_old_clears_no_card(hours, counter):
    later = NOW + timedelta(hours=hours)
    found = shown(counter, offline(counter, status_file(counter), now=later))["verification"]
    assert (found["genuine"], found["verdict"], found["card"]) == (False, STALE, None)
    assert found["offline"]["stale"]


def test_without_a_list_no_card_is_cleared(counter):
    found = shown(counter, offline(counter, None))["verification"]
    assert (found["genuine"], found["verdict"]) == (False, STALE)
    assert found["offline"]["list_issued_at"] is None


@pytest.mark.parametrize("lists", [b"", b"nonsense", b"\xd2" * 9], ids=["empty", "text", "bytes"])
def test_a_damaged_list_is_none(lists, counter):
    assert shown(counter, offline(counter, lists))["verification"]["verdict"] == STALE


def test_a_list_of_another_signer_is_none(counter, counter_of):
    foreign = counter_of("v2.00")
    found = shown(counter, offline(counter, status_file(foreign)))["verification"]
    assert found["verdict"] == STALE


@pytest.mark.parametrize("hours", [1, 30], ids=["new", "stale"])
def test_even_an_old_list_condemns_a_card(hours, counter):
    lists = status_file(counter, {1: TokenStatus.INVALID})
    found = shown(counter, offline(counter, lists, now=NOW + timedelta(hours=hours)))
    assert found["verification"]["verdict"] == "revoked"


def test_the_status_of_the_desk_tells_the_age(counter):
    desk = offline(counter, status_file(counter), now=NOW + timedelta(hours=30))
    with agent(place=counter.table, offline=desk) as running, running.page() as page:
        server = page.call("desk.status")["server"]
    assert (server["connected"], server["offline"]["stale"]) == (False, True)


def test_a_card_that_wants_its_pin_first_says_so(counter):
    desk = offline(counter, status_file(counter))
    with agent(place=counter.table, offline=desk) as running, running.page() as page:
        assert page.refused("card.present") == "access-refused"


def test_the_limit_is_the_desk_s_own(counter):
    desk = offline(counter, status_file(counter), now=NOW + timedelta(hours=5))
    found = shown(counter, replace(desk, limit=timedelta(hours=4)))
    assert found["verification"]["verdict"] == STALE


def test_what_a_desk_says_alone_is_in_its_log(counter, tmp_path):
    log = tmp_path / "offline.jsonl"
    note = note_into(log, Settings(desk="village-7", operator="Zhao"))
    desk = replace(offline(counter, status_file(counter)), note=note)
    shown(counter, desk)
    (line,) = load(log).lines
    entry = line.entry
    assert (entry.verdict, entry.desk, entry.clerk) == ("genuine", "village-7", "Zhao")
    assert (entry.card_number, entry.status) == ("A00000011", StatusReference(1, 1))
    assert entry.list_issued_at == NOW
    assert "张三" not in log.read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_gives_no_verdict(counter, tmp_path):
    note = note_into(tmp_path / "none" / "log", Settings())
    desk = replace(offline(counter, status_file(counter)), note=note)
    holder = HolderTypes([[PIN]])
    with (
        agent(place=counter.table, offline=desk, pins=holder) as running,
        running.page() as page,
    ):
        page.call("pin.verify")
        assert page.refused("card.present") == "offline-log"
