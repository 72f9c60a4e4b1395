"""The trail and the tickets of a counter, as tests look at them."""

from sqlalchemy import select

from issuance.counter.action_table import Action
from issuance.counter.models import CounterTicket
from issuance.models import AuditEntry
from tests.counter_book import CounterBook


def ticket_in(entry: AuditEntry) -> str:
    start = entry.detail.index('"ticket":"') + len('"ticket":"')
    return entry.detail[start : start + 32]


def entries(book: CounterBook, event: str) -> list[AuditEntry]:
    wanted = select(AuditEntry).where(AuditEntry.event == event)
    found: list[AuditEntry] = book.look(lambda s: s.scalars(wanted).all())
    return found


def audit_number_of(book: CounterBook, event: str) -> str:
    (entry,) = entries(book, event)
    return f"{entry.chain}-{entry.number:06}"


def tickets_of(book: CounterBook, action: Action) -> list[CounterTicket]:
    wanted = select(CounterTicket).where(CounterTicket.action == action.value)
    found: list[CounterTicket] = book.look(lambda s: s.scalars(wanted).all())
    return found
