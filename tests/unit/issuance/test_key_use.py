"""The issuer's keys are enabled by two custodians: for a batch, or for a day at the counters."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from issuance import batches, key_use
from issuance.book_errors import DutyError, LifecycleError
from issuance.database import reading, transaction
from issuance.instants import local_day
from issuance.key_use_errors import KeysNotEnabledError
from issuance.roles import Role
from tests.bureau import CHIEF, CLERK, MAKER, NOW, Bureau, bureau, rows
from tests.staff import Staff, staff


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Staff]:
    with staff(tmp_path) as made:
        yield made


def test_two_custodians_enable_the_keys_of_a_released_batch(team: Staff) -> None:
    custodians = {"by": "Wu", "second": "Zheng", "at": NOW}
    for name in (CLERK, CHIEF, MAKER, "Wu", "Zheng"):
        role = {CLERK: Role.INTAKE_CLERK, CHIEF: Role.APPROVER, MAKER: Role.PRODUCER}
        team.hire(name, role.get(name, Role.KEY_CUSTODIAN))
    desk = Bureau(team.engine)
    batch = desk.request(rows(1))
    with pytest.raises(LifecycleError), transaction(team.engine) as session:
        key_use.enable_keys(session, batch, **custodians)
    desk.approve(batch)
    with reading(team.engine) as session, pytest.raises(KeysNotEnabledError):
        key_use.require_enabled_keys(session, batch, by=MAKER, at=NOW)
    with pytest.raises(DutyError), transaction(team.engine) as session:
        key_use.enable_keys(session, batch, by="Wu", second=None, at=NOW)
    with transaction(team.engine) as session:
        assert key_use.enable_keys(session, batch, **custodians)
        assert not key_use.enable_keys(session, batch, **custodians)
        key_use.require_enabled_keys(session, batch, by=MAKER, at=NOW)


def test_two_custodians_enable_a_day_of_instant_issue(team: Staff) -> None:
    custodians = {"by": "Wu", "second": "Zheng", "at": NOW}
    for name in (CLERK, CHIEF, MAKER, "Wu", "Zheng"):
        role = {CLERK: Role.INTAKE_CLERK, CHIEF: Role.APPROVER, MAKER: Role.PRODUCER}
        team.hire(name, role.get(name, Role.KEY_CUSTODIAN))
    desk = Bureau(team.engine)
    batch, larger = desk.request(rows(1)), desk.request(rows(2, seed=9), file="two.csv")
    with reading(team.engine) as session:
        region = batches.get(session, batch).region
    day = local_day(NOW)
    with pytest.raises(LifecycleError), transaction(team.engine) as session:
        key_use.enable_keys_at_counters(session, region, day - timedelta(days=1), **custodians)
    with transaction(team.engine) as session:
        assert key_use.enable_keys_at_counters(session, region, day, **custodians)
        assert not key_use.enable_keys_at_counters(session, region, day, **custodians)
        key_use.require_enabled_keys(session, batch, by=MAKER, at=NOW)
        with pytest.raises(DutyError):  # a custodian of the day makes no cards with its keys
            key_use.require_enabled_keys(session, batch, by="Wu", at=NOW)
        with pytest.raises(KeysNotEnabledError):
            key_use.require_enabled_keys(session, batch, by=MAKER, at=NOW + timedelta(days=1))
        with pytest.raises(KeysNotEnabledError):  # the day's keys are for cards at a counter
            key_use.require_enabled_keys(session, larger, by=MAKER, at=NOW)


def test_a_book_without_operators_asks_for_no_custodians(tmp_path: Path) -> None:
    with bureau(tmp_path) as desk:
        batch = desk.prepared(rows(1))
        with reading(desk.engine) as session:
            key_use.require_enabled_keys(session, batch, by=MAKER, at=NOW)
        [card] = desk.cards(batch)
        assert desk.personalize(card.number, 1)
