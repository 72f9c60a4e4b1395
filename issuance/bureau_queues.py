"""What lies in the bureau's queues, how long, and by when it is promised.

Counted from files and batches, some hundred rows a day, never from the large tables: a batch moves
its applications together, so that its own state and size say where they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from issuance.book_columns import Instant
from issuance.models import Batch, Card, IntakeFile
from issuance.regions import in_batch
from issuance.states import ApplicationState, BatchState, CardState

OPEN = (BatchState.REQUESTED, BatchState.APPROVED, BatchState.PRODUCING, BatchState.PRODUCED)
SOON = timedelta(days=7)
LISTED = 100  # batches that are looked at one by one

# When a batch came into the state that it is in.
SINCE: ColumnElement[datetime] = case(
    (Batch.state == BatchState.REQUESTED, Batch.requested_at),
    (Batch.state == BatchState.APPROVED, Batch.approved_at),
    (Batch.state == BatchState.PRODUCING, Batch.started_at),
    (Batch.state == BatchState.PRODUCED, Batch.produced_at),
    (Batch.state == BatchState.CLOSED, Batch.closed_at),
    else_=Batch.ended_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """So many batches or files, with so many applications, since the oldest of them came."""

    state: str
    count: int
    size: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The clock of what was promised: open batches past their day, within a week, and later."""

    overdue: int
    overdue_cards: int
    soon: int
    later: int
    next_day: date | None


def batches(session: Session) -> list[Queue]:
    """Open batches by state, in the order of their life."""
    rows = session.execute(
        select(
            Batch.state,
            func.count(),
            func.sum(Batch.size),
            func.min(SINCE, type_=Instant()),
        )
        .where(Batch.state.in_(OPEN))
        .group_by(Batch.state)
    )
    found = {row[0]: row for row in rows}
    return [_queue(state.value, *found.get(state, (state, 0, 0, None))[1:]) for state in OPEN]


def applications(session: Session) -> list[Queue]:
    """Applications that wait: for a batch, for its release, for their card.

    Those of a batch in the making that have a card are counted by the batch's cards.
    """
    by_state = {queue.state: queue for queue in batches(session)}
    free = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(IntakeFile.rows - IntakeFile.refused), 0),
            func.min(IntakeFile.received_at),
        )
        .outerjoin(Batch, Batch.intake_id == IntakeFile.id)
        .where(
            Batch.id.is_(None),
            IntakeFile.withdrawn_at.is_(None),
            IntakeFile.rows > IntakeFile.refused,
        )
    ).one()
    review = by_state[BatchState.REQUESTED.value]
    ready, making = by_state[BatchState.APPROVED.value], by_state[BatchState.PRODUCING.value]
    carded = _carded(session)
    oldest = min((one.oldest for one in (ready, making) if one.oldest), default=None)
    left = ready.size + max(making.size - carded, 0)
    return [
        _queue(ApplicationState.CHECKED.value, *free),
        _queue(ApplicationState.IN_REVIEW.value, review.count, review.size, review.oldest),
        _queue(ApplicationState.APPROVED.value, ready.count, left, oldest if left else None),
    ]


def promise(session: Session, *, on: date) -> Promise:
    """Where the open batches stand against the day they are promised for."""
    late, near = Batch.due_on < on, Batch.due_on <= on + SOON
    row = session.execute(
        select(
            _count(late),
            func.coalesce(func.sum(case((late, Batch.size), else_=0)), 0),
            _count(near & ~late),
            _count(~near),
            func.min(case((~late, Batch.due_on))),
        ).where(Batch.state.in_(OPEN), Batch.due_on.is_not(None))
    ).one()
    return Promise(
        overdue=row[0], overdue_cards=int(row[1]), soon=row[2], later=row[3], next_day=row[4]
    )


def open_batches(session: Session, *, limit: int = LISTED) -> Sequence[Batch]:
    """The open batches, those first that are promised first."""
    return session.scalars(
        select(Batch)
        .where(Batch.state.in_(OPEN))
        .order_by(Batch.due_on.is_(None), Batch.due_on, Batch.id)
        .limit(limit)
    ).all()


def since(batch: Batch) -> datetime:
    """When it came into the state that it is in."""
    found = {
        BatchState.REQUESTED: batch.requested_at,
        BatchState.APPROVED: batch.approved_at,
        BatchState.PRODUCING: batch.started_at,
        BatchState.PRODUCED: batch.produced_at,
        BatchState.CLOSED: batch.closed_at,
    }.get(batch.state, batch.ended_at)
    return found or batch.requested_at


def _carded(session: Session) -> int:
    """Applications with a card, of the batches in the making: every remake has a reject."""
    total = 0
    making = select(Batch.id).where(Batch.state == BatchState.PRODUCING).limit(LISTED)
    for batch_id in session.scalars(making).all():
        rejected = func.sum(case((Card.state == CardState.REJECTED, 1), else_=0))
        cards, spoilt = session.execute(
            select(func.count(), func.coalesce(rejected, 0)).where(in_batch(Card, batch_id))
        ).one()
        total += cards - int(spoilt)
    return total


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _queue(state: str, count: int, size: int | None, oldest: datetime | None) -> Queue:
    return Queue(state=state, count=count, size=int(size or 0), oldest=oldest)
