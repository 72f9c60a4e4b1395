"""The matrix of duties, tested whole: every pair of steps, by one person and by two, with roles
and without; and the page drawn from it."""

import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from issuance import batches, duties, lifecycle, production
from issuance.book_errors import DutyError, LifecycleError
from issuance.database import reading, transaction
from issuance.duties import STEPS, Step
from issuance.duties_page import page
from issuance.people import administration
from issuance.people.rules import Rule
from issuance.roles import Role
from issuance.states import BatchEvent, BatchState
from tests.bureau import CHIEF, CLERK, MAKER, NOW, Bureau, bureau, rows
from tests.staff import CHEN, ZHOU, Staff, staff

# Written by hand, apart from the table.
NEVER_ONE_PERSON = {
    frozenset(pair)
    for pair in (
        ("request", "approve"),
        ("approve", "produce"),
        ("produce", "reconcile"),
        ("produce", "handle_pins"),
        ("produce", "inspect"),
        ("produce", "enable_keys"),
        ("handle_matter", "review_matter"),
    )
}
TAKES_TWO = {"enable_keys", "stock_in", "stock_out", "destroy", "change_master_data"}
SUBJECT = "batch 371700-20261101-0001"

PAIRS = [pytest.param(*pair, id=f"{pair[0].value}-{pair[1].value}") for pair in product(Step, Step)]
ANYBODY = tuple(Role)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """A book with four people who have every role, and one for each step who lacks its roles.

    What a test does in it is thrown away.
    """
    with staff(tmp_path_factory.mktemp("book")) as made:
        for name in ("Ding", "Feng", "Gao", "Han"):
            made.hire(name, *ANYBODY)
        for step, rule in STEPS.items():
            made.hire(f"Not {step.value}", *(set(Role) - set(rule.roles)))
        yield made


@pytest.fixture
def book(team: Staff) -> Iterator[Session]:
    with reading(team.engine) as session:
        yield session


@pytest.fixture(scope="module")
def without_operators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with bureau(tmp_path_factory.mktemp("book")) as opened:
        yield opened.engine


@pytest.fixture
def trusting(tmp_path: Path) -> Iterator[Bureau]:
    """A book without operators, for what stays in it."""
    with bureau(tmp_path) as opened:
        yield opened


def _do(session: Session, step: Step, by: str, second: str, subject: str = SUBJECT) -> bool:
    """The step by *by*, with *second* where it takes two."""
    other = second if step.value in TAKES_TWO else None
    return duties.perform(session, step, subject, by=by, second=other, at=NOW)


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_one_person_does_two_steps_where_the_matrix_lets_him(
    book: Session, earlier: Step, later: Step
) -> None:
    _do(book, earlier, "Ding", "Feng")
    if frozenset((earlier.value, later.value)) in NEVER_ONE_PERSON:
        with pytest.raises(DutyError) as refused:
            _do(book, later, " dING", "Gao")
        assert refused.value.rule == "apart"
        assert STEPS[earlier].names[0] in refused.value.cause[0]
    else:
        assert _do(book, later, " dING", "Feng") is (earlier is not later)


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_two_people_do_any_two_steps(book: Session, earlier: Step, later: Step) -> None:
    _do(book, earlier, "Ding", "Feng")
    assert _do(book, later, "Gao", "Han")


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_without_the_role_nobody_does_the_step(book: Session, earlier: Step, later: Step) -> None:
    unable = f"Not {later.value}"
    # The same person, where the roles he has let him do the first; and another one.
    by = unable if set(STEPS[earlier].roles) - set(STEPS[later].roles) else "Ding"
    for first in {by, "Ding"}:
        _do(book, earlier, first, "Feng")
        with pytest.raises(DutyError) as refused:
            _do(book, later, unable, "Han")
        assert refused.value.rule == "role"


@pytest.mark.parametrize("step", [step for step in Step if step.value in TAKES_TWO])
def test_the_second_person_needs_a_role_too(book: Session, step: Step) -> None:
    others = set(Role) - set(STEPS[step].second)
    administration.set_roles(book, "Feng", others, by=CHEN, second=ZHOU, at=NOW)
    with pytest.raises(DutyError) as refused:
        _do(book, step, "Ding", "Feng")
    assert (refused.value.rule, refused.value.by) == ("role", "Feng")


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("second", [None, "Ding", "ｄｉｎｇ"])
def test_two_people_are_asked_for_where_the_matrix_says_and_are_two(
    book: Session, step: Step, second: str | None
) -> None:
    if step.value in TAKES_TWO or second is not None:
        with pytest.raises(DutyError) as refused:
            duties.perform(book, step, SUBJECT, by="Ding", second=second, at=NOW)
        assert refused.value.rule == "alone"
    else:
        assert duties.perform(book, step, SUBJECT, by="Ding", at=NOW)


@pytest.mark.parametrize("pair", sorted(map(sorted, NEVER_ONE_PERSON)))
def test_the_second_person_is_bound_by_the_matrix_as_the_first(
    book: Session, pair: list[str]
) -> None:
    earlier, later = map(Step, pair)
    _do(book, earlier, "Ding", "Feng")
    with pytest.raises(DutyError) as refused:
        duties.perform(book, later, SUBJECT, by="Gao", second="Ding", at=NOW)
    assert refused.value.rule == "apart"


@pytest.mark.parametrize("step", Step)
def test_another_subject_is_another_matter(book: Session, step: Step) -> None:
    for other in Step:
        _do(book, other, "Ding", "Feng", subject=f"batch {other.value}")
    assert _do(book, step, "Ding", "Feng", subject="batch of its own")


