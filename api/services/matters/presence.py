"""The proof that somebody's card is here: shown to this clerk, in a visit that goes on."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance.counter import tickets, visits
from issuance.counter.models import CounterTicket, Presence
from issuance.models import Card
from issuance.people.names import same_person
from issuance.states import CardState


def presence_in(
    session: Session, visit: str, person: str, *, clerk: str, at: datetime
) -> str | None:
    """The proof that this person's card was shown to *clerk* in the visit; None if it was not.

    Nor is it one once the visit is over, or the card lost, suspended or replaced since it was
    shown. Raises NotFoundError, ParameterError for a ticket that is no visit.
    """
    ticket = visits.get(session, visit)
    card = _card(session, ticket)
    if card is None or card.social_security_number != person:
        return None
    if card.state != CardState.ACTIVE or not _goes_on(ticket, clerk, at):
        return None
    return session.scalar(
        select(Presence.id)
        .where(Presence.ticket == visit, Presence.identification_code == card.identification_code)
        .order_by(Presence.at.desc())
        .limit(1)
    )


def _goes_on(ticket: CounterTicket, clerk: str, at: datetime) -> bool:
    over = tickets.ended(ticket) is not None or ticket.expires_at <= at
    return same_person(ticket.clerk, clerk) and not over


def _card(session: Session, ticket: CounterTicket) -> Card | None:
    if ticket.card_number is None or ticket.region is None:
        return None
    return session.get(Card, (ticket.region, ticket.card_number))
