"""A card's way from the bureau to its holder: inspected, shipped, at the outlet, handed over.

Putting it to use at the counter is `issuance.cards.activate`'s. Each step answers False when the
card stood so before.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from issuance import cards
from issuance.states import CardEvent, CardState


def inspect(session: Session, number: str, *, by: str, at: datetime) -> bool:
    """Print, chip and book agree. Raises NotFoundError, LifecycleError."""
    if not cards.change(session, number, CardEvent.INSPECT, CardState.INSPECTED, by=by, at=at):
        return False
    cards.get(session, number).inspected_at = at
    return True


def ship(session: Session, number: str, *, outlet: str, by: str, at: datetime) -> bool:
    """The card leaves for *outlet*. Raises NotFoundError, LifecycleError."""
    if not cards.change(
        session, number, CardEvent.SHIP, CardState.SHIPPED, by=by, at=at, outlet=outlet
    ):
        return False
    card = cards.get(session, number)
    card.shipped_at, card.outlet = at, outlet
    return True


def arrive(session: Session, number: str, *, by: str, at: datetime) -> bool:
    """The outlet has the card. Raises NotFoundError, LifecycleError."""
    if not cards.change(session, number, CardEvent.ARRIVE, CardState.AT_OUTLET, by=by, at=at):
        return False
    cards.get(session, number).arrived_at = at
    return True


def send_back(session: Session, number: str, *, reason: str, by: str, at: datetime) -> bool:
    """Nobody came for the card: it returns to the bureau. Raises NotFoundError, LifecycleError."""
    return cards.change(
        session, number, CardEvent.RETURN, CardState.INSPECTED, by=by, at=at, reason=reason
    )


def hand_over(session: Session, number: str, *, by: str, at: datetime) -> bool:
    """The holder has the card, not in use yet. Raises NotFoundError, LifecycleError."""
    if not cards.change(session, number, CardEvent.HAND_OVER, CardState.HANDED_OVER, by=by, at=at):
        return False
    cards.get(session, number).handed_over_at = at
    return True
