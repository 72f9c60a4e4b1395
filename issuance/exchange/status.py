"""Where the files of a batch stand: sent, come back, still out, missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from issuance import batches
from issuance.exchange.models import Direction, ExchangeFile, Outcome, SentCard


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A record file with what came back of it; *sent_at* is None while it is not written."""

    file_id: str
    name: str | None
    bureau: str
    dispatch: int
    volume: int
    volumes: int
    sequence: int | None
    cards: int
    good: int
    rejected: int
    out: int
    sha256: str | None
    sent_at: datetime | None
    sent_by: str | None
    returned_at: datetime | None
    recalled_at: datetime | None
    recall_reason: str | None

    @property
    def untouched(self) -> bool:
        """Sent, and nothing of it came back."""
        return self.sent_at is not None and self.out == self.cards and self.recalled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """A return file that was booked; *signer* is None for one that nobody signed."""

    file_id: str
    name: str | None
    bureau: str
    sequence: int | None
    answers: str | None
    cards: int
    good: int
    rejected: int
    sha256: str | None
    signer: str | None
    received_at: datetime | None
    received_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchExchange:
    """Every file of a batch; *missing_sequences* are numbers of return files that did not come."""

    batch: str
    sent: Sequence[SentFile]
    received: Sequence[ReceivedFile]
    missing_sequences: dict[str, tuple[int, ...]]


def of_batch(session: Session, batch_id: str) -> BatchExchange:
    """The files of a batch, in their order. Raises NotFoundError."""
    batch = batches.get(session, batch_id)
    files = session.scalars(
        select(ExchangeFile)
        .where(ExchangeFile.batch_id == batch_id)
        .order_by(ExchangeFile.dispatch, ExchangeFile.volume, ExchangeFile.handled_at)
    ).all()
    sent = [file for file in files if file.direction is Direction.SENT]
    counts = _counts(session, batch.region, batch_id)
    return BatchExchange(
        batch=batch_id,
        sent=[_sent(file, *counts.get(file.id, (0, 0, 0))) for file in sent],
        received=[_received(file) for file in files if file.direction is Direction.RECEIVED],
        missing_sequences={
            bureau: gaps
            for bureau in sorted({file.bureau for file in files})
            if (gaps := missing_sequences(session, batch.region, bureau))
        },
    )


def out(session: Session, file: ExchangeFile) -> int:
    """How many cards of a record file did not come back yet."""
    waiting = select(func.count()).where(
        SentCard.region == file.region, SentCard.file_id == file.id, SentCard.outcome.is_(None)
    )
    return session.scalar(waiting) or 0


def missing_sequences(session: Session, region: str, bureau: str) -> tuple[int, ...]:
    """The gaps in the numbers of the return files that a bureau sent."""
    taken = set(
        session.scalars(
            select(ExchangeFile.sequence).where(
                ExchangeFile.direction == Direction.RECEIVED,
                ExchangeFile.region == region,
                ExchangeFile.bureau == bureau,
                ExchangeFile.sequence.is_not(None),
            )
        )
    )
    numbers = [number for number in taken if number is not None]
    return tuple(sorted(set(range(1, max(numbers, default=0))) - taken))


def _counts(session: Session, region: str, batch_id: str) -> dict[str, tuple[int, int, int]]:
    """Good, rejected and still out, by record file."""
    good, rejected = (
        func.sum(case((SentCard.outcome == outcome, 1), else_=0))
        for outcome in (Outcome.GOOD, Outcome.REJECTED)
    )
    waiting = func.sum(case((SentCard.outcome.is_(None), 1), else_=0))
    rows = session.execute(
        select(SentCard.file_id, good, rejected, waiting)
        .join(ExchangeFile, ExchangeFile.id == SentCard.file_id)
        .where(SentCard.region == region, ExchangeFile.batch_id == batch_id)
        .group_by(SentCard.file_id)
    )
    return {file_id: (int(g), int(r), int(w)) for file_id, g, r, w in rows}


def _sent(file: ExchangeFile, good: int, rejected: int, waiting: int) -> SentFile:
    return SentFile(
        file_id=file.id,
        name=file.name,
        bureau=file.bureau,
        dispatch=file.dispatch or 1,
        volume=file.volume or 1,
        volumes=file.volumes or 1,
        sequence=file.sequence,
        cards=file.cards,
        good=good,
        rejected=rejected,
        out=waiting,
        sha256=file.sha256,
        sent_at=file.handled_at,
        sent_by=file.handled_by,
        returned_at=file.returned_at,
        recalled_at=file.recalled_at,
        recall_reason=file.recall_reason,
    )


def _received(file: ExchangeFile) -> ReceivedFile:
    return ReceivedFile(
        file_id=file.id,
        name=file.name,
        bureau=file.bureau,
        sequence=file.sequence,
        answers=file.answers,
        cards=file.cards,
        good=file.good,
        rejected=file.rejected,
        sha256=file.sha256,
        signer=file.signer,
        received_at=file.handled_at,
        received_by=file.handled_by,
    )
