"""Operators are added, changed, reset and disabled by two administrators; how it begins."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, select

from issuance import audit
from issuance.book_errors import (
    ConflictError,
    DutyError,
    NotFoundError,
)
from issuance.database import MIGRATIONS, reading, transaction
from issuance.models import AuditEntry
from issuance.people import administration, operators
from issuance.people.errors import (
    AdministratorsError,
    LoginError,
    PasswordError,
    SessionError,
)
from issuance.people.rules import Rule
from issuance.roles import Role
from tests.bureau import CLERK, NOW, bureau, chance, rows
from tests.staff import CHEAP, CHEN, PASSWORD, SUN, ZHOU, Staff, secret_in, staff

TWO = {"by": CHEN, "second": ZHOU, "at": NOW}


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Staff]:
    with staff(tmp_path) as made:
        yield made


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[Staff]:
    with staff(tmp_path, founded=False) as made:
        yield made


def _downgrade(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def _roles(team: Staff, name: str) -> set[Role]:
    with reading(team.engine) as session:
        key = operators.get(session, name).key
        return set(operators.roles(session, [key]).get(key, set()))


def test_the_first_operator_makes_himself_and_is_an_administrator(nobody: Staff) -> None:
    with pytest.raises(AdministratorsError):
        nobody.hire("Zhang", Role.INTAKE_CLERK, by="Zhang", second=None)
    nobody.hire(CHEN, Role.ADMINISTRATOR, by=CHEN, second=None)
    assert nobody.login(CHEN).operator == CHEN


def test_the_first_administrator_alone_adds_the_second_and_nobody_else(nobody: Staff) -> None:
    nobody.hire(CHEN, Role.ADMINISTRATOR, second=None)
    with pytest.raises(AdministratorsError):
        nobody.hire("Zhang", Role.INTAKE_CLERK, second=None)
    with pytest.raises(DutyError):
        nobody.hire("Zhang", Role.ADMINISTRATOR, by="Zhang", second=None)
    nobody.hire(ZHOU, Role.ADMINISTRATOR, second=None)
    with pytest.raises(DutyError):
        nobody.hire(SUN, Role.ADMINISTRATOR, second=None)


def test_two_administrators_add_an_operator_with_his_roles(team: Staff) -> None:
    team.hire("Zhang", Role.INTAKE_CLERK, Role.COUNTER_CLERK)
    assert _roles(team, " zHANG") == {Role.INTAKE_CLERK, Role.COUNTER_CLERK}
    assert team.login("Zhang").operator == "Zhang"


@pytest.mark.parametrize(
    ("by", "second"), [(CHEN, None), (CHEN, CHEN), (CHEN, "chen "), (CHEN, "Li"), ("Li", CHEN)]
)
def test_every_change_takes_two_administrators(team: Staff, by: str, second: str | None) -> None:
    team.hire("Li", Role.APPROVER)
    with transaction(team.engine) as session:  # these two changed Li before: it saves nobody
        administration.set_roles(session, "Li", [Role.APPROVER, Role.AUDITOR], **TWO)
    people = {"by": by, "second": second, "at": NOW}
    before = _roles(team, "Li")
    with pytest.raises(DutyError):
        team.hire("Wang", Role.PRODUCER, by=by, second=second)
    for change in (
        lambda session: administration.set_roles(session, "Li", [Role.PRODUCER], **people),
        lambda session: administration.disable(session, "Li", **people),
        lambda session: administration.set_rule(session, Rule.IDLE_MINUTES, 60, **people),
        lambda session: administration.reset(
            session, team.store, "Li", password=PASSWORD, random=chance(), cost=CHEAP, **people
        ),
    ):
        with pytest.raises(DutyError), transaction(team.engine) as session:
            change(session)
    assert _roles(team, "Li") == before


def test_a_name_is_given_once_whatever_its_spelling(team: Staff) -> None:
    with pytest.raises(ConflictError):
        team.hire(" ｃｈｅｎ", Role.PRODUCER)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 65, "\ufdfa" * 8])
def test_what_is_no_name_is_refused(team: Staff, name: str) -> None:
    with pytest.raises(ConflictError):
        team.hire(name, Role.PRODUCER)


def test_a_weak_password_makes_no_operator(team: Staff) -> None:
    with pytest.raises(PasswordError), transaction(team.engine) as session:
        administration.add(
            session,
            team.store,
            "Li",
            roles=[Role.APPROVER],
            password="short",  # noqa: S106
            random=chance(),
            **TWO,
        )
    with reading(team.engine) as session:
        assert operators.find(session, "Li") is None


def test_new_roles_take_the_place_of_the_old(team: Staff) -> None:
    team.hire("Li", Role.APPROVER)
    with transaction(team.engine) as session:
        assert administration.set_roles(session, "Li", [Role.PRODUCER], **TWO)
        assert not administration.set_roles(session, "Li", [Role.PRODUCER], **TWO)
    assert _roles(team, "Li") == {Role.PRODUCER}


def test_two_administrators_are_always_left(team: Staff) -> None:
    with transaction(team.engine) as session:
        administration.disable(session, SUN, **TWO)
    for change in (
        lambda session: administration.disable(session, ZHOU, **TWO),
        lambda session: administration.set_roles(session, ZHOU, [Role.AUDITOR], **TWO),
    ):
        with pytest.raises(AdministratorsError), transaction(team.engine) as session:
            change(session)
    with transaction(team.engine) as session:
        roles = [Role.ADMINISTRATOR, Role.AUDITOR]
        assert administration.set_roles(session, ZHOU, roles, **TWO)


def test_a_reset_gives_a_new_secret_opens_the_lock_and_ends_sessions(team: Staff) -> None:
    team.hire("Li", Role.APPROVER)
    begun = team.login("Li")
    for _ in range(5):
        with pytest.raises(LoginError):
            team.login(team.proof("Li", password="something else"))  # noqa: S106
    with transaction(team.engine) as session:
        made = administration.reset(
            session,
            team.store,
            "Li",
            password=PASSWORD,
            random=chance(99),
            cost=CHEAP,
            by=CHEN,
            second=ZHOU,
            at=NOW,
        )
    with pytest.raises(SessionError):
        team.resume(begun.token)
    old, team.secrets["Li"] = team.secrets["Li"], secret_in(made.uri)
    assert old != team.secrets["Li"]
    assert team.login("Li").operator == "Li"


def test_a_disabled_operator_is_not_changed_any_more(team: Staff) -> None:
    team.hire("Li", Role.APPROVER)
    with transaction(team.engine) as session:
        assert administration.disable(session, "Li", **TWO)
        assert not administration.disable(session, "Li", **TWO)
    with pytest.raises(ConflictError), transaction(team.engine) as session:
        administration.set_roles(session, "Li", [Role.PRODUCER], **TWO)
    with reading(team.engine) as session:
        assert [one.operator.disabled_by for one in operators.listing(session)] == [
            None, "Chen", None, None,
        ]  # fmt: skip


def test_an_unknown_operator_is_told(team: Staff) -> None:
    with pytest.raises(NotFoundError), transaction(team.engine) as session:
        administration.disable(session, "Li", **TWO)


@pytest.mark.parametrize(("rule", "value"), [(Rule.IDLE_MINUTES, 0), (Rule.SESSION_HOURS, 25)])
def test_a_rule_out_of_bounds_is_refused(team: Staff, rule: Rule, value: int) -> None:
    with pytest.raises(ConflictError), transaction(team.engine) as session:
        administration.set_rule(session, rule, value, **TWO)


def test_every_change_is_in_the_trail_with_both_names_and_no_secret(team: Staff) -> None:
    team.hire("Li", Role.APPROVER)
    with transaction(team.engine) as session:
        administration.set_roles(session, "Li", [Role.PRODUCER], **TWO)
        administration.set_rule(session, Rule.IDLE_MINUTES, 30, **TWO)
        assert not administration.set_rule(session, Rule.IDLE_MINUTES, 30, **TWO)
    with reading(team.engine) as session:
        audit.verify(session)
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number))
        found = [(row.event, row.by, row.detail) for row in rows][3:]
    assert found == [
        ("operator.add", CHEN, '{"roles":"approver","second":"Zhou"}'),
        ("operator.roles", CHEN, '{"roles":"producer","second":"Zhou","were":"approver"}'),
        ("rule.set", CHEN, '{"second":"Zhou","value":30,"was":15}'),
    ]


def test_nothing_secret_is_in_the_book_or_printed(team: Staff) -> None:
    with reading(team.engine) as session:
        operator = operators.get(session, CHEN)
        shown = repr(operator) + operator.password_hash
        assert team.secrets[CHEN] not in operator.totp_secret
    assert PASSWORD not in shown
    assert PASSWORD not in repr(team.proof(CHEN))


def test_who_requested_under_the_old_form_may_not_approve_under_the_new(tmp_path: Path) -> None:
    with bureau(tmp_path) as desk:
        batch = desk.request(rows(1))
        other = desk.request(rows(1, seed=2), file="other.csv", region="110101")
        desk.approve(other)
        _downgrade(desk.engine, "0003")
    with bureau(tmp_path) as desk:
        with pytest.raises(DutyError):
            desk.approve(batch, f" {CLERK.upper()}")
        with sqlite3.connect(tmp_path / "book.sqlite3") as raw:
            found = [*raw.execute("SELECT subject, step, person_key FROM duty ORDER BY 1, 2")]
        raw.close()
    assert found == [
        (f"batch {other}", "approve", "li"),
        (f"batch {other}", "request", "zhang"),
        (f"batch {batch}", "request", "zhang"),
    ]
