"""What happened to a card, for the clerk who has it before him: trail, presences, tickets."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from issuance import cards
from issuance.counter.models import CounterTicket, Presence
from issuance.counter.tickets import audit_number
from issuance.models import ONE_BY_ONE, AuditEntry, Card

MOST = 200


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the audit trail about the card; *number* as clerks are told it."""

    number: str
    at: datetime
    by: str
    event: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """The newest first, each at most `MOST`."""

    events: Sequence[Event]
    presences: Sequence[Presence]
    tickets: Sequence[CounterTicket]


def of_card(session: Session, number: str, *, most: int = MOST) -> History:
    """Everything from the card's making on. Raises NotFoundError."""
    card = cards.get(session, number)
    entries = session.scalars(trail(session, card).limit(most))
    presences = session.scalars(
        select(Presence)
        .where(Presence.region == card.region, Presence.card_number == card.number)
        .order_by(Presence.at.desc(), Presence.id)
        .limit(most)
    )
    tickets = session.scalars(
        select(CounterTicket)
        .where(CounterTicket.region == card.region, CounterTicket.card_number == card.number)
        .order_by(CounterTicket.opened_at.desc(), CounterTicket.id)
        .limit(most)
    )
    return History([_event(entry) for entry in entries], presences.all(), tickets.all())


def trail(session: Session, card: Card) -> Select[AuditEntry]:
    """The entries about a card, the newest first."""
    wanted = select(AuditEntry).where(
        AuditEntry.subject == f"card {card.number}",
        text(ONE_BY_ONE),  # word for word: the index is of these only
    )
    # PostgreSQL opens the part of that chain alone; SQLite would walk the whole chain for it.
    if session.get_bind().dialect.name != "sqlite":
        wanted = wanted.where(AuditEntry.chain == card.region)
    return wanted.order_by(AuditEntry.number.desc())


def _event(entry: AuditEntry) -> Event:
    return Event(
        number=audit_number(entry.chain, entry.number),
        at=datetime.fromisoformat(entry.at),
        by=entry.by,
        event=entry.event,
        detail=json.loads(entry.detail),
    )
