"""The chains of the trail are checked in parts, so that no request takes long on a large book.

How far a check came stands in the trail itself, in a chain of its own: nobody at a browser can
claim to have checked more. What a whole check at once sees (`onecard bureau audit`), and what
heads kept elsewhere add, stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import audit, audit_log
from issuance.audit import START, Head
from issuance.audit_errors import AuditError
from issuance.models import AuditChain, AuditEntry

CHAIN = "checks"
PART = 20_000  # entries that are recomputed in one step
GIVEN_UP = timedelta(hours=12)  # a check that nobody goes on with begins anew
GOING, WHOLE, BROKEN = "audit.check", "audit.whole", "audit.broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How far a check is: *state* is one of the three events; *fault* what it found, if anything.

    *checked* of *entries* were recomputed.
    """

    state: str
    at: datetime
    by: str
    reference: str
    checked: int
    entries: int
    chain: str
    fault: tuple[str, str] | None


def last(session: Session) -> Check | None:
    """The newest step of a check; None where the trail was never checked in parts."""
    found = audit_log.page(session, CHAIN, limit=1).entries
    return _check(found[0]) if found else None


def last_whole(session: Session) -> Check | None:
    """The newest check that came to its end."""
    found = audit_log.latest(session, CHAIN, "trail", events=(WHOLE, BROKEN))
    return _check(found) if found else None


def advance(session: Session, *, by: str, at: datetime, part: int = PART) -> Check:
    """Recompute the next *part* entries, of the check that goes on or of a new one."""
    before = last(session)
    goes_on = before is not None and before.state == GOING and at - before.at < GIVEN_UP
    detail = _detail(session) if goes_on else {}
    where = Head(
        str(detail.get("chain", "")),
        int(detail.get("length", 0)),
        bytes.fromhex(str(detail.get("hash", START.hex()))),
    )
    checked, total = int(detail.get("checked", 0)), _entries(session)
    try:
        where, seen = _recompute(session, where, part)
    except AuditError as error:
        broken: audit.Detail = {
            "chain": error.chain,
            "length": error.number,
            "fault": error.fault,
            "checked": checked,
        }
        return _note(session, BROKEN, broken, total, by=by, at=at)
    facts: audit.Detail = {
        "chain": where.chain,
        "length": where.length,
        "hash": where.hash.hex(),
        "checked": checked + seen,
    }
    return _note(session, GOING if seen == part else WHOLE, facts, total, by=by, at=at)


def _recompute(session: Session, after: Head, part: int) -> tuple[Head, int]:
    """Recompute up to *part* entries after this place. Raises AuditError."""
    left, where = part, after
    ends = session.execute(
        select(AuditChain.name, AuditChain.length, AuditChain.head)
        .where(AuditChain.name >= where.chain)
        .order_by(AuditChain.name)
    ).all()
    for name, length, head in ends:
        if name != where.chain:
            where = Head(name, 0, START)
        where, seen = _chain(session, where, min(left, max(length - where.length, 0)))
        left -= seen
        if where.length == length and where.hash != head:
            raise AuditError(name, length, "changed")
        if not left:
            break
    return where, part - left


def _chain(session: Session, where: Head, wanted: int) -> tuple[Head, int]:
    rows = session.execute(
        select(AuditEntry.__table__)
        .where(
            AuditEntry.chain == where.chain,
            AuditEntry.number > where.length,
            AuditEntry.number <= where.length + wanted,
        )
        .order_by(AuditEntry.number)
        .execution_options(yield_per=5_000)
    )
    seen = 0
    for row in rows:
        where = audit.follow(where, *row)
        seen += 1
    if seen != wanted:
        raise AuditError(where.chain, where.length + 1, "missing")
    return where, seen


def _entries(session: Session) -> int:
    return sum(length for _, length in audit_log.chains(session))


def _note(
    session: Session, event: str, facts: audit.Detail, total: int, *, by: str, at: datetime
) -> Check:
    detail: audit.Detail = {**facts, "entries": total}
    audit.append(session, event, [("trail", detail)], chain=CHAIN, by=by, at=at)
    found = last(session)
    assert found is not None  # noqa: S101  # it was written a moment ago
    return found


def _detail(session: Session) -> dict[str, Any]:
    found = audit_log.page(session, CHAIN, limit=1).entries
    return found[0].detail


def _check(entry: audit_log.Entry) -> Check:
    fault = None
    if entry.event == BROKEN:
        error = AuditError(
            str(entry.detail["chain"]), int(entry.detail["length"]), str(entry.detail["fault"])
        )
        fault = error.cause
    return Check(
        state=entry.event,
        at=entry.at,
        by=entry.by,
        reference=entry.reference,
        checked=int(entry.detail["checked"]),
        entries=int(entry.detail["entries"]),
        chain=str(entry.detail["chain"]),
        fault=fault,
    )
