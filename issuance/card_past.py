"""What the book would have said of a card at an earlier moment, from its audit trail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from issuance import cards, lifecycle
from issuance.counter.history import trail
from issuance.instants import local_day
from issuance.lifecycle import IN_USE
from issuance.models import Card
from issuance.states import CardState

# Where each event of a card leads, whatever state it came from: a test looks that there is one.
STATE_AFTER: Final[Mapping[str, CardState]] = {
    f"card.{event.value}": transition.to
    for events in lifecycle.CARD.values()
    for event, transition in events.items()
}


def state_at(session: Session, number: str, *, at: datetime) -> CardState:
    """The card's state then; NUMBERED before the first event of its own. Raises NotFoundError."""
    card = cards.get(session, number)
    state = card.state if at >= card.changed_at else _by_the_trail(session, card, at)
    over = state in IN_USE and local_day(at) > card.expires_on
    return CardState.EXPIRED if over else state


def _by_the_trail(session: Session, card: Card, at: datetime) -> CardState:
    for entry in session.scalars(trail(session, card)):
        if entry.event in STATE_AFTER and datetime.fromisoformat(entry.at) <= at:
            return STATE_AFTER[entry.event]
    return CardState.NUMBERED
