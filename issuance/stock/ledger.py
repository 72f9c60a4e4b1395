"""The stock as it is read: ranges where they lie, and the ledger of movements, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance.batch_listing import PAGE, Page, bounded
from issuance.states import BlankState
from issuance.stock.models import BlankLot, BlankMovement, BlankRange, Destruction
from issuance.stock.serials import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """Neighbouring blanks in one state and place."""

    run: Run
    state: BlankState
    batch_id: str | None
    station: str | None
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A line of the ledger."""

    run: Run
    event: str
    was: str | None
    state: BlankState
    batch_id: str | None
    station: str | None
    document: str | None
    reason: str | None
    at: datetime
    by: str
    second: str | None


def ranges(
    session: Session, *, state: BlankState | None = None, batch_id: str = "", page: int = 1
) -> Page[Lying]:
    """Blanks by range, in the order of their serials."""
    number = bounded(page)
    wanted = select(
        BlankRange.maker,
        BlankRange.first,
        BlankRange.last,
        BlankRange.state,
        BlankRange.batch_id,
        BlankRange.station,
        BlankLot.profile,
    ).join(BlankLot, (BlankLot.maker == BlankRange.maker) & (BlankLot.first == BlankRange.lot))
    if state is not None:
        wanted = wanted.where(BlankRange.state == state)
    if batch_id:
        wanted = wanted.where(BlankRange.batch_id == batch_id)
    wanted = wanted.order_by(BlankRange.maker, BlankRange.first)
    rows = session.execute(wanted.limit(PAGE + 1).offset((number - 1) * PAGE))
    found = [
        Lying(run=Run(*run), state=lies, batch_id=batch, station=station, profile=profile)
        for *run, lies, batch, station, profile in rows
    ]
    return Page(found[:PAGE], number, len(found) > PAGE)


def movements(
    session: Session, *, batch_id: str = "", until: date | None = None, page: int = 1
) -> Page[Moved]:
    """The ledger, newest first."""
    number = bounded(page)
    wanted = select(BlankMovement).order_by(BlankMovement.day.desc(), BlankMovement.at.desc())
    if batch_id:
        wanted = wanted.where(BlankMovement.batch_id == batch_id)
    if until is not None:
        wanted = wanted.where(BlankMovement.day <= until)
    rows = session.scalars(wanted.limit(PAGE + 1).offset((number - 1) * PAGE)).all()
    return Page([_moved(row) for row in rows[:PAGE]], number, len(rows) > PAGE)


def destructions(session: Session, *, limit: int = PAGE) -> Sequence[Destruction]:
    """The newest records of destruction."""
    return session.scalars(select(Destruction).order_by(Destruction.id.desc()).limit(limit)).all()


def _moved(row: BlankMovement) -> Moved:
    return Moved(
        run=Run(row.maker, row.first, row.last),
        event=row.event,
        was=row.was,
        state=row.state,
        batch_id=row.batch_id,
        station=row.station,
        document=row.document,
        reason=row.reason,
        at=row.at,
        by=row.by,
        second=row.second,
    )