@pytest.mark.parametrize("step", Step)
def test_a_step_done_again_by_the_same_people_changes_nothing(book: Session, step: Step) -> None:
    assert _do(book, step, "Ding", "Feng")
    assert not _do(book, step, "Ding", "Feng")


@pytest.mark.parametrize("step", Step)
def test_strangers_and_the_disabled_do_nothing(book: Session, step: Step) -> None:
    administration.disable(book, "Feng", by=CHEN, second=ZHOU, at=NOW)
    for by, second in (("Nobody", "Ding"), ("Feng", "Ding"), ("Ding", "Nobody"), ("Ding", "Feng")):
        with pytest.raises(DutyError) as refused:
            duties.perform(book, step, SUBJECT, by=by, second=second, at=NOW)
        assert refused.value.rule == "stranger"


def test_a_withdrawn_role_ends_what_was_done_with_it(book: Session) -> None:
    _do(book, Step.PRODUCE, "Ding", "")
    administration.set_roles(book, "Ding", [Role.AUDITOR], by=CHEN, second=ZHOU, at=NOW)
    with pytest.raises(DutyError):
        _do(book, Step.PRODUCE, "Ding", "")


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_without_operators_roles_are_not_asked_and_the_rest_holds(
    without_operators: Engine, earlier: Step, later: Step
) -> None:
    with reading(without_operators) as session:
        _do(session, earlier, "Ding", "Feng")
        if frozenset((earlier.value, later.value)) in NEVER_ONE_PERSON:
            with pytest.raises(DutyError):
                _do(session, later, "Ding", "Gao")
        else:
            _do(session, later, "Ding", "Gao")
        assert _do(session, later, "Han", "Liu")


def test_of_two_forbidden_steps_at_once_one_is_refused(tmp_path: Path) -> None:
    with staff(tmp_path) as team:
        team.hire("Ding", *ANYBODY)
        results: list[str] = []

        def act(step: Step) -> None:
            try:
                with transaction(team.engine) as session:
                    duties.perform(session, step, SUBJECT, by="Ding", at=NOW)
                results.append("done")
            except DutyError as error:
                results.append(error.rule)

        steps = (Step.APPROVE, Step.PRODUCE)
        threads = [threading.Thread(target=act, args=(step,)) for step in steps]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(results) == ["apart", "done"]


def test_a_batch_is_released_by_two_people(trusting: Bureau) -> None:
    batch = trusting.request(rows(1))
    with pytest.raises(DutyError):
        trusting.approve(batch, CLERK)
    assert trusting.approve(batch, CHIEF)


def test_with_the_rule_of_a_second_approver_a_batch_is_released_by_three(
    trusting: Bureau,
) -> None:
    batch = trusting.request(rows(1))
    with transaction(trusting.engine) as session:
        administration.set_rule(session, Rule.SECOND_APPROVER, 1, by=CHEN, second=ZHOU, at=NOW)
    for second in (None, CHIEF, CLERK):
        with pytest.raises(DutyError), transaction(trusting.engine) as session:
            batches.approve(session, batch, by=CHIEF, second=second, at=NOW)
    with transaction(trusting.engine) as session:
        assert batches.approve(session, batch, by=CHIEF, second="Ma", at=NOW)
        assert not batches.approve(session, batch, by=CHIEF, second="Ma", at=NOW)
        assert batches.get(session, batch).state is BatchState.APPROVED


def test_a_batch_is_ended_by_those_whose_it_is(team: Staff) -> None:
    desk = Bureau(team.engine)
    for name, role in ((CLERK, Role.INTAKE_CLERK), (CHIEF, Role.APPROVER)):
        team.hire(name, role)
    batch = desk.request(rows(1))
    with reading(team.engine) as session:
        with pytest.raises(DutyError):
            batches.reject(session, batch, reason="late", by=CLERK, at=NOW)
        with pytest.raises(DutyError):
            batches.cancel(session, batch, reason="late", by=CHIEF, at=NOW)
        assert batches.reject(session, batch, reason="late", by=CHIEF, at=NOW)
        with pytest.raises(LifecycleError):
            batches.cancel(session, batch, reason="late", by=CLERK, at=NOW)


def test_the_roles_of_steps_are_those_of_the_life_cycles() -> None:
    requested, approved = (
        lifecycle.BATCH[state] for state in (BatchState.REQUESTED, BatchState.APPROVED)
    )
    assert STEPS[Step.APPROVE].roles == requested[BatchEvent.APPROVE].roles
    assert STEPS[Step.PRODUCE].roles == approved[BatchEvent.START].roles
    closing = lifecycle.BATCH[BatchState.PRODUCED][BatchEvent.CLOSE]
    assert STEPS[Step.RECONCILE].roles == closing.roles


def test_every_step_has_a_rule_and_every_refusal_two_languages() -> None:
    assert set(STEPS) == set(Step)
    for rule in STEPS.values():
        assert all(rule.names)
        error = DutyError.role(rule.names, by="Ding", roles=rule.roles)
        assert rule.names[0] in error.cause[0]
        assert rule.names[1] in error.cause[1]


def test_the_page_of_duties_is_the_one_the_tables_draw() -> None:
    assert (Path(__file__).parents[3] / "docs" / "duties.md").read_text("utf-8") == page()


def test_who_approved_a_batch_neither_begins_its_making_nor_joins_in(trusting: Bureau) -> None:
    batch = trusting.request(rows(1))
    trusting.approve(batch)
    for _ in range(2):
        with pytest.raises(DutyError), transaction(trusting.engine) as session:
            production.start(session, batch, by=CHIEF, at=NOW)
        with transaction(trusting.engine) as session:
            production.start(session, batch, by=MAKER, at=NOW)
