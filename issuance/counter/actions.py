"""What is done for a holder within a visit: begun, carried out or reported, and ended once.

An action on the book alone is carried out here; one on the card is work for the desk that showed
it, which reports how it went. Doing anything twice under one ticket does it once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from issuance import batches, cards, duties
from issuance.book_errors import ConflictError
from issuance.counter import book_actions, mandates, parameters, tickets, visits
from issuance.counter.action_table import ACTIONS, Action, ActionRule
from issuance.counter.errors import (
    CardNotShownError,
    IdentityNotCheckedError,
    NotOfferedError,
    ParameterError,
    TicketOverError,
    WrongCardError,
)
from issuance.counter.models import CounterTicket
from issuance.counter.tickets import Ended, Outcome
from issuance.duties import Step
from issuance.models import Card
from reader.card_profile.profiles import PROFILES
from reader.card_profile.values import IdentificationCode
from reader.issuer_server import Work

MAX_CODE = 40


def begin(
    session: Session,
    ticket: str,
    action: Action,
    *,
    visit: str,
    at: datetime,
    number: str | None = None,
    given: Mapping[str, Any] | None = None,
    identity_checked: bool = False,
    mandate: str | None = None,
) -> CounterTicket:
    """Begin *action* under the name *ticket*; the same again gives the same ticket.

    *number* is the card's, by default the one shown in the visit; *given* are the fields that the
    action asks for. Raises NotFoundError, DutyError, TicketOverError, CardNotShownError,
    WrongCardError, NotOfferedError, IdentityNotCheckedError, ParameterError, MandateError,
    ConflictError (the name was used for something else).
    """
    rule, lies_in = ACTIONS[action], visits.get(session, visit, lock=True)
    duties.require_role(session, lies_in.clerk, rule.roles, doing=rule.label)
    card = cards.get(session, _number(lies_in, rule, number))
    kept = parameters.check(action, given or {}, PROFILES[_profile(session, card)])
    if (found := session.get(CounterTicket, ticket)) is not None:
        return _same(found, action, lies_in, card, kept, mandate)
    tickets.require_open(lies_in, at=at)
    _require_offered(session, rule, card, at)
    if rule.needs_identity and not identity_checked:
        raise IdentityNotCheckedError
    if mandate is not None:
        mandates.require(session, mandate, action, holder_number=card.social_security_number, at=at)
    if action is Action.PIN_RELOAD:
        subject = f"batch {card.batch_id}"
        duties.perform(session, Step.HANDLE_PINS, subject, by=lies_in.clerk, at=at)
    begun = CounterTicket(
        id=ticket,
        action=action.value,
        parent=lies_in.id,
        purpose=lies_in.purpose,
        clerk=lies_in.clerk,
        desk=lies_in.desk,
        region=card.region,
        card_number=card.number,
        identification_code=card.identification_code,
        parameters=kept,
        mandate=mandate,
        opened_at=at,
        expires_at=at + rule.lasts,
    )
    session.add(begun)
    session.flush()
    return begun


def begun(session: Session, ticket: str, action: Action, *, clerk: str) -> bool:
    """Whether *clerk* began *action* under this name before."""
    found = session.get(CounterTicket, ticket)
    return found is not None and (found.action, found.clerk) == (action.value, clerk)


def carry_out(session: Session, ticket: str, *, at: datetime) -> Ended:
    """Do in the book what *ticket* asks for; the second call gives the first result.

    Raises NotFoundError, TicketOverError, LifecycleError, ConflictError, DutyError; ParameterError
    for what is done on the card.
    """
    found, action = _of_action(session, ticket)
    if ACTIONS[action].on_card:
        raise ParameterError("ticket", "done on the card", "须在卡上办理")
    if (before := tickets.ended(found)) is not None:
        return before
    tickets.require_open(found, at=at)
    changed = book_actions.do(session, action, found, at=at)
    return tickets.end(session, found, at=at, unchanged=None if changed else "1")


def work(session: Session, ticket: str, *, desk: str, at: datetime) -> Work:
    """What a desk has to do on the card. Raises as `carry_out`, and ForeignDeskError."""
    found, action = _of_action(session, ticket)
    rule = ACTIONS[action]
    if found.desk is None and not rule.needs_card:
        found.desk = desk  # nothing was shown yet: whoever begins to work is the desk
    tickets.require_desk(found, desk)
    if not rule.on_card:
        raise ParameterError("ticket", "not done on the card", "不在卡上办理")
    tickets.require_open(found, at=at)
    _require_offered(session, ACTIONS[action], cards.get(session, found.card_number or ""), at)
    return Work(
        ticket=found.id,
        action=action.value,
        identification_code=None if rule.relayed else _chip(found),
        parameters={} if rule.relayed else found.parameters,
    )


def _chip(ticket: CounterTicket) -> IdentificationCode:
    return IdentificationCode(ticket.identification_code or b"")


def report(
    session: Session, ticket: str, *, desk: str, done: bool, code: str = "", at: datetime
) -> Ended:
    """How the work on the card ended; the same report again gives the first result.

    A report may come after the ticket's time: what the card did, it did. Raises NotFoundError,
    ForeignDeskError, ParameterError; TicketOverError for a report that contradicts the first.
    """
    found, action = _of_action(session, ticket)
    tickets.require_desk(found, desk)
    if not ACTIONS[action].on_card:
        raise ParameterError("ticket", "not done on the card", "不在卡上办理")
    if len(code) > MAX_CODE or not code.isascii() or not (code.isprintable() or not code):
        raise ParameterError("code", f"at most {MAX_CODE} characters", f"最多 {MAX_CODE} 个字符")
    outcome = Outcome.DONE if done else Outcome.FAILED
    if (before := tickets.ended(found)) is not None:
        if before.outcome is not outcome:
            raise TicketOverError("done")
        return before
    late = "1" if at >= found.expires_at else None
    return tickets.end(session, found, outcome=outcome, code=code, at=at, late=late)


def _number(visit: CounterTicket, rule: ActionRule, number: str | None) -> str:
    if rule.needs_card:
        if visit.card_number is None:
            raise CardNotShownError
        if number not in (None, visit.card_number):
            raise WrongCardError
    wanted = number or visit.card_number
    if wanted is None:
        raise ParameterError("number", "which card?", "缺少卡号")
    return wanted


def _profile(session: Session, card: Card) -> str:
    return batches.get(session, card.batch_id).profile


def _require_offered(session: Session, rule: ActionRule, card: Card, at: datetime) -> None:
    state = cards.status(session, card.number, at=at).state
    if state not in rule.states:
        raise NotOfferedError(rule.label, state.value)


def _same(
    found: CounterTicket,
    action: Action,
    visit: CounterTicket,
    card: Card,
    kept: Mapping[str, Any],
    mandate: str | None,
) -> CounterTicket:
    before = (found.action, found.parent, found.card_number, found.parameters, found.mandate)
    if before != (action.value, visit.id, card.number, kept, mandate):
        raise ConflictError(f"There is a ticket {found.id} already.", f"业务单 {found.id} 已存在。")
    return found


def _of_action(session: Session, ticket: str) -> tuple[CounterTicket, Action]:
    found = tickets.get(session, ticket, lock=True)
    try:
        return found, Action(found.action)
    except ValueError:
        raise ParameterError("ticket", "a visit", "不是业务办理单") from None
