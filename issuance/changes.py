"""A change of the book from a page: what came of it, and the entries it left in the trail.

A change that takes two people is first tried and thrown away. What is forbidden, or stands so
already, is told before the second person's code is used up; a form that is sent twice changes
nothing the second time, and costs no code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from crypto.keystore import KeyStore
from issuance import audit_log
from issuance.database import transaction
from issuance.instants import utc
from issuance.models import AuditEntry
from issuance.people import authentication
from issuance.people.authentication import Proof
from issuance.people.passwords import LOW_MEMORY, Cost

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What the work gave, and the number of its last entry in the trail.

    *reference* is empty where nothing was changed: it stood so before.
    """

    value: T
    reference: str

    @property
    def changed(self) -> bool:
        """Whether anything was changed."""
        return bool(self.reference)


class _ThrownAwayError(Exception):
    """Ends a transaction of which nothing is kept."""


def change(engine: Engine, work: Callable[[Session], T], *, by: str, at: datetime) -> Change[T]:
    """Do *work* in a transaction. Raises what it raises, and StorageError."""
    with transaction(engine) as session:
        return _noted(session, work, by=by, at=at)


def attempt(engine: Engine, work: Callable[[Session], T], *, by: str, at: datetime) -> Change[T]:
    """What *work* would come to; nothing of it is kept. Raises what it raises."""
    found: Change[T] | None = None
    try:
        with transaction(engine) as session:
            found = _noted(session, work, by=by, at=at)
            raise _ThrownAwayError
    except _ThrownAwayError:
        assert found is not None  # noqa: S101  # the line before it was reached
        return found


def change_by_two(
    engine: Engine,
    store: KeyStore,
    work: Callable[[Session, str], T],
    second: Proof,
    *,
    by: str,
    at: datetime,
    random: Callable[[int], bytes],
    cost: Cost = LOW_MEMORY,
) -> Change[T]:
    """Do *work* with the name of the second person, once he has shown who he is.

    Raises what it raises, LoginError, LockedError.
    """
    tried = attempt(engine, lambda session: work(session, second.name), by=by, at=at)
    if not tried.changed:
        return tried
    name = authentication.confirm(engine, store, second, at=at, random=random, cost=cost)
    return change(engine, lambda session: work(session, name), by=by, at=at)


def _noted(session: Session, work: Callable[[Session], T], *, by: str, at: datetime) -> Change[T]:
    before = dict(audit_log.chains(session))
    value = work(session)
    session.flush()
    last = ""
    for name, length in audit_log.chains(session):
        # Others may have written to other chains meanwhile.
        number = session.scalar(
            select(AuditEntry.number)
            .where(
                AuditEntry.chain == name,
                AuditEntry.number > before.get(name, 0),
                AuditEntry.number <= length,
                AuditEntry.by == by,
                AuditEntry.at == utc(at).isoformat(timespec="microseconds"),
            )
            .order_by(AuditEntry.number.desc())
            .limit(1)
        )
        last = audit_log.reference(name, number) if number else last
    return Change(value, last)
