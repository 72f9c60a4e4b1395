"""Prepared data erased when nobody needs them any more.

Personal information is kept no longer than its purpose takes (Personal Information Protection Law,
article 19), and a chunk has names, numbers and addresses in clear. Cards, applications and signed
records stay: the book needs them as long as a card is valid.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from issuance import audit, batches
from issuance.instants import local_day
from issuance.models import Batch, Chunk
from issuance.people import rules
from issuance.people.rules import Rule
from issuance.preparation.chunk_rows import ChunkKey, is_chunk
from issuance.preparation.errors import NotErasableError
from issuance.states import BatchState

_NUMBER_SIZE: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased: so many chunks now, and *before* that so many.

    *digest*: SHA-256 over the number (4 bytes) and the SHA-256 of each chunk of now, in their
    order; None where there was none.
    """

    batch: str
    chunks: int
    before: int
    digest: str | None


def erase(session: Session, batch_id: str, *, by: str, at: datetime) -> Erasure:
    """Erase the prepared data of a closed batch, so many days after its close as the book says.

    Raises NotFoundError, NotErasableError.
    """
    batch = batches.get(session, batch_id, lock=True)
    _check_done(session, batch, at)
    mine = (Chunk.region == batch.region, Chunk.batch_id == batch.id)
    before = session.scalar(select(func.count()).where(*mine, Chunk.erased_at.is_not(None))) or 0
    numbers = session.scalars(
        select(Chunk.number).where(*mine, Chunk.content.is_not(None)).order_by(Chunk.number)
    ).all()
    if not numbers:
        return Erasure(batch=batch.id, chunks=0, before=before, digest=None)
    digest = _erase(session, batch, numbers, at)
    detail: audit.Detail = {"chunks": len(numbers), "digest": digest}
    subject = f"batch {batch.id}"
    audit.append(session, "batch.erase", [(subject, detail)], chain=batch.region, by=by, at=at)
    return Erasure(batch=batch.id, chunks=len(numbers), before=before, digest=digest)


def _check_done(session: Session, batch: Batch, at: datetime) -> None:
    if batch.state is not BatchState.CLOSED or batch.closed_at is None:
        raise NotErasableError(batch.id, state=batch.state.value)
    kept = timedelta(days=rules.value(session, Rule.PREPARED_DATA_DAYS))
    until = local_day(batch.closed_at) + kept
    if local_day(at) < until:
        raise NotErasableError(batch.id, state=batch.state.value, until=until)


def _erase(session: Session, batch: Batch, numbers: Sequence[int], at: datetime) -> str:
    """One chunk after the other: a batch may have a thousand, of some megabytes each."""
    if session.get_bind().dialect.name == "sqlite":
        # Otherwise the pages are only marked as free, and what was in them stays in the file.
        session.execute(text("PRAGMA secure_delete = ON"))
    digest = hashlib.sha256()
    for number in numbers:
        this = is_chunk(ChunkKey(batch.region, batch.id, number))
        content = session.scalar(select(Chunk.content).where(*this)) or b""
        digest.update(number.to_bytes(_NUMBER_SIZE, "big") + hashlib.sha256(content).digest())
        session.execute(
            update(Chunk)
            .where(*this)
            .values(content=None, erased_at=at)
            .execution_options(synchronize_session=False)
        )
    return digest.hexdigest()
