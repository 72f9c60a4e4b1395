"""Cards that were shown at a desk and are not what they say: each leaves an entry in the trail.

A copied card belongs to somebody's card in the book, and stands in its history; the bureau is told
of copies, forgeries and cards that the book does not know. A card signed by a key that is not
trusted here is another region's, mostly: it is noted, and no alarm.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from issuance import audit, cards
from issuance.counter.models import CounterTicket
from issuance.instants import utc
from issuance.models import ONE_BY_ONE, AuditEntry
from reader.authenticity import Verdict, Verification

EVENT: Final = "counter.suspicion"
SUBJECT: Final = "suspicious card"  # of the entries that the bureau is told of
TOLD: Final = frozenset({Verdict.COPIED, Verdict.ALTERED, Verdict.UNKNOWN_CARD})
NOTED: Final = TOLD | {Verdict.UNKNOWN_KEY}


def note(
    session: Session, visit: CounterTicket, found: Verification, *, desk: str, at: datetime
) -> None:
    """Note that such a card was shown in *visit*; nothing for a card of any other verdict."""
    if found.verdict not in NOTED:
        return
    claimed = str(found.record.card_number) if found.record else None
    detail: dict[str, str | int | None] = {
        "verdict": found.verdict.value,
        "desk": desk,
        "ticket": visit.id,
        "purpose": visit.purpose,
        "card": claimed,
    }
    kept = {name: value for name, value in detail.items() if value is not None}
    known = cards.find(session, claimed) if claimed else None
    things: list[tuple[str, audit.Detail]] = []
    if known is not None:
        things.append((f"card {known.number}", kept))
    if found.verdict in TOLD:
        things.append((SUBJECT, kept))
    audit.append(
        session,
        EVENT,
        things or [(f"ticket {visit.id}", kept)],
        chain=known.region if known else audit.OFFICE,
        by=visit.clerk,
        at=at,
    )


def since(session: Session, at: datetime, *, most: int) -> Sequence[AuditEntry]:
    """What the bureau is told of since *at*, the newest first."""
    rows = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.subject == SUBJECT,
            text(ONE_BY_ONE),  # word for word: the index is of these only
            AuditEntry.at >= utc(at).isoformat(timespec="microseconds"),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.chain, AuditEntry.number.desc())
        .limit(most)
    )
    return rows.all()
