"""The actions that the server does at once, in the book alone."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from issuance import cards, delivery
from issuance.cards import Loss
from issuance.counter.action_table import Action
from issuance.counter.models import CounterTicket


def do(session: Session, action: Action, ticket: CounterTicket, *, at: datetime) -> bool:
    """Carry it out; False when it stood so before. Raises LifecycleError, ConflictError."""
    return _DO[action](session, ticket, ticket.card_number or "", at)


def _loss(loss: Loss) -> Callable[[Session, CounterTicket, str, datetime], bool]:
    return lambda session, ticket, number, at: cards.report_loss(
        session, number, loss=loss, by=ticket.clerk, at=at
    )


def _lift(session: Session, ticket: CounterTicket, number: str, at: datetime) -> bool:
    return cards.lift(session, number, by=ticket.clerk, at=at)


def _cancel(session: Session, ticket: CounterTicket, number: str, at: datetime) -> bool:
    reason = str(ticket.parameters["reason"])
    return cards.cancel(session, number, reason=reason, by=ticket.clerk, at=at)


def _hand_over(session: Session, ticket: CounterTicket, number: str, at: datetime) -> bool:
    return delivery.hand_over(session, number, by=ticket.clerk, at=at)


def _activate(session: Session, ticket: CounterTicket, number: str, at: datetime) -> bool:
    return cards.activate(session, number, by=ticket.clerk, at=at)


_DO: Mapping[Action, Callable[[Session, CounterTicket, str, datetime], bool]] = {
    Action.LOSS_TEMPORARY: _loss(Loss.TEMPORARY),
    Action.LOSS_FINAL: _loss(Loss.FINAL),
    Action.LIFT: _lift,
    Action.CANCEL: _cancel,
    Action.HAND_OVER: _hand_over,
    Action.ACTIVATE: _activate,
}
