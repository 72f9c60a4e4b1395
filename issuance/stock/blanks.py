"""Blanks by serial range: received, issued to batches, returned, used, spoilt, taken as samples.

Stock in and stock out take two distinct people. Each function changes all blanks of a run or
none, and answers False where they stood so before.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from issuance import batches, duties, lifecycle
from issuance.book_columns import Range
from issuance.book_errors import ConflictError, LifecycleError
from issuance.duties import Step
from issuance.models import Batch, Card, Chunk
from issuance.regions import in_batch
from issuance.states import BatchState, BlankEvent, BlankState, CardState
from issuance.stock import accounting, ranges
from issuance.stock.errors import StockError
from issuance.stock.kinds import Kind, Outcome
from issuance.stock.models import BlankLot, BlankRange
from issuance.stock.ranges import Deed, Piece
from issuance.stock.serials import Run, joined, written

_ISSUABLE = (BatchState.APPROVED, BatchState.PRODUCING)
_WAITING = (CardState.NUMBERED, CardState.PREPARED)
_SPOILING = {
    BlankEvent.REJECT: (Outcome.REJECTED, BlankState.REJECTED),
    BlankEvent.SAMPLE: (Outcome.SAMPLE, BlankState.SAMPLE),
}


def issue(
    session: Session,
    batch_id: str,
    run: Run,
    *,
    station: str,
    by: str,
    second: str | None,
    at: datetime,
) -> bool:
    """Hand blanks to a station for a batch; *second* takes them.

    Raises DutyError, NotFoundError, LifecycleError, StockError, ConflictError (another profile).
    """
    batch = batches.get(session, batch_id, lock=True)
    pieces = ranges.look(session, run, lock=True)
    if all((piece.batch_id, piece.station) == (batch_id, station) for piece in pieces):
        return False
    if batch.state not in _ISSUABLE:
        raise LifecycleError(state=batch.state.value, event="issue", what=f"batch {batch_id}")
    _check_profile(session, run, pieces, batch)
    duties.perform(session, Step.STOCK_OUT, f"batch {batch_id}", by=by, second=second, at=at)
    deed = Deed(by=by, second=second, at=at)
    ranges.change(session, run, BlankEvent.ISSUE, deed, batch_id=batch_id, station=station)
    accounting.note(
        session, batch_id, station, Kind.BLANK, Outcome.RECEIVED, count=run.size, by=by, at=at
    )
    ranges.audit_entry(session, "issue", run, deed, batch=batch, station=station)
    return True


def give_back(session: Session, run: Run, *, by: str, second: str | None, at: datetime) -> bool:
    """What a batch did not use returns to the stock.

    A blank that waits for its prepared card is refused. Raises DutyError, StockError,
    LifecycleError.
    """
    pieces = ranges.look(session, run, lock=True)
    if all(piece.state is BlankState.IN_STOCK for piece in pieces):
        return False
    for piece in pieces:
        part = Run(run.maker, piece.first, piece.last)
        if piece.state is not BlankState.ISSUED or piece.batch_id is None or piece.station is None:
            raise LifecycleError(state=piece.state.value, event="return", what=f"blank {part}")
        batch = accounting.open_batch(session, piece.batch_id)
        duties.perform(session, Step.STOCK_IN, f"batch {batch.id}", by=by, second=second, at=at)
        if piece.allotted:
            _release(session, batch, part)
        deed = Deed(by=by, second=second, at=at)
        accounting.note(
            session,
            batch.id,
            piece.station,
            Kind.BLANK,
            Outcome.RETURNED,
            count=part.size,
            by=by,
            at=at,
        )
        ranges.change(
            session, part, BlankEvent.RETURN, deed, batch_id=batch.id, station=piece.station
        )
        ranges.audit_entry(session, "return", part, deed, batch=batch, station=piece.station)
    return True


def use(
    session: Session,
    batch_id: str,
    blanks: Sequence[bytes],
    *,
    station: str,
    by: str,
    at: datetime,
    maker: str | None = None,
) -> None:
    """These blanks have become cards of the batch; *maker* where *by* only books it.

    Raises StockError, SerialError (one twice), LifecycleError.
    """
    batch = accounting.open_batch(session, batch_id)
    deed = Deed(by=by, at=at)
    for run in joined(map(Run.of, blanks)):
        _check_place(ranges.look(session, run, lock=True), run, batch_id, station)
        ranges.change(session, run, BlankEvent.USE, deed, batch_id=batch_id, station=station)
        ranges.audit_entry(session, "use", run, deed, batch=batch)
    digits = [str(Run.of(blank)) for blank in blanks]
    accounting.note_each(
        session, batch_id, station, Kind.BLANK, Outcome.GOOD, digits, by=maker or by, at=at
    )


def at_station(session: Session, batch_id: str, run: Run, *, station: str | None = None) -> Piece:
    """The one blank, issued to this batch (and station); its lot is locked. Raises StockError."""
    pieces = ranges.look(session, run, lock=True)
    _check_place(pieces, run, batch_id, station)
    return pieces[0]


def _check_place(pieces: Sequence[Piece], run: Run, batch_id: str, station: str | None) -> None:
    for piece in pieces:
        if piece.batch_id != batch_id:
            raise StockError(
                str(run), f"not issued to batch {batch_id}", f"未发放给批次 {batch_id}"
            )
        if station is not None and piece.station != station:
            raise StockError(
                str(run),
                f"issued to station {piece.station}, not {station}",
                f"已发放给工位 {piece.station}，不是 {station}",
            )


def check_unused(session: Session, batch_id: str, run: Run, *, station: str) -> None:
    """Raise StockError or LifecycleError unless the blank may become a card of the batch here."""
    piece = at_station(session, batch_id, run, station=station)
    lifecycle.after(lifecycle.BLANK, piece.state, BlankEvent.USE, what=f"blank {run}")


def unused(session: Session, batch_id: str, *, station: str) -> list[Run]:
    """The blanks of the batch that lie unused at a station, in the order of their serials."""
    found = ranges.pieces_where(
        session,
        BlankRange.batch_id == batch_id,
        BlankRange.station == station,
        BlankRange.state == BlankState.ISSUED,
    )
    return [Run(maker, piece.first, piece.last) for maker, piece in found]


def reject(session: Session, run: Run, *, reason: str, by: str, at: datetime) -> bool:
    """Spoilt blanks, in the stock or at a station.

    Of a card that waits or was made, the card is rejected (`issuance.stock.spoilage.reject`).
    Raises StockError, LifecycleError.
    """
    pieces = ranges.look(session, run, lock=True)
    for piece in pieces:
        if piece.state is BlankState.USED:
            raise LifecycleError(state=piece.state.value, event="reject", what=f"blank {run}")
    return spoil(session, run, BlankEvent.REJECT, Deed(by=by, at=at, reason=reason))


def sample(
    session: Session, run: Run, *, reason: str, by: str, second: str | None, at: datetime
) -> bool:
    """Blanks taken as samples; out of the stock only by two people.

    Raises DutyError, StockError, LifecycleError.
    """
    pieces = ranges.look(session, run, lock=True)
    if any(piece.state is BlankState.IN_STOCK for piece in pieces):
        duties.perform(session, Step.STOCK_OUT, f"samples {run}", by=by, second=second, at=at)
    deed = Deed(by=by, second=second, at=at, reason=reason)
    return spoil(session, run, BlankEvent.SAMPLE, deed)


def spoil(session: Session, run: Run, event: BlankEvent, deed: Deed) -> bool:
    """Reject, or take as samples, blanks wherever they are; noted where a station had them."""
    outcome, wanted = _SPOILING[event]
    pieces = ranges.look(session, run, lock=True)
    if all(piece.state is wanted for piece in pieces):
        return False
    for piece in pieces:
        part = Run(run.maker, piece.first, piece.last)
        batch = accounting.open_batch(session, piece.batch_id) if piece.batch_id else None
        if batch is not None and piece.allotted:
            _release(session, batch, part)
        ranges.change(session, part, event, deed, batch_id=piece.batch_id, station=piece.station)
        if batch is not None and piece.state is BlankState.ISSUED:
            _book(session, batch.id, piece, part, outcome, deed)
        ranges.audit_entry(session, event.value, part, deed, batch=batch, reason=deed.reason or "")
    return True


def allot(session: Session, batch_id: str, size: int) -> list[Range]:
    """Up to *size* blanks issued to the batch, as [first blank, count], in order; each only once.

    The first blank is its eight bytes as a number. Fewer come back where fewer are left.
    """
    found: list[Range] = []
    for maker, piece in _free(session, batch_id):
        if size <= 0:
            break
        run = Run(maker, piece.first, min(piece.last, piece.first + size - 1))
        ranges.allot(session, run)
        size -= run.size
        found.append(run.range)
    return found


def available(session: Session, batch_id: str) -> int:
    """How many blanks of the batch nobody allotted or used yet."""
    return sum(piece.last - piece.first + 1 for _, piece in _free(session, batch_id))


def _free(session: Session, batch_id: str) -> list[tuple[int, Piece]]:
    session.execute(select(Batch.id).where(Batch.id == batch_id).with_for_update()).all()
    return ranges.pieces_where(
        session,
        BlankRange.batch_id == batch_id,
        BlankRange.state == BlankState.ISSUED,
        BlankRange.allotted.is_(False),
    )


def _book(
    session: Session, batch_id: str, piece: Piece, run: Run, outcome: Outcome, deed: Deed
) -> None:
    subject = written(run.maker, run.first) if run.size == 1 else ""
    accounting.note(
        session,
        batch_id,
        piece.station or "",
        Kind.BLANK,
        outcome,
        count=run.size,
        subject=subject,
        by=deed.by,
        at=deed.at,
    )


def _check_profile(session: Session, run: Run, pieces: list[Piece], batch: Batch) -> None:
    for lot in {piece.lot for piece in pieces}:
        profile = session.get_one(BlankLot, (run.maker, lot)).profile
        if profile != batch.profile:
            raise ConflictError(
                f"Blanks for {profile} cannot be issued to a batch of {batch.profile}.",
                f"{profile} 空白卡不能发放给 {batch.profile} 批次。",
            )


def _release(session: Session, batch: Batch, run: Run) -> None:
    """Blanks allotted to cards that will never be made on them are nobody's again."""
    low, high = (run.number.to_bytes(8, "big"), (run.number + run.size - 1).to_bytes(8, "big"))
    of_run = (in_batch(Card, batch.id), Card.blank >= low, Card.blank <= high)
    waiting = session.scalar(select(func.min(Card.number)).where(*of_run, Card.state.in_(_WAITING)))
    if waiting is not None:
        raise StockError(str(run), f"prepared for card {waiting}", f"已为卡 {waiting} 备好数据")
    planned = session.scalars(
        select(Chunk.blanks).where(
            Chunk.region == batch.region,
            Chunk.batch_id == batch.id,
            Chunk.prepared_at.is_(None),
        )
    )
    for first, count in (one for chunk in planned for one in chunk):
        if first < run.number + run.size and run.number < first + count:
            raise StockError(str(run), "cards are being prepared for it", "正在为其备制数据")
    session.execute(
        update(Card)
        .where(*of_run, Card.state == CardState.CANCELLED, Card.personalized_at.is_(None))
        .values(blank=None)
        .execution_options(synchronize_session="fetch")
    )
