"""How long a login lasts, and where."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from issuance.database import transaction
from issuance.people import administration, sessions
from issuance.people.errors import LoginError, SessionError
from issuance.people.rules import Rule
from issuance.roles import Role
from tests.bureau import NOW
from tests.staff import CHEN, OTHER_MACHINE, SUN, ZHOU, Staff, staff

MINUTE = timedelta(minutes=1)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Staff]:
    with staff(tmp_path) as made:
        yield made


def test_a_session_ends_after_eight_hours(team: Staff) -> None:
    begun = team.login(CHEN)
    began = team.now
    for minutes in range(0, 480, 14):
        team.resume(begun.token, at=began + minutes * MINUTE)
    with pytest.raises(SessionError) as refused:
        team.resume(begun.token, at=began + timedelta(hours=8))
    assert refused.value.reason == "ended"


def test_a_session_ends_after_a_quarter_of_an_hour_without_work(team: Staff) -> None:
    begun = team.login(CHEN)
    team.resume(begun.token, at=team.now + 14 * MINUTE)
    team.resume(begun.token, at=team.now + 28 * MINUTE)
    with pytest.raises(SessionError) as refused:
        team.resume(begun.token, at=team.now + 43 * MINUTE)
    assert refused.value.reason == "idle"


def test_administrators_may_set_both_times(team: Staff) -> None:
    with transaction(team.engine) as session:
        for rule, value in ((Rule.SESSION_HOURS, 1), (Rule.IDLE_MINUTES, 120)):
            administration.set_rule(session, rule, value, by=CHEN, second=ZHOU, at=NOW)
    begun = team.login(SUN)
    assert team.resume(begun.token, at=team.now + 59 * MINUTE) == SUN
    with pytest.raises(SessionError):
        team.resume(begun.token, at=team.now + 60 * MINUTE)


def test_a_clock_put_back_lengthens_nothing(team: Staff) -> None:
    begun = team.login(CHEN)
    team.resume(begun.token, at=team.now - 60 * MINUTE)
    with pytest.raises(SessionError):
        team.resume(begun.token, at=team.now + 15 * MINUTE)


def test_a_token_is_worth_nothing_on_another_machine(team: Staff) -> None:
    begun = team.login(CHEN)
    with pytest.raises(SessionError) as refused:
        team.resume(begun.token, machine=OTHER_MACHINE)
    assert refused.value.reason == "machine"


def test_a_second_login_at_a_machine_takes_the_firsts_place(team: Staff) -> None:
    first, elsewhere = team.login(CHEN), team.login(CHEN, machine=OTHER_MACHINE)
    second = team.login(CHEN)
    with pytest.raises(SessionError):
        team.resume(first.token)
    assert team.resume(second.token) == CHEN
    assert team.resume(elsewhere.token, machine=OTHER_MACHINE) == CHEN


def test_a_logout_ends_the_session_once(team: Staff) -> None:
    begun = team.login(CHEN)
    with transaction(team.engine) as session:
        assert sessions.logout(session, begun.token, at=NOW)
        assert not sessions.logout(session, begun.token, at=NOW)
    with pytest.raises(SessionError) as refused:
        team.resume(begun.token)
    assert refused.value.reason == "unknown"


def test_a_disabled_operator_neither_goes_on_nor_begins(team: Staff) -> None:
    team.hire("Zhang", Role.PRODUCER)
    begun = team.login("Zhang")
    with transaction(team.engine) as session:
        administration.disable(session, "Zhang", by=CHEN, second=ZHOU, at=NOW)
    with pytest.raises(SessionError):
        team.resume(begun.token)
    with pytest.raises(LoginError):
        team.login("Zhang")
