"""What happens to cards and blanks at the stations of a batch, as the book will expect it counted.

received + carried in = good + rejected + samples + returned + carried out, for cards and for
blanks, at every station, in every count (a shift). Whoever changes a card or a blank notes it here
in the same transaction; nobody enters what is expected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from issuance.book_errors import ConflictError, LifecycleError, NotFoundError
from issuance.models import Batch
from issuance.states import BatchState
from issuance.stock.kinds import Kind, Outcome, Work
from issuance.stock.models import BlankMovement, StationCount, StationEvent

BOOKED = tuple(one.value for one in Outcome)  # the columns that events move
FIGURES = ("received", "carried_in", "good", "rejected", "samples", "returned", "carried_out")
_OPEN = (BatchState.APPROVED, BatchState.PRODUCING, BatchState.PRODUCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of one count, as they are counted or as the book expects them."""

    received: int
    carried_in: int
    good: int
    rejected: int
    samples: int
    returned: int
    carried_out: int

    @property
    def balance(self) -> int:
        """What came in less what is accounted for; 0 where the equation holds."""
        gone = self.good + self.rejected + self.samples + self.returned + self.carried_out
        return self.received + self.carried_in - gone

    def differing(self, other: "Figures") -> list[str]:
        """The names of the figures that are not the same."""
        return [name for name in FIGURES if getattr(self, name) != getattr(other, name)]


def note(
    session: Session,
    batch_id: str,
    station: str,
    kind: Kind,
    outcome: Outcome,
    *,
    work: Work = Work.PERSONALIZE,
    count: int = 1,
    subject: str = "",
    comes_back: bool = False,
    by: str,
    at: datetime,
) -> None:
    """Note that this became of cards or blanks at a station; repeating it is the caller's to avoid.

    *subject* is a card's number or a blank's sixteen digits, empty for many at once; `note_each`
    takes many with their names. A card that
    comes to a station which was handed none (`Outcome.RECEIVED`) is received in the same moment;
    so is one that *comes_back* to a station which counted it before.
    Raises NotFoundError, LifecycleError (the batch is closed), ConflictError (a station does one
    kind of work in a batch, and does not give what it has not).
    """
    opened = _open_count(session, open_batch(session, batch_id), station, kind, work, at)
    figures = _moved(session, opened, outcome, count, total=count, comes_back=comes_back)
    _add(session, opened, figures, [subject], by=by, at=at)


def note_each(
    session: Session,
    batch_id: str,
    station: str,
    kind: Kind,
    outcome: Outcome,
    subjects: Sequence[str],
    *,
    by: str,
    at: datetime,
) -> None:
    """As `note` for one after the other, of those that are personalized."""
    batch = open_batch(session, batch_id)
    opened = _open_count(session, batch, station, kind, Work.PERSONALIZE, at)
    figures = _moved(session, opened, outcome, 1, total=len(subjects))
    _add(session, opened, figures, subjects, by=by, at=at)


def turn_bad(
    session: Session,
    batch_id: str,
    kind: Kind,
    subject: str,
    *,
    station: str,
    by: str,
    at: datetime,
) -> bool:
    """Move one that was noted as good at *station* to the rejected, while its count is open.

    False where its count was closed, or another station has noted it.
    """
    opened = latest(session, batch_id, station, kind, lock=True)
    if opened is None or opened.counted_at is not None:
        return False
    good = session.scalar(
        select(func.coalesce(func.sum(StationEvent.good), 0)).where(
            *_of(opened), StationEvent.subject == subject
        )
    )
    if not good:
        return False
    figures = {**dict.fromkeys(BOOKED, 0), "good": -1, "rejected": 1}
    _add(session, opened, figures, [subject], by=by, at=at)
    return True


def expected(session: Session, count: StationCount) -> Figures:
    """What the book expects to be counted."""
    sums = [func.coalesce(func.sum(getattr(StationEvent, name)), 0) for name in BOOKED]
    row = session.execute(select(*sums).where(*_of(count))).one()
    booked = dict(zip(BOOKED, map(int, row), strict=True))
    carried_in = _carried_in(session, count)
    gone = sum(booked.values()) - booked["received"]
    return Figures(
        **booked, carried_in=carried_in, carried_out=booked["received"] + carried_in - gone
    )


