"""What persons hold now, in the whole country: open applications, cards in the making, in use.

PostgreSQL keeps it in a table of its own (docs/decisions/0022), where one look-up answers for all
regions; an SQLite file has one table for all regions and indexes of just these.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, Integer, Select, String, and_, column, or_, select, table
from sqlalchemy.orm import Session

from issuance.lifecycle import IN_MAKING, IN_USE, LIVE, OPEN_APPLICATION
from issuance.models import Application, Card

_HOLDING = table(
    "holding",
    column("social_security_number", String),
    column("kind", String),
    column("region", String),
    column("number", String),
    column("expires_on", Date),
    column("intake_id", Integer),
)
_HELD = _HOLDING.c


class CardPlace(NamedTuple):
    """Where a card is."""

    region: str
    number: str


def with_open_application(session: Session, numbers: Sequence[str]) -> set[str]:
    """Those of *numbers* who have an open application."""
    if _is_kept(session):
        wanted = select(_HELD.social_security_number).where(_HELD.kind == "applied")
        return set(session.scalars(wanted.where(_HELD.social_security_number.in_(numbers))))
    person = Application.social_security_number
    return set(
        session.scalars(
            select(person).where(person.in_(numbers), Application.state.in_(OPEN_APPLICATION))
        )
    )


def with_live_card(session: Session, numbers: Sequence[str], *, on: date) -> set[str]:
    """Those of *numbers* who have a card in the making, or in use and not past its last day."""
    wanted = persons_with_live_card(session, on)
    person = wanted.selected_columns[0]
    return set(session.scalars(wanted.where(person.in_(numbers))))


def with_card_in_making(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of *numbers* who have a card in the making."""
    wanted = persons_with_card_in_making(session)
    person = wanted.selected_columns[0]
    return set(session.scalars(wanted.where(person.in_(numbers)))) if numbers else set()


def persons_with_live_card(session: Session, on: date) -> Select[str]:
    """Everybody's number who has a live card on that day; to be narrowed."""
    if _is_kept(session):
        used = and_(_HELD.kind == "use", _HELD.expires_on >= on)
        return select(_HELD.social_security_number).where(or_(_HELD.kind == "making", used))
    live = and_(Card.state.in_(LIVE), or_(Card.state.not_in(IN_USE), Card.expires_on >= on))
    return select(Card.social_security_number).where(live)


def persons_with_card_in_making(session: Session) -> Select[str]:
    """Everybody's number who has a card in the making; to be narrowed."""
    if _is_kept(session):
        return select(_HELD.social_security_number).where(_HELD.kind == "making")
    return select(Card.social_security_number).where(Card.state.in_(IN_MAKING))


def cards_in_use(session: Session, number: str) -> list[CardPlace]:
    """The cards that the person with this *number* has in use."""
    if _is_kept(session):
        wanted = select(_HELD.region, _HELD.number).where(
            _HELD.social_security_number == number, _HELD.kind == "use"
        )
    else:
        wanted = select(Card.region, Card.number).where(
            Card.social_security_number == number, Card.state.in_(IN_USE)
        )
    return [CardPlace(*row) for row in session.execute(wanted)]


def _is_kept(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
