"""A dispatch: which cards of a batch go to a bureau, in which volumes; and taking it back.

All of it is settled in one transaction before the first file is written, so that the header can
say "volume n of m" and a run that was cut off goes on with the same files.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from issuance import audit, batches, bulk, duties
from issuance.book_errors import ConflictError
from issuance.duties import Step
from issuance.exchange.chain import ID_SIZE
from issuance.exchange.errors import NothingToSendError
from issuance.exchange.models import Direction, ExchangeFile, Outcome, SentCard
from issuance.models import Batch, Card
from issuance.regions import in_batch
from issuance.states import CardState


def plan(
    session: Session,
    batch_id: str,
    *,
    bureau: str,
    size: int,
    by: str,
    at: datetime,
    random: Callable[[int], bytes],
) -> list[str]:
    """The ids of the files to write now: of a dispatch begun before, or of a new one.

    A new one has the batch's prepared cards that are not out, *size* a volume. Raises
    NotFoundError, NothingToSendError, ConflictError (one to another bureau is half written),
    DutyError.
    """
    batch = batches.get(session, batch_id, lock=True)
    duties.perform(session, Step.PRODUCE, f"batch {batch_id}", by=by, at=at)
    begun = session.scalars(
        select(ExchangeFile)
        .where(*_sent(batch_id), ExchangeFile.handled_at.is_(None))
        .order_by(ExchangeFile.volume)
    ).all()
    if begun and begun[0].bureau != bureau:
        raise ConflictError(
            f"Cards of batch {batch_id} are on their way to {begun[0].bureau}.",
            f"批次 {batch_id} 的卡正在发往 {begun[0].bureau}。",
        )
    if begun:
        return [file.id for file in begun]
    count = session.scalar(select(func.count()).select_from(_waiting(batch_id).subquery())) or 0
    if not count:
        raise NothingToSendError(
            (
                f"No card of batch {batch_id} waits to be sent.",
                f"批次 {batch_id} 没有待发送的卡。",
            )
        )
    return _new_dispatch(session, batch, bureau, count, size=size, at=at, random=random)


def recall(
    session: Session, batch_id: str, dispatch: int, *, reason: str, by: str, at: datetime
) -> int:
    """Give up what is still out of a dispatch, as a lost file; returns how many cards that were.

    They may be sent again, and the files are not answered any more: be sure that nobody makes them.
    Raises NotFoundError, DutyError.
    """
    batch = batches.get(session, batch_id, lock=True)
    duties.perform(session, Step.PRODUCE, f"batch {batch_id}", by=by, at=at)
    count = 0
    files = select(ExchangeFile).where(
        *_sent(batch_id), ExchangeFile.dispatch == dispatch, ExchangeFile.returned_at.is_(None)
    )
    for file in session.scalars(files.order_by(ExchangeFile.volume)).all():
        waiting = (
            SentCard.region == file.region,
            SentCard.file_id == file.id,
            SentCard.outcome.is_(None),
        )
        out = session.scalar(select(func.count()).where(*waiting)) or 0
        session.execute(
            update(SentCard)
            .where(*waiting)
            .values(outcome=Outcome.RECALLED)
            .execution_options(synchronize_session=False)
        )
        file.recalled_at, file.recalled_by, file.recall_reason = at, by, reason
        detail = {"batch": batch_id, "volume": file.volume, "cards": out, "reason": reason}
        note(session, batch.region, "exchange.recall", file.id, detail, by=by, at=at)
        count += out
    return count


def note(
    session: Session,
    region: str,
    event: str,
    file_id: str,
    detail: audit.Detail,
    *,
    by: str,
    at: datetime,
) -> None:
    """The audit entry of a file."""
    audit.append(session, event, [(f"file {file_id}", detail)], chain=region, by=by, at=at)


def _sent(batch_id: str) -> tuple[Any, ...]:
    """What is asked of every record file of a batch that counts."""
    return (
        ExchangeFile.batch_id == batch_id,
        ExchangeFile.direction == Direction.SENT,
        ExchangeFile.recalled_at.is_(None),
    )


def _waiting(batch_id: str) -> Select[str, int, int]:
    """The prepared cards of a batch that are in no file which may still be answered."""
    out = select(SentCard.position).where(
        SentCard.region == Card.region,
        SentCard.card_number == Card.number,
        SentCard.outcome.is_(None),
    )
    return select(Card.number, Card.intake_id, Card.row).where(
        in_batch(Card, batch_id), Card.state == CardState.PREPARED, ~out.exists()
    )


def _new_dispatch(
    session: Session,
    batch: Batch,
    bureau: str,
    count: int,
    *,
    size: int,
    at: datetime,
    random: Callable[[int], bytes],
) -> list[str]:
    latest = select(func.max(ExchangeFile.dispatch)).where(ExchangeFile.batch_id == batch.id)
    dispatch = (session.scalar(latest) or 0) + 1
    volumes = -(-count // size)
    ids, last = [], (0, 0)
    for volume in range(1, volumes + 1):
        rows = session.execute(
            _waiting(batch.id)
            # Said twice: the first half is a range of the index, from which each page begins.
            .where(Card.row >= last[0], or_(Card.row > last[0], Card.intake_id > last[1]))
            .order_by(Card.row, Card.intake_id)
            .limit(size)
        ).all()
        last = rows[-1].row, rows[-1].intake_id
        file = ExchangeFile(
            id=random(ID_SIZE).hex(),
            direction=Direction.SENT,
            region=batch.region,
            bureau=bureau,
            batch_id=batch.id,
            dispatch=dispatch,
            volume=volume,
            volumes=volumes,
            cards=len(rows),
            good=0,
            rejected=0,
            planned_at=at,
        )
        session.add(file)
        session.flush()
        numbered = [(place, row.number) for place, row in enumerate(rows, 1)]
        same = {"region": batch.region, "file_id": file.id}
        bulk.add(session, SentCard, ("position", "card_number"), numbered, same=same)
        ids.append(file.id)
    return ids
