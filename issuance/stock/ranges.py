"""Ranges of blanks: cutting out a run, joining what has become alike, and the ledger's line.

A change locks the lots it touches, so that two stations that draw on one lot follow each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from issuance import audit, lifecycle
from issuance.instants import local_day
from issuance.models import Batch
from issuance.states import BlankEvent, BlankState
from issuance.stock.errors import StockError
from issuance.stock.models import BlankLot, BlankMovement, BlankRange
from issuance.stock.serials import Run, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Neighbouring blanks of one lot, alike in everything."""

    first: int
    last: int
    lot: int
    state: BlankState
    batch_id: str | None = None
    station: str | None = None
    allotted: bool = False

    def alike(self, other: "Piece") -> bool:
        """Whether they differ in their serials only."""
        return self == replace(other, first=self.first, last=self.last)

    def within(self, run: Run) -> "Piece":
        """The part of it that lies in *run*."""
        return replace(self, first=max(self.first, run.first), last=min(self.last, run.last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What the ledger says of a change beside the blanks: who, when, on which paper."""

    by: str
    at: datetime
    second: str | None = None
    document: str | None = None
    reason: str | None = None


def look(session: Session, run: Run, *, lock: bool = False) -> list[Piece]:
    """The blanks of *run*, in order. Raises StockError where the stock does not know one."""
    if lock:
        _lock_lots(session, run)
    pieces = [piece.within(run) for piece in _near(session, run, 0)]
    expected = run.first
    for piece in pieces:
        if piece.first != expected:
            break
        expected = piece.last + 1
    if expected != run.last + 1:
        raise StockError(written(run.maker, expected), "not in the stock", "不在库存中")
    return pieces


def change(
    session: Session,
    run: Run,
    event: BlankEvent,
    deed: Deed,
    *,
    batch_id: str | None,
    station: str | None,
) -> list[Piece]:
    """One event of all blanks of *run*; the pieces as they were before.

    *batch_id* and *station* are where the blanks are afterwards, and what the ledger's line names;
    blanks back in the stock are of no batch. Raises StockError, LifecycleError.
    """
    before = look(session, run, lock=True)
    turned = [_after(run, piece, event, batch_id, station) for piece in before]
    _write(session, run, turned)
    for was, now in zip(before, turned, strict=True):
        _enter(session, run.maker, was, now, event, deed, batch_id, station)
    return before


def allot(session: Session, run: Run) -> None:
    """Mark issued blanks as those of a chunk of cards."""
    pieces = look(session, run, lock=True)
    _write(session, run, [replace(piece, allotted=True) for piece in pieces])


def cut(pieces: Iterable[Piece], new: Sequence[Piece]) -> list[Piece]:
    """*pieces* with *new* in the place of what lies under them; neighbours alike are one."""
    first, last = new[0].first, new[-1].last
    kept: list[Piece] = []
    for piece in pieces:
        if piece.first < first:
            kept.append(replace(piece, last=min(piece.last, first - 1)))
        if piece.last > last:
            kept.append(replace(piece, first=max(piece.first, last + 1)))
    found: list[Piece] = []
    for piece in sorted([*kept, *new], key=lambda one: one.first):
        if found and found[-1].last + 1 == piece.first and found[-1].alike(piece):
            found[-1] = replace(found[-1], last=piece.last)
        else:
            found.append(piece)
    return found


def add(session: Session, maker: int, piece: Piece) -> None:
    """A range of a new lot. Raises IntegrityError where a blank is in another."""
    session.execute(insert(BlankRange).values(maker=maker, **_columns(piece)))


def enter(
    session: Session,
    run: Run,
    event: str,
    deed: Deed,
    *,
    lot: int,
    was: BlankState | None,
    state: BlankState,
    batch_id: str | None = None,
    station: str | None = None,
) -> None:
    """A line in the ledger."""
    turn = session.scalar(
        select(func.coalesce(func.max(BlankMovement.turn), 0) + 1).where(
            BlankMovement.maker == run.maker, BlankMovement.first == run.first
        )
    )
    session.execute(
        insert(BlankMovement).values(
            maker=run.maker,
            first=run.first,
            turn=turn,
            last=run.last,
            lot=lot,
            event=event,
            was=was.value if was else None,
            state=state,
            batch_id=batch_id,
            station=station,
            document=deed.document,
            reason=deed.reason,
            day=local_day(deed.at),
            at=deed.at,
            by=deed.by,
            second=deed.second,
        )
    )


def audit_entry(
    session: Session,
    event: str,
    run: Run,
    deed: Deed,
    *,
    batch: Batch | None = None,
    **detail: str,
) -> None:
    """The trail's entry of a change, in the chain of the batch's region or in the office's."""
    more = {"second": deed.second} if deed.second else {}
    if batch is not None:
        more["batch"] = batch.id
    things: list[tuple[str, audit.Detail]] = [
        (f"blank {run}", {"count": run.size, **more, **detail})
    ]
    chain = batch.region if batch is not None else audit.OFFICE
    audit.append(session, f"blank.{event}", things, chain=chain, by=deed.by, at=deed.at)


def pieces_where(session: Session, *conditions: ColumnElement[bool]) -> list[tuple[int, Piece]]:
    """Maker and piece of the ranges that fit, in the order of their serials."""
    rows = session.execute(
        select(BlankRange.__table__).where(*conditions).order_by(BlankRange.maker, BlankRange.first)
    )
    return [(row.maker, _piece(row)) for row in rows]


def _after(
    run: Run, piece: Piece, event: BlankEvent, batch_id: str | None, station: str | None
) -> Piece:
    what = f"blank {written(run.maker, piece.first)}"
    state = lifecycle.after(lifecycle.BLANK, piece.state, event, what=what)
    if state is BlankState.IN_STOCK:
        return replace(piece, state=state, batch_id=None, station=None, allotted=False)
    return replace(piece, state=state, batch_id=batch_id, station=station, allotted=False)


def _enter(
    session: Session,
    maker: int,
    was: Piece,
    now: Piece,
    event: BlankEvent,
    deed: Deed,
    batch_id: str | None,
    station: str | None,
) -> None:
    run = Run(maker, now.first, now.last)
    enter(
        session,
        run,
        event.value,
        deed,
        lot=now.lot,
        was=was.state,
        state=now.state,
        batch_id=batch_id,
        station=station or was.station,
    )


def _lock_lots(session: Session, run: Run) -> None:
    session.execute(
        select(BlankLot.first)
        .where(
            BlankLot.maker == run.maker,
            BlankLot.first <= run.last,
            BlankLot.first + BlankLot.count > run.first,
        )
        .order_by(BlankLot.first)
        .with_for_update()
    ).all()


def _near(session: Session, run: Run, beyond: int) -> list[Piece]:
    """The ranges that meet *run* or lie up to *beyond* serials beside it."""
    low, high = run.first - beyond, run.last + beyond
    table = BlankRange.__table__.c
    start = session.scalar(
        select(func.max(table.first)).where(table.maker == run.maker, table.first <= low)
    )
    rows = session.execute(
        select(*table)
        .where(
            table.maker == run.maker,
            table.first >= (low if start is None else start),
            table.first <= high,
            table.last >= low,
        )
        .order_by(table.first)
    )
    return [_piece(row) for row in rows]


def _write(session: Session, run: Run, turned: Sequence[Piece]) -> None:
    """Put the pieces of *run* in place of what was there, in an order that never overlaps."""
    old = {piece.first: piece for piece in _near(session, run, 1)}
    new = {piece.first: piece for piece in cut(old.values(), turned)}
    for first in old.keys() - new.keys():
        session.execute(delete(BlankRange).where(*_at(run.maker, first)))
    changed = [first for first in old.keys() & new.keys() if old[first] != new[first]]
    for first in sorted(changed, key=lambda one: new[one].last - old[one].last):  # shrink first
        session.execute(
            update(BlankRange).where(*_at(run.maker, first)).values(**_columns(new[first]))
        )
    for first in sorted(new.keys() - old.keys()):
        add(session, run.maker, new[first])


def _at(maker: int, first: int) -> tuple[ColumnElement[bool], ...]:
    return BlankRange.maker == maker, BlankRange.first == first


def _columns(piece: Piece) -> dict[str, object]:
    return {name: getattr(piece, name) for name in Piece.__slots__}


def _piece(row: object) -> Piece:
    return Piece(**{name: getattr(row, name) for name in Piece.__slots__})
