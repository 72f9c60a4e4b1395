"""Actions at a counter: in the book, on the card, by whom; each ends once."""

import contextlib
import itertools
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from issuance import audit, cards, delivery
from issuance.book_errors import BookError, DutyError
from issuance.counter import actions, visits
from issuance.counter.action_table import VISIT, Action
from issuance.counter.errors import (
    ForeignDeskError,
    ParameterError,
    TicketOverError,
)
from issuance.counter.models import CounterTicket
from issuance.counter.tickets import Outcome
from issuance.people.models import Duty
from issuance.roles import Role
from issuance.states import CardState
from reader.authenticity import Verdict
from tests.bureau import CLERK, MAKER, NOW, bureau, rows
from tests.counter_book import DESK, CounterBook
from tests.counter_entries import entries, ticket_in
from tests.staff import staff
from tests.together import together

# --- what is done in the book ---------------------------------------------------------------------


def _cancelled(book: CounterBook, **_: Any) -> Any:
    return book.begin(Action.CANCEL, book.shown(), given={"reason": "moved abroad"})


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([Action.LOSS_TEMPORARY, Action.LIFT], "active"),
        ([Action.LOSS_TEMPORARY, Action.LOSS_FINAL], "lost"),
        ([Action.LOSS_FINAL], "lost"),
    ],
    ids=["lifted", "lost after all", "lost"],
)
def test_losses(book: CounterBook, steps: list[Action], state: str) -> None:
    for action in steps:
        book.carry_out(book.begin(action, book.visit(), number=book.number))
    assert book.state() == state
    book.look(audit.verify)


def test_a_cancelled_card_says_why(book: CounterBook) -> None:
    book.carry_out(_cancelled(book))
    assert book.state() == "cancelled"
    (entry,) = entries(book, "card.cancel")
    assert "moved abroad" in entry.detail


def test_a_card_is_handed_over_and_put_to_use(book: CounterBook) -> None:
    batch = book.bureau.prepared(rows(1, seed=9), file="more.csv")
    (card,) = book.bureau.cards(batch)
    book.numbers.append(card.number)
    book.bureau.personalize(card.number, 3)
    book.bureau.inspect(card.number)
    book.change(lambda s: delivery.ship(s, card.number, outlet="7", by=CLERK, at=NOW))
    book.change(lambda s: delivery.arrive(s, card.number, by=CLERK, at=NOW))
    visit = book.visit()
    assert book.show(visit, found=book.found(2, Verdict.INACTIVE)) is None
    assert book.carry_out(book.begin(Action.HAND_OVER, visit)).outcome is Outcome.DONE
    assert book.state(2) == "handed_over"
    assert book.carry_out(book.begin(Action.ACTIVATE, visit)).outcome is Outcome.DONE
    assert book.state(2) == "active"


def test_two_at_once_carry_it_out_once(book: CounterBook) -> None:
    ticket = book.begin(Action.LOSS_FINAL, book.visit(), number=book.number)
    numbers: list[str] = []
    together(*[lambda: numbers.append(book.carry_out(ticket).audit)] * 4)
    assert len(set(numbers)) == 1
    assert len(entries(book, "counter.loss_final")) == len(entries(book, "card.lose")) == 1


def test_what_changed_meanwhile_is_told_and_the_ticket_stays_open(book: CounterBook) -> None:
    ticket = book.begin(Action.LOSS_TEMPORARY, book.visit(), number=book.number)
    book.change(lambda s: cards.cancel(s, book.number, reason="x", by=CLERK, at=book.at))
    with pytest.raises(BookError, match="cancelled"):
        book.carry_out(ticket)
    assert book.ticket(ticket).outcome is None
    assert entries(book, "counter.loss_temporary") == []


# --- what is done on the card ---------------------------------------------------------------------


def test_work_is_for_the_desk_that_showed_the_card(shared: CounterBook) -> None:
    ticket = shared.begin(Action.PIN_UNBLOCK, shared.shown())
    for desk, refused in ((DESK, None), ("town", ForeignDeskError)):

        def work(desk: str = desk) -> Any:
            return shared.look(lambda s: actions.work(s, ticket, desk=desk, at=shared.at))

        if refused is None:
            assert work().action == "pin_unblock"
        else:
            with pytest.raises(refused):
                work()


def test_a_failure_has_its_code_and_its_entry(book: CounterBook) -> None:
    ticket = book.begin(Action.PIN_UNBLOCK, book.shown())
    ended = book.report(ticket, done=False, code="card-removed")
    assert (ended.outcome, ended.code) == (Outcome.FAILED, "card-removed")
    assert book.report(ticket, done=False, code="another") == ended
    with pytest.raises(TicketOverError):
        book.report(ticket, done=True)
    (entry,) = entries(book, "counter.pin_unblock")
    assert '"code":"card-removed"' in entry.detail


