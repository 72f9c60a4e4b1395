"""Good cards and spoilt ones, of one batch or of the newest ones: by station, operator, blank lot.

Numbers come from what the stations booked and from the ranges of blanks. The book does not know
which printer printed a card; a printer is the station that it stands at.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from issuance.models import Batch, Card
from issuance.regions import in_batch
from issuance.states import BlankState, CardState
from issuance.stock.kinds import Kind, Work
from issuance.stock.models import BlankLot, BlankRange, StationCount, StationEvent
from issuance.stock.serials import written

NEWEST = 20  # batches that are looked at together
LISTED = 50


@dataclass(frozen=True, slots=True)
class Yield:
    """What came out at one place: *name* is a station, a person or a lot."""

    name: str
    good: int
    rejected: int

    @property
    def share(self) -> float | None:
        """The good ones of all; None where there are none at all."""
        return self.good / (self.good + self.rejected) if self.good + self.rejected else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A spoilt card, and the one that is made in its place."""

    number: str
    reason: str
    remake: str | None
    remake_state: CardState | None


def newest(session: Session) -> list[str]:
    """The newest batches that have accounts."""
    kept = select(StationCount.batch_id).where(StationCount.batch_id == Batch.id).exists()
    return list(
        session.scalars(
            select(Batch.id).where(kept).order_by(Batch.requested_at.desc()).limit(NEWEST)
        )
    )


def by_station(session: Session, some: Sequence[str], work: Work) -> list[Yield]:
    """By the station where it was done."""
    return _summed(session, some, StationEvent.station, StationEvent.work == work)


def by_operator(session: Session, some: Sequence[str], work: Work) -> list[Yield]:
    """By the person who did it."""
    return _summed(session, some, StationEvent.by, StationEvent.work == work)


def by_lot(session: Session, some: Sequence[str]) -> list[Yield]:
    """By the lot that the blanks came with: used ones are good."""
    size = BlankRange.last - BlankRange.first + 1
    spoilt = BlankRange.state.in_((BlankState.REJECTED, BlankState.DESTROYED))
    rows = session.execute(
        select(
            BlankLot.maker,
            BlankLot.first,
            func.coalesce(func.sum(case((BlankRange.state == BlankState.USED, size), else_=0)), 0),
            func.coalesce(func.sum(case((spoilt, size), else_=0)), 0),
        )
        .join(BlankRange, (BlankRange.maker == BlankLot.maker) & (BlankRange.lot == BlankLot.first))
        .where(BlankRange.batch_id.in_(some))
        .group_by(BlankLot.maker, BlankLot.first)
        .order_by(BlankLot.maker, BlankLot.first)
        .limit(LISTED)
    )
    return [
        Yield(written(maker, first), int(good), int(rejected))
        for maker, first, good, rejected in rows
    ]


def rejects(session: Session, batch_id: str, *, limit: int = 200) -> list[Reject]:
    """The spoilt cards of a batch, each with its remake."""
    again = aliased(Card)
    rows = session.execute(
        select(Card.number, Card.failed_reason, again.number, again.state)
        .outerjoin(
            again,
            and_(
                again.region == Card.region,
                again.batch_id == batch_id,
                again.row == Card.row,
                again.remakes == Card.number,
            ),
        )
        .where(in_batch(Card, batch_id), Card.state == CardState.REJECTED)
        .order_by(Card.number)
        .limit(limit)
    )
    return [
        Reject(number=number, reason=reason or "", remake=remake, remake_state=state)
        for number, reason, remake, state in rows
    ]


def _summed(
    session: Session,
    some: Sequence[str],
    name: InstrumentedAttribute[str],
    wanted: ColumnElement[bool],
) -> list[Yield]:
    regions = sorted({one.partition("-")[0] for one in some})
    rows = session.execute(
        select(name, func.sum(StationEvent.good), func.sum(StationEvent.rejected))
        .where(
            StationEvent.region.in_(regions),
            StationEvent.batch_id.in_(some),
            StationEvent.kind == Kind.CARD,
            wanted,
        )
        .group_by(name)
        .order_by(name)
        .limit(LISTED)
    )
    return [Yield(one, int(good or 0), int(rejected or 0)) for one, good, rejected in rows]
