"""Visits at a counter, and who may begin what in them."""

from datetime import timedelta

import pytest

from issuance.book_errors import ConflictError, NotFoundError
from issuance.counter import visits
from issuance.counter.action_table import ACTIONS, Action, offered
from issuance.counter.errors import (
    CardNotShownError,
    IdentityNotCheckedError,
    NotOfferedError,
    ParameterError,
    TicketOverError,
    WrongCardError,
)
from issuance.counter.tickets import LIFETIME, Outcome
from issuance.lifecycle import CARD
from issuance.roles import Role
from issuance.states import CardEvent, CardState
from reader.authenticity import Verdict
from reader.presence import verify_presence
from tests.counter_book import DESK, CounterBook
from tests.counter_entries import audit_number_of, tickets_of

# --- visits ---------------------------------------------------------------------------------------


def test_a_visit_is_opened_once_under_its_name(book: CounterBook) -> None:
    ticket = book.visit()
    assert book.visit(ticket=ticket) == ticket
    for other in ({"purpose": "loss"}, {"clerk": "Somebody"}):
        with pytest.raises(ConflictError):
            book.visit(ticket=ticket, **other)


@pytest.mark.parametrize("purpose", ["", "x" * 65, "two\nlines"])
def test_a_purpose_is_a_short_line(shared: CounterBook, purpose: str) -> None:
    with pytest.raises(ParameterError) as refused:
        shared.visit(purpose=purpose)
    assert refused.value.field == "purpose"


def test_a_card_is_noted_with_the_desk_that_showed_it(book: CounterBook) -> None:
    visit = book.visit()
    token = book.show(visit)
    found = book.ticket(visit)
    assert (found.card_number, found.desk, found.shown_at) == (book.number, DESK, book.at)
    assert token is not None
    trust = book.signer.trust()
    assert len(trust) == 1
    with pytest.raises(Exception, match="not trusted"):
        verify_presence(token, trust=trust, now=book.at)  # its key is for records there


def test_a_chip_that_was_not_proved_is_not_shown(book: CounterBook) -> None:
    visit = book.visit()
    for verdict in Verdict:
        if verdict not in visits.KNOWN:
            assert book.show(visit, found=book.found(verdict=verdict)) is None
    assert book.ticket(visit).card_number is None


def test_a_visit_closes_once(book: CounterBook) -> None:
    visit = book.shown()
    ended = book.change(lambda s: visits.close(s, visit, at=book.at))
    assert ended == book.change(lambda s: visits.close(s, visit, at=book.at + LIFETIME))
    assert ended.audit.startswith("371700-")
    with pytest.raises(TicketOverError):
        book.show(visit)


def test_a_visit_without_a_card_ends_in_the_offices_trail(book: CounterBook) -> None:
    visit = book.visit()
    assert book.change(lambda s: visits.close(s, visit, at=book.at)).audit.startswith("office-")


# --- beginning ------------------------------------------------------------------------------------


def test_a_lost_card_need_not_be_there(book: CounterBook) -> None:
    ticket = book.begin(Action.LOSS_TEMPORARY, book.visit(), number=book.number)
    ended = book.carry_out(ticket)
    assert (book.state(), ended.outcome) == ("suspended", Outcome.DONE)
    assert book.carry_out(ticket) == ended
    assert ended.audit == audit_number_of(book, "counter.loss_temporary")


def test_what_needs_the_card_is_refused_without_it(shared: CounterBook) -> None:
    for action, rule in ACTIONS.items():
        if rule.needs_card:
            with pytest.raises(CardNotShownError):
                shared.begin(action, shared.visit(), number=shared.number)


def test_another_card_than_the_one_shown_is_refused(shared: CounterBook) -> None:
    visit = shared.shown()
    with pytest.raises(WrongCardError):
        shared.begin(Action.PIN_RELOAD, visit, number=shared.numbers[1])
    with pytest.raises(WrongCardError):
        shared.show(visit, 1)


