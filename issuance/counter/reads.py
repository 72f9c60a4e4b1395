"""Who read my card: what a citizen may be told, from the presences of his cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from issuance.counter.models import Presence
from issuance.models import Card

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A card of his was at a desk; the clerk is known to the office, not told."""

    card_number: str
    desk: str
    purpose: str
    minute: datetime
    identifier: str  # of the presence token, to ask about


def of_person(session: Session, social_security_number: str, *, most: int = MOST) -> Sequence[Read]:
    """The newest first, of every card that the person has or had."""
    rows = session.scalars(
        select(Presence)
        .join(Card, and_(Card.region == Presence.region, Card.number == Presence.card_number))
        .where(Card.social_security_number == social_security_number)
        .order_by(Presence.at.desc(), Presence.id)
        .limit(most)
    )
    return [
        Read(
            card_number=row.card_number,
            desk=row.desk,
            purpose=row.purpose,
            minute=row.at.replace(second=0, microsecond=0),
            identifier=row.id,
        )
        for row in rows
    ]
