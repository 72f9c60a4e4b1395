"""The monthly run: every award due in a month gets its item, region by region, chunk by chunk.

Each chunk is one transaction that also says how far the run has come. So it may be killed at any
moment and run again, and run again when it is done: it adds what is lacking, and nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from api.services.awards import month_items
from api.services.awards.errors import NotYetDueError
from api.services.awards.models import Award, MonthRun
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from issuance import audit
from issuance.instants import local_day

CHUNK: Final = 5_000  # awards in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A month of a region's awards in one insurance."""

    region: str
    insurance: Insurance
    month: Month

    @property
    def name(self) -> str:
        """What its items are marked with."""
        return name_of(self.region, self.insurance, self.month)

    @property
    def key(self) -> tuple[str, str, Month]:
        """Of its row."""
        return self.region, self.insurance.value, self.month


def name_of(region: str, insurance: str, month: Month) -> str:
    """The name of a run."""
    return f"month {month} {region} {insurance}"


def bounds(region: str) -> tuple[str, str]:
    """The first and the last region of a county, city, province or the nation (000000)."""
    prefix = region.rstrip("0")
    digits = next(size for size in (0, 2, 4, 6) if len(prefix) <= size)
    return region[:digits].ljust(6, "0"), region[:digits].ljust(6, "9")


def runs(
    session: Session, region: str, month: Month, *, insurance: Insurance | None = None
) -> list[Run]:
    """The runs of a month for a region and all below it: where there is any award."""
    first, last = bounds(region)
    wanted = select(Award.region, Award.insurance).where(Award.region.between(first, last))
    if insurance is not None:
        wanted = wanted.where(Award.insurance == insurance.value)
    rows = session.execute(wanted.distinct().order_by(Award.region, Award.insurance))
    return [Run(region=row.region, insurance=Insurance(row.insurance), month=month) for row in rows]


def awards(session: Session, region: str, *, insurance: Insurance | None = None) -> int:
    """How many awards there are in a region and below it, for a progress bar."""
    first, last = bounds(region)
    wanted = select(func.count()).where(Award.region.between(first, last))
    if insurance is not None:
        wanted = wanted.where(Award.insurance == insurance.value)
    return session.scalar(wanted) or 0


def begin(session: Session, run: Run, *, by: str, at: datetime) -> MonthRun:
    """Begin the run, go on with one that was cut off, or look at one again that was done.

    Raises NotYetDueError.
    """
    if Month.of_day(local_day(at)) < run.month:
        raise NotYetDueError(str(run.month))
    row = _row(session, run)
    if row is None:
        row = MonthRun(
            region=run.region,
            insurance=run.insurance.value,
            month=run.month,
            started_at=at,
            started_by=by,
            through="",
            items=0,
            total=Fen(0),
        )
        session.add(row)
    elif row.done_at is not None:
        row.through, row.done_at = "", None
    session.flush()
    return row


def advance(session: Session, run: Run, *, by: str, at: datetime, chunk: int = CHUNK) -> int:
    """The next chunk: how many awards were looked at; 0 when there is none left.

    The run has begun. Two that run at once wait for each other.
    """
    row = _row(session, run)
    if row is None or row.done_at is not None:
        return 0
    mine = and_(Award.region == run.region, Award.insurance == run.insurance.value)
    ids = _locked(session, and_(mine, Award.id > row.through), chunk)
    if ids:
        among = and_(mine, Award.id > row.through, Award.id <= ids[-1])
        row.through = ids[-1]
    else:  # what was granted or changed behind the run's back, while it was cut off perhaps
        ids = _locked(session, and_(mine, Award.unsettled), chunk)
        among = Award.id.in_(ids)
    if not ids:
        row.done_at = at
        _note(session, run, "month.done", by=by, at=at, items=row.items, total=row.total)
        return 0
    added = month_items.add(session, among, month=run.month, run=run.name, at=at)
    row.items, row.total = row.items + added.items, Fen(row.total + added.total)
    if added.items:
        _note(session, run, "month.items", by=by, at=at, items=added.items, total=added.total)
    return len(ids)


def _locked(session: Session, among: ColumnElement[bool], chunk: int) -> Sequence[str]:
    """The first of them, by name; nobody else settles them meanwhile."""
    wanted = select(Award.id).where(among).order_by(Award.id).limit(chunk)
    return session.scalars(wanted.with_for_update()).all()


def _row(session: Session, run: Run) -> MonthRun | None:
    return session.get(MonthRun, run.key, with_for_update=True, populate_existing=True)


def _note(session: Session, run: Run, event: str, *, by: str, at: datetime, **detail: int) -> None:
    things: list[tuple[str, audit.Detail]] = [(run.name, detail)]
    audit.append(session, event, things, chain=run.region, by=by, at=at)
