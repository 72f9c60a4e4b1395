"""Beginning to write what waits: a counter's ticket for each data group, in a visit with the card.

The ticket lends the keys of these records (`issuance.counter.key_rules`), the desk does the work
and reports it once. A ticket that ends without success leaves its data waiting.
"""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.card_data.errors import NothingWaitingError
from api.services.card_data.models import CardWrite
from api.services.card_data.waiting import Waiting, waiting
from issuance import audit, cards
from issuance.book_errors import ConflictError
from issuance.counter import actions, tickets, visits
from issuance.counter.action_table import Action
from issuance.counter.errors import CardNotShownError
from issuance.counter.models import CounterTicket
from issuance.counter.tickets import Outcome
from issuance.models import Card

NEWER = "card-data-newer"  # how a ticket ends whose data another one brings anew


def begin(
    session: Session,
    ticket: str,
    *,
    visit: str,
    group: str,
    at: datetime,
) -> CounterTicket:
    """Begin to write what waits of a data group; the same again gives the same ticket.

    A ticket of the same card and group that is still open ends: the newest data win. Raises
    NothingWaitingError, CardNotShownError, ConflictError, and what `actions.begin` raises.
    """
    card = shown_card(session, visit)
    if (found := session.get(CounterTicket, ticket)) is not None:
        if (found.parent, found.parameters.get("group")) != (visit, group):
            raise ConflictError(f"There is a ticket {ticket} already.", f"业务单 {ticket} 已存在。")
        return found
    lacks = (one for one in waiting(session, card) if one.group == group and one.items)
    wanted = next(lacks, None)
    if wanted is None:
        raise NothingWaitingError
    for older in _open(session, card):
        if older.parameters.get("group") == group:
            tickets.end(session, older, outcome=Outcome.FAILED, code=NEWER, at=at)
    begun = actions.begin(
        session,
        ticket,
        Action.RECORD,
        visit=visit,
        given={"group": group, "items": wanted.items},
        at=at,
    )
    _note(session, begun, wanted, at)
    return begun


def begin_all(session: Session, name: str, *, visit: str, at: datetime) -> list[CounterTicket]:
    """Begin every group that waits, each under a name that follows from *name*.

    Of a cyclic file the oldest record that waits: the others come after it. Errors as `begin`.
    """
    card = shown_card(session, visit)
    groups = dict.fromkeys(one.group for one in waiting(session, card) if one.items)
    return [
        begin(session, _named(name, group), visit=visit, group=group, at=at) for group in groups
    ]


def next_open(session: Session, visit: str, *, at: datetime) -> CounterTicket | None:
    """The first of the tickets begun in this visit that the desk has not done yet."""
    return next(
        (
            one
            for one in _open(session, shown_card(session, visit))
            if one.parent == visit and one.expires_at > at
        ),
        None,
    )


def ended_in(session: Session, visit: str) -> list[CounterTicket]:
    """The tickets of this visit that came to an end, in their order."""
    return list(
        session.scalars(
            select(CounterTicket)
            .where(
                CounterTicket.parent == visit,
                CounterTicket.action == Action.RECORD,
                CounterTicket.outcome.is_not(None),
            )
            .order_by(CounterTicket.done_at, CounterTicket.id)
        )
    )


def shown_card(session: Session, visit: str) -> Card:
    """The card of a visit. Raises NotFoundError, CardNotShownError."""
    found = visits.get(session, visit)
    if found.card_number is None or found.shown_at is None:
        raise CardNotShownError
    return cards.get(session, found.card_number)


def _open(session: Session, card: Card) -> list[CounterTicket]:
    return list(
        session.scalars(
            select(CounterTicket)
            .where(
                CounterTicket.region == card.region,
                CounterTicket.card_number == card.number,
                CounterTicket.action == Action.RECORD,
                CounterTicket.outcome.is_(None),
            )
            .order_by(CounterTicket.opened_at, CounterTicket.id)
        )
    )


def _note(session: Session, ticket: CounterTicket, wanted: Waiting, at: datetime) -> None:
    session.add_all(
        CardWrite(ticket=ticket.id, matter=matter, number=number, at=at, by=ticket.clerk)
        for matter, number in wanted.sources
    )
    detail = {
        "ticket": ticket.id,
        "card": ticket.card_number,
        "group": wanted.group,
        "items": ", ".join(wanted.items),
    }
    things: list[tuple[str, audit.Detail]] = [
        (f"matter {matter}", detail) for matter in dict.fromkeys(m for m, _ in wanted.sources)
    ]
    chain = ticket.region or audit.OFFICE
    audit.append(session, "card_data.begin", things, chain=chain, by=ticket.clerk, at=at)
    session.flush()


def _named(name: str, group: str) -> str:
    return hashlib.sha256(f"{name} {group}".encode()).hexdigest()[:32]
