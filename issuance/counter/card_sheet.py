"""What a clerk sees of a card: the book's state of it, its holder, and what came before and after.

Whoever looks at a card that is not before him is noted, with his purpose.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import audit, batches, cards
from issuance.models import Application, Card
from issuance.states import CardState


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSheet:
    """A card and its holder; *since* is when the card came into its state."""

    number: str
    region: str
    batch: str
    profile: str
    state: CardState
    since: datetime
    issued_on: date
    expires_on: date
    replaces: str | None
    replaced_by: str | None
    outlet: str | None
    holder: Application


def card_sheet(session: Session, number: str, *, at: datetime) -> CardSheet:
    """The sheet of a card. Raises NotFoundError."""
    card = cards.get(session, number)
    standing = cards.status(session, number, at=at)
    application = session.get_one(Application, (card.region, card.intake_id, card.row))
    return CardSheet(
        number=card.number,
        region=card.region,
        batch=card.batch_id,
        profile=batches.get(session, card.batch_id).profile,
        state=standing.state,
        since=standing.since,
        issued_on=card.issued_on,
        expires_on=card.expires_on,
        replaces=card.replaces,
        replaced_by=_follower(session, card),
        outlet=card.outlet,
        holder=application,
    )


def cards_of(session: Session, social_security_number: str, *, at: datetime) -> list[CardSheet]:
    """Every card of a person, the newest first."""
    numbers = session.scalars(
        select(Card.number)
        .where(Card.social_security_number == social_security_number)
        .order_by(Card.issued_on.desc(), Card.number.desc())
    ).all()
    return [card_sheet(session, number, at=at) for number in numbers]


def note_look(
    session: Session,
    sheets: Sequence[CardSheet],
    *,
    ticket: str,
    purpose: str,
    by: str,
    at: datetime,
) -> None:
    """Note that somebody looked at cards that were not on his reader."""
    for sheet in sheets:
        detail: audit.Detail = {"visit": ticket, "purpose": purpose}
        things = [(f"card {sheet.number}", detail)]
        audit.append(session, "card.look", things, chain=sheet.region, by=by, at=at)


def _follower(session: Session, card: Card) -> str | None:
    return session.scalar(
        select(Card.number)
        .where(
            Card.social_security_number == card.social_security_number,
            Card.replaces == card.number,
            Card.state != CardState.REJECTED,
        )
        .order_by(Card.issued_on.desc())
        .limit(1)
    )
