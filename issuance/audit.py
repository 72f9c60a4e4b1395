"""The audit trail: who did what to what, and when; it can only grow.

Entries are chained: the hash of each covers its text and the hash of the one before it, so that
a changed, removed, inserted or exchanged entry breaks the chain. The hash is that of a leaf in a
Merkle tree (SHA-256 of 00 and the canonical text; RFC 9162, 2.1.1). There is one chain for each
issuing region and one for the office, so that regions do not wait for each other. A chain that
was cut off and its end rewritten still looks whole; `head`, kept elsewhere, shows that too.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuance import bulk
from issuance.audit_errors import AuditError
from issuance.instants import utc
from issuance.models import AuditChain, AuditEntry

OFFICE = "office"  # the chain of what belongs to no region
LEAF = b"\x00"  # RFC 9162, 2.1.1
START = bytes(32)
_COLUMNS = ("number", "subject", "detail", "hash")
# Citizen numbers and mobile numbers inside free text: the middle is masked.
_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(?:(\d{6})\d{8}(\d{3}[\dXx])|(1\d{2})\d{4}(\d{4}))(?![0-9A-Za-z])"
)

# One text for one value: sorted keys, no spaces, no escapes beyond JSON's own.
_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode

Detail = Mapping[str, str | int | None]


class Head(NamedTuple):
    """How long a chain is, and the hash of its last entry."""

    chain: str
    length: int
    hash: bytes


def append(
    session: Session,
    event: str,
    things: Iterable[tuple[str, Detail]],
    *,
    chain: str,
    by: str,
    at: datetime,
) -> Head:
    """Add one entry for each of *things* (subject, detail), in their order.

    Numbers of persons in the details are masked; names do not belong there.
    """
    head = _lock(session, chain)
    length, latest = head.length, head.hash
    moment, rows = _moment(at), []
    for subject, detail in things:
        length += 1
        text = _canonical({name: _shown(value) for name, value in detail.items()})
        latest = _hash(chain, length, moment, by, event, subject, text, latest)
        rows.append((length, subject, text, latest))
    same = {"chain": chain, "at": moment, "by": by, "event": event}
    bulk.add(session, AuditEntry, _COLUMNS, rows, same=same)
    if rows:
        session.execute(
            update(AuditChain).where(AuditChain.name == chain).values(length=length, head=latest)
        )
    return Head(chain, length, latest)


def heads(session: Session) -> list[Head]:
    """The ends of all chains, to be kept outside of the book."""
    rows = session.execute(select(AuditChain).order_by(AuditChain.name)).scalars()
    return [Head(row.name, row.length, row.head) for row in rows]


def verify(session: Session, *, kept: Iterable[Head] = ()) -> list[Head]:
    """Recompute every chain; return their ends. Raises AuditError at the first break.

    *kept* are ends noted earlier, elsewhere: each must still lie on its chain.
    """
    expected = {(head.chain, head.length): head.hash for head in kept if head.length}
    ends: dict[str, Head] = {}
    rows = session.execute(
        select(AuditEntry.__table__).order_by(AuditEntry.chain, AuditEntry.number),
        execution_options={"yield_per": 5_000},
    )
    for row in rows:
        chain = row.chain
        end = ends[chain] = follow(ends.get(chain, Head(chain, 0, START)), *row)
        if expected.pop((chain, end.length), end.hash) != end.hash:
            raise AuditError(chain, end.length, "rewritten")
    for chain, number in expected:
        raise AuditError(chain, number, "missing")
    for head in heads(session):
        if ends.setdefault(head.chain, Head(head.chain, 0, START)) != head:
            raise AuditError(head.chain, head.length, "missing")
    return [ends[chain] for chain in sorted(ends)]


def follow(
    before: Head,
    chain: str,
    number: int,
    at: str,
    by: str,
    event: str,
    subject: str,
    detail: str,
    found: bytes,
) -> Head:
    """The end of the chain with this entry after *before*. Raises AuditError where it breaks."""
    if number != before.length + 1:
        raise AuditError(chain, before.length + 1, "missing")
    if found != _hash(chain, number, at, by, event, subject, detail, before.hash):
        raise AuditError(chain, number, "changed")
    return Head(chain, number, found)


def masked(text: str) -> str:
    """*text* with the middle of citizen and mobile numbers replaced by stars."""
    return _NUMBERS.sub(lambda m: f"{m[1]}********{m[2]}" if m[1] else f"{m[3]}****{m[4]}", text)


def _shown(value: str | int | None) -> str | int | None:
    return masked(value) if isinstance(value, str) else value


def _lock(session: Session, chain: str) -> Head:
    row = session.execute(
        select(AuditChain.length, AuditChain.head).where(AuditChain.name == chain).with_for_update()
    ).one_or_none()
    if row:
        return Head(chain, row.length, row.head)
    session.add(AuditChain(name=chain, length=0, head=START))
    session.flush()
    return Head(chain, 0, START)


def _hash(
    chain: str, number: int, at: str, by: str, event: str, subject: str, detail: str, before: bytes
) -> bytes:
    text = _canonical([chain, number, at, by, event, subject, detail, before.hex()])
    return hashlib.sha256(LEAF + text.encode()).digest()


def _moment(at: datetime) -> str:
    return utc(at).isoformat(timespec="microseconds")
