"""Late batches, stopped stations, and counts that are open or differ."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuance.alarms.kinds import LISTED, Alarm, moment
from issuance.bureau_queues import OPEN
from issuance.models import Batch
from issuance.states import BatchState
from issuance.stock.models import CountTry, StationCount, StationWatch

_MAKING = (BatchState.APPROVED, BatchState.PRODUCING, BatchState.PRODUCED)


def overdue(session: Session, *, on: date) -> Iterator[Alarm]:
    """Open batches past the day that was promised."""
    rows = session.execute(
        select(Batch.id, Batch.due_on, Batch.size)
        .where(Batch.state.in_(OPEN), Batch.due_on < on)
        .order_by(Batch.due_on, Batch.id)
        .limit(LISTED)
    )
    for batch_id, due_on, size in rows:
        days = (on - (due_on or on)).days
        yield Alarm(
            "batch-overdue",
            (
                f"Batch {batch_id} ({size} cards) was promised for {due_on}: {days} days ago.",
                f"批次 {batch_id}（{size} 张）应于 {due_on} 完成，已超期 {days} 天。",
            ),
            f"batch {batch_id}",
        )


def stations(session: Session) -> Iterator[Alarm]:
    """Stations that stopped after failures in a row."""
    rows = session.scalars(
        select(StationWatch)
        .where(StationWatch.stopped_at.is_not(None))
        .order_by(StationWatch.stopped_at)
        .limit(LISTED)
    )
    for one in rows:
        yield Alarm(
            "station-stopped",
            (
                f"Station {one.station} stopped after {one.failures} failures in a row "
                f"(since {moment(one.stopped_at)}, {one.failed_by} at work).",
                f"工位 {one.station} 连续失败 {one.failures} 次已停止"
                f"（{moment(one.stopped_at)}，操作人 {one.failed_by}）。",
            ),
            f"station {one.station}",
        )


def accounts(session: Session) -> Iterator[Alarm]:
    """Counts that differ from the book, and produced batches that nobody counted yet."""
    yield from _differing(session)
    rows = session.execute(
        select(StationCount.batch_id, func.count())
        .join(Batch, Batch.id == StationCount.batch_id)
        .where(StationCount.counted_at.is_(None), Batch.state == BatchState.PRODUCED)
        .group_by(StationCount.batch_id)
        .order_by(StationCount.batch_id)
        .limit(LISTED)
    )
    for batch_id, count in rows:
        yield Alarm(
            "accounts-open",
            (
                f"Batch {batch_id} is made, and {count} counts at its stations are open.",
                f"批次 {batch_id} 已制完，尚有 {count} 项工位清点未完成。",
            ),
            f"batch {batch_id}",
        )


def _differing(session: Session) -> Iterator[Alarm]:
    rows = session.execute(
        select(CountTry.batch_id, CountTry.station, CountTry.kind, func.count())
        .join(
            StationCount,
            (StationCount.region == CountTry.region)
            & (StationCount.batch_id == CountTry.batch_id)
            & (StationCount.station == CountTry.station)
            & (StationCount.kind == CountTry.kind)
            & (StationCount.number == CountTry.number),
        )
        .join(Batch, Batch.id == CountTry.batch_id)
        .where(StationCount.counted_at.is_(None), Batch.state.in_(_MAKING))
        .group_by(CountTry.batch_id, CountTry.station, CountTry.kind)
        .order_by(CountTry.batch_id, CountTry.station)
        .limit(LISTED)
    )
    for batch_id, station, kind, count in rows:
        zh = {"card": "卡", "blank": "空白卡"}[kind.value]
        yield Alarm(
            "count-differs",
            (
                f"Batch {batch_id}, station {station}: {count} counts of {kind.value}s "
                "did not agree with the book.",
                f"批次 {batch_id} 工位 {station}：{zh}清点 {count} 次与账不符。",
            ),
            f"batch {batch_id}",
        )