def latest(
    session: Session, batch_id: str, station: str, kind: Kind, *, lock: bool = False
) -> StationCount | None:
    """The newest count of a station, open or not."""
    wanted = (
        select(StationCount)
        .where(
            StationCount.batch_id == batch_id,
            StationCount.station == station,
            StationCount.kind == kind,
        )
        .order_by(StationCount.number.desc())
        .limit(1)
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).one_or_none()


def station_of(session: Session, batch_id: str, kind: Kind, subject: str) -> str | None:
    """The station that noted this card or blank last."""
    return session.scalar(
        select(StationEvent.station)
        .where(
            StationEvent.batch_id == batch_id,
            StationEvent.kind == kind,
            StationEvent.subject == subject,
        )
        .order_by(StationEvent.at.desc(), StationEvent.number.desc(), StationEvent.place.desc())
        .limit(1)
    )


def is_kept(session: Session, batch_id: str) -> bool:
    """Whether the batch has accounts: blanks were issued to it."""
    issued = select(BlankMovement.turn).where(
        BlankMovement.batch_id == batch_id, BlankMovement.event == "issue"
    )
    return session.scalar(issued.limit(1)) is not None


def open_batch(session: Session, batch_id: str) -> Batch:
    """The batch, which nobody closes until the commit. Raises NotFoundError, LifecycleError."""
    batch = session.get(Batch, batch_id, with_for_update={"read": True}, populate_existing=True)
    if batch is None:
        raise NotFoundError("batch", batch_id)
    if batch.state not in _OPEN:
        raise LifecycleError(state=batch.state.value, event="note", what=f"batch {batch_id}")
    return batch


def _open_count(
    session: Session, batch: Batch, station: str, kind: Kind, work: Work, at: datetime
) -> StationCount:
    """The count that is open at the station; a new one where there is none."""
    found = latest(session, batch.id, station, kind, lock=True)
    if found is None or found.counted_at is not None:
        number = 1 if found is None else found.number + 1
        insertion = postgresql.insert if _is_postgresql(session) else sqlite.insert
        session.execute(
            insertion(StationCount)
            .values(
                region=batch.region,
                batch_id=batch.id,
                station=station,
                kind=kind,
                number=number,
                work=work,
                opened_at=at,
                **dict.fromkeys(FIGURES, 0),
            )
            .on_conflict_do_nothing()  # another transaction opened it in this moment
        )
        found = latest(session, batch.id, station, kind, lock=True)
    if found is None or found.work is not work:
        raise ConflictError(
            f"Station {station} does other work in this batch; give this one another name.",
            f"工位 {station} 在该批次中承担其他工序；请另行命名。",
        )
    return found


def _moved(
    session: Session,
    count: StationCount,
    outcome: Outcome,
    each: int,
    *,
    total: int,
    comes_back: bool = False,
) -> dict[str, int]:
    """The figures of one event; all of them move *total*. Raises ConflictError."""
    figures = dict.fromkeys(BOOKED, 0)
    figures[outcome.value] = each
    if outcome is not Outcome.RECEIVED:
        there = expected(session, count).carried_out
        if count.kind is Kind.CARD and (there == 0 or comes_back):
            figures["received"] = each
        elif there < total:
            raise ConflictError(
                f"Station {count.station} has {there}, not {total}.",
                f"工位 {count.station} 只有 {there}，不足 {total}。",
            )
    return figures


def _add(
    session: Session,
    count: StationCount,
    figures: dict[str, int],
    subjects: Sequence[str],
    *,
    by: str,
    at: datetime,
) -> None:
    last = session.scalar(select(func.coalesce(func.max(StationEvent.place), 0)).where(*_of(count)))
    same: dict[str, object] = {
        "region": count.region,
        "batch_id": count.batch_id,
        "station": count.station,
    }
    same |= {"kind": count.kind, "number": count.number, "work": count.work, "at": at, "by": by}
    session.execute(
        insert(StationEvent),
        [
            {**same, **figures, "place": place, "subject": subject}
            for place, subject in enumerate(subjects, (last or 0) + 1)
        ],
    )


def _carried_in(session: Session, count: StationCount) -> int:
    if count.number == 1:
        return 0
    before = session.get_one(
        StationCount,
        (count.region, count.batch_id, count.station, count.kind, count.number - 1),
    )
    return before.carried_out


def _of(count: StationCount) -> tuple[ColumnElement[bool], ...]:
    """The events of a count."""
    return (
        StationEvent.region == count.region,
        StationEvent.batch_id == count.batch_id,
        StationEvent.station == count.station,
        StationEvent.kind == count.kind,
        StationEvent.number == count.number,
    )


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
