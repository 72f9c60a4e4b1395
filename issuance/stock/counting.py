"""The blind count: somebody else counts what lies at a station, and is not told what the book says.

Where the figures are those of the book, the count closes, and what is left is carried into the
next one. Where they differ it stays open: the counter hears which figures, not how much.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from issuance import audit
from issuance.book_errors import DutyError
from issuance.models import Batch
from issuance.people.names import same_person
from issuance.stock import accounting
from issuance.stock.accounting import FIGURES, Figures
from issuance.stock.errors import CountError
from issuance.stock.kinds import Kind
from issuance.stock.models import CountTry, StationCount, StationEvent


def count(
    session: Session,
    batch_id: str,
    *,
    station: str,
    kind: Kind,
    figures: Figures,
    by: str,
    at: datetime,
) -> list[str]:
    """Take the figures of the open count; the names of those that differ, none where it closed.

    Raises NotFoundError, LifecycleError (the batch is closed), CountError (nothing is open, or a
    figure is below zero), DutyError for who worked there himself.
    """
    batch = accounting.open_batch(session, batch_id)
    found = accounting.latest(session, batch_id, station, kind, lock=True)
    if found is None:
        raise CountError(
            f"Nothing happened at station {station} in this batch.",
            f"工位 {station} 在该批次中没有记录。",
        )
    if min(_values(figures).values()) < 0:
        raise CountError("A figure is below zero.", "数字不得为负。")
    if found.counted_at is not None:
        if counted(found) == figures:
            return []
        raise CountError(
            f"The count {found.number} at station {station} is closed.",
            f"工位 {station} 第 {found.number} 次清点已关闭。",
        )
    _check_other(session, found, by)
    differs = figures.differing(accounting.expected(session, found))
    if differs:
        _keep_try(session, found, figures, differs, by=by, at=at)
    else:
        for name, value in _values(figures).items():
            setattr(found, name, value)
        found.counted_at, found.counted_by = at, by
        session.flush()
    event = "count.differ" if differs else "count.close"
    _note(session, batch, found, event, {"differs": ", ".join(differs)}, by=by, at=at)
    return differs


def counts(session: Session, batch_id: str) -> Sequence[StationCount]:
    """All counts of a batch, station by station."""
    return session.scalars(
        select(StationCount)
        .where(StationCount.batch_id == batch_id)
        .order_by(StationCount.station, StationCount.kind, StationCount.number)
    ).all()


def tries(session: Session, batch_id: str) -> Sequence[CountTry]:
    """Every count that did not agree, oldest first."""
    return session.scalars(
        select(CountTry).where(CountTry.batch_id == batch_id).order_by(CountTry.at, CountTry.turn)
    ).all()


def counted(row: StationCount | CountTry) -> Figures:
    """The figures of a row."""
    return Figures(**{name: getattr(row, name) for name in FIGURES})


def _values(figures: Figures) -> dict[str, int]:
    return {name: getattr(figures, name) for name in FIGURES}


def _check_other(session: Session, found: StationCount, by: str) -> None:
    """Nobody counts what he made or spoilt himself."""
    workers = session.scalars(
        select(StationEvent.by)
        .where(
            StationEvent.region == found.region,
            StationEvent.batch_id == found.batch_id,
            StationEvent.station == found.station,
            StationEvent.kind == found.kind,
            StationEvent.number == found.number,
            or_(StationEvent.good > 0, StationEvent.rejected > 0, StationEvent.samples > 0),
        )
        .distinct()
    )
    if any(same_person(by, worker) for worker in workers):
        raise DutyError.apart(("count", "清点"), by=by, earlier=("work at the station", "工位作业"))


def _keep_try(
    session: Session,
    found: StationCount,
    figures: Figures,
    differs: list[str],
    *,
    by: str,
    at: datetime,
) -> None:
    key = {
        name: getattr(found, name) for name in ("region", "batch_id", "station", "kind", "number")
    }
    turn = session.scalar(
        select(func.coalesce(func.max(CountTry.turn), 0) + 1).where(
            *(getattr(CountTry, name) == value for name, value in key.items())
        )
    )
    session.execute(
        insert(CountTry).values(**key, turn=turn, **_values(figures), differs=differs, at=at, by=by)
    )


def _note(
    session: Session,
    batch: Batch,
    found: StationCount,
    event: str,
    detail: dict[str, str],
    *,
    by: str,
    at: datetime,
) -> None:
    where: dict[str, str | int | None] = {
        "station": found.station,
        "kind": found.kind.value,
        "count": found.number,
        **{name: value for name, value in detail.items() if value},
    }
    things: list[tuple[str, audit.Detail]] = [(f"batch {batch.id}", where)]
    audit.append(session, event, things, chain=batch.region, by=by, at=at)
