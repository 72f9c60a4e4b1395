"""Lots of blanks come into the stock, with their delivery note, before two people."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from issuance import duties
from issuance.duties import Step
from issuance.states import BlankState
from issuance.stock import ranges
from issuance.stock.errors import StockError
from issuance.stock.kinds import RECEIVE
from issuance.stock.models import BlankLot, BlankRange
from issuance.stock.ranges import Deed, Piece
from issuance.stock.serials import Run, written


def receive(
    session: Session,
    run: Run,
    *,
    profile: str,
    delivery_note: str,
    by: str,
    second: str | None,
    at: datetime,
) -> bool:
    """A lot comes into the stock. Raises DutyError, ConflictError (one of them is there)."""
    lot = session.get(BlankLot, (run.maker, run.first))
    if lot and (lot.count, lot.profile, lot.delivery_note) == (run.size, profile, delivery_note):
        return False
    duties.perform(session, Step.STOCK_IN, f"lot {run}", by=by, second=second, at=at)
    _check_free(session, run)
    session.execute(
        insert(BlankLot).values(
            maker=run.maker,
            first=run.first,
            count=run.size,
            profile=profile,
            delivery_note=delivery_note,
            received_at=at,
            received_by=by,
            received_with=second,
        )
    )
    state = BlankState.IN_STOCK
    ranges.add(
        session, run.maker, Piece(first=run.first, last=run.last, lot=run.first, state=state)
    )
    deed = Deed(by=by, second=second, at=at, document=delivery_note)
    ranges.enter(session, run, RECEIVE, deed, lot=run.first, was=None, state=state)
    ranges.audit_entry(session, RECEIVE, run, deed, profile=profile, delivery_note=delivery_note)
    return True


def _check_free(session: Session, run: Run) -> None:
    """Say it in words; the database would refuse it all the same."""
    taken = session.scalar(
        select(func.min(BlankRange.first)).where(
            BlankRange.maker == run.maker,
            BlankRange.first <= run.last,
            BlankRange.last >= run.first,
        )
    )
    if taken is not None:
        raise StockError(
            written(run.maker, max(taken, run.first)), "in the stock already", "已在库存中"
        )
