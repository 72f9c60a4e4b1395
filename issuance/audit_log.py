"""The audit trail as it is read: newest first, in pages, by chain and subject.

A moment is found by halving, as the entries of a chain follow each other in time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from issuance.instants import utc
from issuance.models import ONE_BY_ONE, AuditChain, AuditEntry

PAGE = 50
_MOMENT = 20_000  # entries that one moment may have: cards are prepared by the thousand
_NUMBERS = 1 << 31


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the trail; `reference` is how people name it."""

    chain: str
    number: int
    at: datetime
    by: str
    event: str
    subject: str
    detail: dict[str, Any]

    @property
    def reference(self) -> str:
        """Chain and number: 371700-000123."""
        return reference(self.chain, self.number)


@dataclass(frozen=True, slots=True)
class Found:
    """Some entries, newest first; *before* is where an older page begins, None at the start."""

    entries: Sequence[Entry]
    before: int | None


def reference(chain: str, number: int) -> str:
    """How people name an entry."""
    return f"{chain}-{number:06}"


def chains(session: Session) -> list[tuple[str, int]]:
    """Every chain and how many entries it has."""
    rows = session.execute(select(AuditChain.name, AuditChain.length).order_by(AuditChain.name))
    return [(name, length) for name, length in rows]


def page(
    session: Session,
    chain: str,
    *,
    subject: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> Found:
    """Entries of a chain older than the number *before*, of one subject where one is named.

    Of a subject, all but the entry that cards get by the thousand when they are prepared: the
    trail's index has the others.
    """
    top = min(before if before is not None else length(session, chain) + 1, _NUMBERS)
    wanted = (
        select(AuditEntry)
        .where(AuditEntry.chain == chain, AuditEntry.number < top)
        .order_by(AuditEntry.number.desc())
        .limit(limit + 1)
    )
    if subject:
        wanted = wanted.where(AuditEntry.subject == subject, text(ONE_BY_ONE))
    rows = session.scalars(wanted).all()
    entries = [_entry(row) for row in rows[:limit]]
    return Found(entries, entries[-1].number if len(rows) > limit else None)


def length(session: Session, chain: str) -> int:
    """How many entries a chain has."""
    found = session.get(AuditChain, chain, populate_existing=True)
    return 0 if found is None else found.length


def latest(session: Session, chain: str, subject: str, *, events: Sequence[str]) -> Entry | None:
    """The newest entry of a subject, with one of these events."""
    wanted = (
        select(AuditEntry)
        .where(
            AuditEntry.chain == chain,
            AuditEntry.subject == subject,
            AuditEntry.event.in_(events),
            text(ONE_BY_ONE),
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    row = session.scalars(wanted).one_or_none()
    return None if row is None else _entry(row)


def at_moment(
    session: Session, chain: str, moment: datetime, subject: str, *, limit: int = 20
) -> list[Entry]:
    """The entries of a subject that were written for this very moment, in their order."""
    written = utc(moment).isoformat(timespec="microseconds")
    first = _first_since(session, chain, written)
    rows = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.chain == chain,
            AuditEntry.number >= first,
            AuditEntry.number < first + _MOMENT,
            AuditEntry.at == written,
            AuditEntry.subject == subject,
        )
        .order_by(AuditEntry.number)
        .limit(limit)
    )
    return [_entry(row) for row in rows]


def _first_since(session: Session, chain: str, written: str) -> int:
    """The number of the first entry that is not older than the moment; by halving."""
    low, high = 1, length(session, chain) + 1
    while low < high:
        middle = (low + high) // 2
        found = session.scalar(
            select(AuditEntry.at).where(AuditEntry.chain == chain, AuditEntry.number == middle)
        )
        if found is not None and found < written:
            low = middle + 1
        else:
            high = middle
    return low


def _entry(row: AuditEntry) -> Entry:
    return Entry(
        row.chain,
        row.number,
        datetime.fromisoformat(row.at),
        row.by,
        row.event,
        row.subject,
        json.loads(row.detail),
    )