def test_a_card_has_to_be_named(shared: CounterBook) -> None:
    with pytest.raises(ParameterError):
        shared.begin(Action.LOSS_FINAL, shared.visit())
    with pytest.raises(NotFoundError):
        shared.begin(Action.LOSS_FINAL, shared.visit(), number="Z00000008")


def test_the_document_has_to_be_checked_where_the_table_says(shared: CounterBook) -> None:
    visit = shared.shown()
    with pytest.raises(IdentityNotCheckedError):
        shared.begin(Action.PIN_RELOAD, visit, identity_checked=False)
    assert shared.begin(Action.PIN_CHANGE, visit, identity_checked=False)


def test_an_action_is_not_begun_for_a_card_in_another_state(shared: CounterBook) -> None:
    for action in (Action.LIFT, Action.ACTIVATE, Action.HAND_OVER):
        with pytest.raises(NotOfferedError) as refused:
            shared.begin(action, shared.shown())
        assert refused.value.state == "active"


def test_an_expired_card_is_in_no_state_for_a_new_pin(book: CounterBook) -> None:
    book.at += timedelta(days=3700)
    with pytest.raises(NotOfferedError) as refused:
        book.begin(Action.PIN_RELOAD, book.shown())
    assert refused.value.state == "expired"


def test_nothing_begins_in_a_visit_that_is_over(book: CounterBook) -> None:
    visit = book.shown()
    book.at += LIFETIME
    with pytest.raises(TicketOverError) as refused:
        book.begin(Action.PIN_RELOAD, visit)
    assert refused.value.reason == "expired"


def test_the_same_click_twice_begins_once(book: CounterBook) -> None:
    visit, ticket = book.shown(), book.new()
    for _ in range(2):
        book.begin(Action.CANCEL, visit, ticket=ticket, given={"reason": "moved"})
    assert len(tickets_of(book, Action.CANCEL)) == 1
    for other in ({"given": {"reason": "died"}}, {"number": book.numbers[1]}):
        with pytest.raises(ConflictError):
            book.begin(
                Action.CANCEL, visit, **{"ticket": ticket, "given": {"reason": "moved"}, **other}
            )
    with pytest.raises(ConflictError):
        book.begin(Action.LOSS_FINAL, visit, ticket=ticket)


def test_a_visit_is_no_action_and_an_action_no_visit(shared: CounterBook) -> None:
    visit = shared.shown()
    ticket = shared.begin(Action.PIN_UNBLOCK, visit)
    for work in (shared.carry_out, shared.report):
        with pytest.raises(ParameterError):
            work(visit)
    with pytest.raises(ParameterError):
        shared.begin(Action.PIN_UNBLOCK, ticket)
    with pytest.raises(ParameterError):
        shared.carry_out(ticket)  # the desk's to do


# --- the table ------------------------------------------------------------------------------------


def test_the_table_offers_what_the_lives_of_cards_allow() -> None:
    events = {
        Action.LOSS_TEMPORARY: CardEvent.SUSPEND,
        Action.LOSS_FINAL: CardEvent.LOSE,
        Action.LIFT: CardEvent.LIFT,
        Action.CANCEL: CardEvent.CANCEL,
        Action.HAND_OVER: CardEvent.HAND_OVER,
    }
    for action, event in events.items():
        assert ACTIONS[action].states
        assert all(event in CARD[state] for state in ACTIONS[action].states)
    assert set(ACTIONS) == set(Action)
    assert offered(CardState.CANCELLED) == (Action.BLOCK_CARD,)
    assert Action.ACTIVATE in offered(CardState.AT_OUTLET)


def test_every_row_of_the_table_speaks_two_languages_and_holds_together() -> None:
    for rule in ACTIONS.values():
        assert all(rule.label)
        assert rule.roles == (Role.COUNTER_CLERK,)
        assert rule.needs_card or not rule.on_card or rule.relayed
        assert not (rule.needs_pin and rule.by_mandate)
        assert all(all(field.label) for field in rule.fields)
