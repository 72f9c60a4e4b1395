"""Tickets: who began what for which card, and how it ended. The id is the key of idempotency."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique

from sqlalchemy.orm import Session

from issuance import audit
from issuance.book_errors import NotFoundError
from issuance.counter.errors import ForeignDeskError, TicketOverError
from issuance.counter.models import CounterTicket

ID_SIZE = 16
LIFETIME = timedelta(minutes=10)


@unique
class Outcome(StrEnum):
    """How a ticket ended."""

    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Ended:
    """What a ticket came to: *audit* is the number of its entry ("430100-000123")."""

    outcome: Outcome
    audit: str
    code: str = ""


def new_id(random: Callable[[int], bytes]) -> str:
    """A name for a ticket that nobody guesses."""
    return random(ID_SIZE).hex()


def get(session: Session, ticket: str, *, lock: bool = False) -> CounterTicket:
    """The ticket; *lock* keeps others from ending it until the commit. Raises NotFoundError."""
    found = session.get(CounterTicket, ticket, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFoundError("ticket", ticket[: 2 * ID_SIZE])
    return found


def require_open(ticket: CounterTicket, *, at: datetime) -> None:
    """Raise TicketOverError for a ticket that has ended, or whose time is over."""
    if ticket.outcome is not None:
        raise TicketOverError("done")
    if at >= ticket.expires_at:
        raise TicketOverError("expired")


def require_desk(ticket: CounterTicket, desk: str) -> None:
    """Raise ForeignDeskError unless the ticket is this desk's."""
    if ticket.desk != desk:
        raise ForeignDeskError


def end(
    session: Session,
    ticket: CounterTicket,
    *,
    outcome: Outcome = Outcome.DONE,
    code: str = "",
    at: datetime,
    **detail: str | None,
) -> Ended:
    """Give a locked ticket its one outcome, with its audit entry. Raises TicketOverError."""
    if ticket.outcome is not None:
        raise TicketOverError("done")
    subject = f"card {ticket.card_number}" if ticket.card_number else f"ticket {ticket.id}"
    facts = {
        "ticket": ticket.id,
        "visit": ticket.parent,
        "desk": ticket.desk,
        "purpose": ticket.purpose,
        "mandate": ticket.mandate,
        "outcome": outcome.value,
        "code": code,
        **detail,
    }
    kept = {name: value for name, value in facts.items() if value}
    head = audit.append(
        session,
        f"counter.{ticket.action}",
        [(subject, kept)],
        chain=ticket.region or audit.OFFICE,
        by=ticket.clerk,
        at=at,
    )
    ticket.outcome, ticket.code, ticket.done_at = outcome.value, code or None, at
    ticket.audit_chain, ticket.audit_number = head.chain, head.length
    session.flush()
    return Ended(outcome, audit_number(head.chain, head.length), code)


def ended(ticket: CounterTicket) -> Ended | None:
    """How the ticket ended; None as long as it is open."""
    if ticket.outcome is None or ticket.audit_chain is None or ticket.audit_number is None:
        return None
    number = audit_number(ticket.audit_chain, ticket.audit_number)
    return Ended(Outcome(ticket.outcome), number, ticket.code or "")


def audit_number(chain: str, number: int) -> str:
    """What is shown to the clerk: "430100-000123"."""
    return f"{chain}-{number:06}"