@pytest.mark.parametrize("code", ["x" * 41, "not\nplain", "密码"])
def test_a_code_is_a_word(shared: CounterBook, code: str) -> None:
    ticket = shared.begin(Action.PIN_UNBLOCK, shared.shown())
    with pytest.raises(ParameterError):
        shared.report(ticket, done=False, code=code)


# --- people ---------------------------------------------------------------------------------------


def test_who_made_the_card_sets_no_pin_for_it(book: CounterBook) -> None:
    visit = book.shown(clerk=MAKER)  # produced the batch
    with pytest.raises(DutyError) as refused:
        book.begin(Action.PIN_RELOAD, visit)
    assert refused.value.rule == "apart"
    assert book.begin(Action.PIN_UNBLOCK, visit)
    book.begin(Action.PIN_RELOAD, book.shown())
    steps = book.look(
        lambda s: s.scalars(select(Duty.step).where(Duty.step == "handle_pins")).all()
    )
    assert steps == ["handle_pins"]


def test_only_a_clerk_of_the_counter_serves(tmp_path: Path) -> None:
    with staff(tmp_path) as team:
        team.hire("Wu", Role.COUNTER_CLERK)
        team.hire("Ma", Role.INTAKE_CLERK)
        with bureau(tmp_path) as opened:
            book = CounterBook(opened, [])
            for name in ("Ma", "Nobody"):
                with pytest.raises(DutyError):
                    book.visit(clerk=name)
            assert book.visit(clerk="Wu")


# --- one outcome, one entry -----------------------------------------------------------------------

OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["begin", "carry_out", "done", "failed", "close", "later"]),
        st.sampled_from(list(Action)),
        st.integers(0, 2),
    ),
    max_size=12,
)
OPEN = (None, None, None, None)
GIVEN = {
    Action.CANCEL: {"reason": "x"},
    Action.BLOCK_CARD: {"reason": "x"},
    Action.BLOCK_APPLICATION: {"application": "DF02"},
    Action.UNBLOCK_APPLICATION: {"application": "DF02"},
    Action.UPDATE: {"group": "residence", "items": {"telephone": "1"}},
}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(operations=OPERATIONS)
def test_no_ticket_has_two_outcomes_and_each_outcome_one_entry(
    shared: CounterBook, operations: list[tuple[str, Action, int]]
) -> None:
    book = shared
    book.change(lambda s: setattr(cards.get(s, book.number), "state", CardState.ACTIVE))
    visit = book.shown()
    mine, ends = [visit], dict[str, tuple[Any, ...]]()
    for what, action, which in operations:
        ticket = mine[which % len(mine)]
        work: dict[str, Callable[[], Any]] = {
            "begin": lambda a=action: mine.append(book.begin(a, visit, given=GIVEN.get(a))),
            "carry_out": lambda t=ticket: book.carry_out(t),
            "done": lambda t=ticket: book.report(t),
            "failed": lambda t=ticket: book.report(t, done=False, code="card-removed"),
            "close": lambda: book.change(lambda s: visits.close(s, visit, at=book.at)),
            "later": lambda: setattr(book, "at", book.at + timedelta(minutes=4)),
        }
        with contextlib.suppress(BookError):
            work[what]()
        for one, end in _ends(book, mine).items():
            assert ends.setdefault(one, end) in (end, OPEN)
            ends[one] = end
    _check_trail(book)


def _ends(book: CounterBook, mine: list[str]) -> dict[str, tuple[Any, ...]]:
    t = CounterTicket
    wanted = select(t.id, t.outcome, t.audit_chain, t.audit_number, t.done_at).where(t.id.in_(mine))
    return {row[0]: tuple(row[1:]) for row in book.look(lambda s: s.execute(wanted).all())}


def _check_trail(book: CounterBook) -> None:
    ended = book.look(
        lambda s: s.scalars(select(CounterTicket).where(CounterTicket.outcome.is_not(None))).all()
    )
    wanted = {(t.audit_chain, t.audit_number): (f"counter.{t.action}", t.id) for t in ended}
    names = [f"counter.{action}" for action in (VISIT, *Action)]
    found = itertools.chain.from_iterable(entries(book, name) for name in names)
    noted = {(e.chain, e.number): (e.event, ticket_in(e)) for e in found}
    assert noted == wanted
