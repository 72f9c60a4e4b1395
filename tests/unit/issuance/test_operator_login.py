"""Logging in: what counts as a try, what a code is worth, how long a session lasts."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crypto.errors import SealError, UnknownKeyError
from crypto.keystore import SoftKeyStore
from issuance import audit
from issuance.database import reading, transaction
from issuance.people import operators, sessions
from issuance.people.errors import LockedError, LoginError
from issuance.people.models import OperatorSession
from issuance.people.tries import lock_after
from tests.key_store import PASSPHRASE
from tests.staff import CHEN, MACHINE, STEP, ZHOU, Staff, staff

WRONG = "a short walk by the lake"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Staff]:
    with staff(tmp_path) as made:
        yield made


def _tries(team: Staff, name: str = CHEN) -> int:
    with reading(team.engine) as session:
        return operators.get(session, name).failed_tries


def _fail(team: Staff, name: str = CHEN) -> None:
    with pytest.raises(LoginError):
        team.login(team.proof(name, password=WRONG))


def test_password_and_code_begin_a_session(team: Staff) -> None:
    begun = team.login(CHEN)
    assert (begun.operator, begun.ends_at) == (CHEN, team.now + timedelta(hours=8))
    assert team.resume(begun.token) == CHEN


def test_the_spelling_of_the_name_does_not_matter(team: Staff) -> None:
    team.secrets[" ｃｈＥＮ"] = team.secrets[CHEN]
    assert team.login(" ｃｈＥＮ").operator == CHEN


def test_the_token_is_in_the_book_as_a_hash_only(team: Staff) -> None:
    begun = team.login(CHEN)
    team.engine.dispose()
    written = b"".join(
        path.read_bytes() for path in Path(str(team.engine.url.database)).parent.glob("book*")
    )
    assert begun.token.encode() not in written
    assert begun.token not in repr(begun)


@pytest.mark.parametrize("name", ["Nobody", "", "   "])
def test_a_name_that_nobody_has_is_refused_like_a_wrong_password(team: Staff, name: str) -> None:
    team.secrets[name] = team.secrets[CHEN]
    with pytest.raises(LoginError) as stranger:
        team.login(name)
    with pytest.raises(LoginError) as wrong:
        team.login(team.proof(CHEN, password=WRONG))
    assert stranger.value.cause == wrong.value.cause


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_code_of_another_time_is_refused(team: Staff, minutes: int) -> None:
    with pytest.raises(LoginError):
        team.login(team.proof(CHEN, at=team.now + minutes * MINUTE))


def test_another_persons_code_is_refused(team: Staff) -> None:
    team.secrets[CHEN] = team.secrets[ZHOU]
    with pytest.raises(LoginError):
        team.login(CHEN)


def test_a_code_works_once(team: Staff) -> None:
    proof = team.proof(CHEN)
    team.login(proof)
    with pytest.raises(LoginError):
        team.confirm(proof)
    assert _tries(team) == 1


def test_of_two_logins_with_one_code_one_wins(team: Staff) -> None:
    proof = team.proof(CHEN)
    results: list[str] = []

    def log_in(machine: str) -> None:
        try:
            results.append(team.login(proof, machine=machine, after=timedelta(0)).operator)
        except LoginError as error:
            results.append(error.code)

    threads = [threading.Thread(target=log_in, args=(f"{n}" * 64,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [CHEN, "login", "login", "login"]
    with reading(team.engine) as session:
        assert len(session.scalars(select(OperatorSession)).all()) == 1


def test_a_try_is_counted_before_anything_is_compared(team: Staff) -> None:
    with transaction(team.engine) as session:
        operators.get(session, CHEN).totp_secret = b"damaged"
    with pytest.raises(SealError):  # in the middle, as if the power had gone
        team.login(CHEN)
    assert _tries(team) == 1


def test_another_key_store_costs_no_try(team: Staff, tmp_path: Path) -> None:
    team.store = SoftKeyStore.create(tmp_path / "other.json", PASSPHRASE, cost=2)
    with pytest.raises(UnknownKeyError):
        team.login(CHEN)
    assert _tries(team) == 0


def test_a_login_forgives_the_tries_before_it(team: Staff) -> None:
    for _ in range(4):
        _fail(team)
    team.login(CHEN)
    assert _tries(team) == 0


def test_five_wrong_tries_lock_even_the_right_password(team: Staff) -> None:
    for _ in range(5):
        _fail(team)
    with pytest.raises(LockedError) as refused:
        team.login(CHEN)
    assert refused.value.until == team.now - STEP + MINUTE
    assert _tries(team) == 5
    team.now += MINUTE
    assert team.login(CHEN).operator == CHEN


def test_a_lock_is_of_one_operator(team: Staff) -> None:
    for _ in range(5):
        _fail(team)
    assert team.login(ZHOU).operator == ZHOU


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (15, 1024), (16, 1440), (10**9, 1440)],
)
def test_each_further_try_doubles_the_wait_up_to_a_day(tries: int, minutes: int) -> None:
    assert lock_after(tries) == minutes * MINUTE


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([30, 60, 300, 4000, 90_000])), max_size=12)
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_tries_are_counted_as_the_rule_says(team: Staff, days: list[tuple[bool, int]]) -> None:
    """Against a count kept here: in whatever order right, wrong and waiting come."""
    team.now += 2 * timedelta(days=1)
    team.login(CHEN)
    wrong, locked_until = 0, team.now
    for right, seconds in days:
        team.now += timedelta(seconds=seconds)
        proof = team.proof(CHEN, at=team.now + STEP) if right else team.proof(CHEN, password=WRONG)
        try:
            team.login(proof)
            outcome = "in"
        except LoginError as error:
            outcome = error.code
        if team.now < locked_until:
            assert outcome == "locked"
        elif right:
            assert outcome == "in"
            wrong = 0
        else:
            assert outcome == "login"
            wrong += 1
            if wrong >= 5:
                locked_until = team.now + min(2 ** (wrong - 5) * MINUTE, timedelta(days=1))
        assert _tries(team) == wrong


def test_a_hash_with_old_parameters_is_made_anew(team: Staff) -> None:
    def stored() -> str:
        with reading(team.engine) as session:
            return operators.get(session, CHEN).password_hash

    before = stored()
    sessions.login(
        team.engine,
        team.store,
        team.proof(CHEN),
        machine=MACHINE,
        at=team.now,
        random=lambda size: bytes(size),
    )
    assert before.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert stored().startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_tries_logins_and_logouts_are_in_the_trail(team: Staff) -> None:
    _fail(team)
    begun = team.login(CHEN)
    team.now += STEP
    assert team.confirm(team.proof(CHEN)) == CHEN
    with transaction(team.engine) as session:
        sessions.logout(session, begun.token, at=team.now)
    with reading(team.engine) as session:
        audit.verify(session)
        rows = session.execute(
            select(audit.AuditEntry.event).where(audit.AuditEntry.subject == "operator chen")
        ).scalars()
        assert [event.removeprefix("operator.") for event in rows] == [
            "add", "try", "try", "login", "try", "confirm", "logout",
        ]  # fmt: skip
