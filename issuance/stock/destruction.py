"""Destruction of rejected blanks and samples: every serial, why, how many, before two people."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuance import audit, duties
from issuance.duties import Step
from issuance.instants import local_day
from issuance.states import BlankEvent, BlankState
from issuance.stock import ranges
from issuance.stock.errors import CountError
from issuance.stock.models import BlankMovement, Destruction
from issuance.stock.ranges import Deed
from issuance.stock.serials import Run, joined


def destroy(
    session: Session,
    runs: Iterable[Run],
    *,
    count: int,
    reason: str,
    by: str,
    second: str | None,
    at: datetime,
) -> str:
    """Destroy rejected blanks and samples; the name of the record, the same the second time.

    *count* is how many the two have before them. Raises SerialError (one is named twice),
    CountError, DutyError, StockError, LifecycleError (one is neither rejected nor a sample).
    """
    wanted = joined(runs)
    size = sum(run.size for run in wanted)
    if size != count:
        raise CountError(
            f"{count} blanks are to be destroyed, and the list has {size}.",
            f"待销毁 {count} 张，清单列有 {size} 张。",
        )
    if record := _record_of(session, wanted):
        return record
    name = _new_name(session, at)
    duties.perform(session, Step.DESTROY, f"destruction {name}", by=by, second=second, at=at)
    session.add(Destruction(id=name, reason=reason, count=count, by=by, second=second or "", at=at))
    deed = Deed(by=by, second=second, at=at, document=name, reason=reason)
    for run in wanted:
        for piece in ranges.look(session, run, lock=True):
            part = Run(run.maker, piece.first, piece.last)
            ranges.change(
                session,
                part,
                BlankEvent.DESTROY,
                deed,
                batch_id=piece.batch_id,
                station=piece.station,
            )
    detail: audit.Detail = {
        "count": count,
        "reason": reason,
        "second": second,
        "serials": " ".join(map(str, wanted)),
    }
    things = [(f"destruction {name}", detail)]
    audit.append(session, "blank.destroy", things, chain=audit.OFFICE, by=by, at=at)
    return name


def _record_of(session: Session, runs: list[Run]) -> str | None:
    """The record by which exactly these blanks were destroyed before."""
    found: set[str | None] = set()
    for run in runs:
        for piece in ranges.look(session, run, lock=True):
            if piece.state is not BlankState.DESTROYED:
                return None
            found.add(
                session.scalar(
                    select(func.max(BlankMovement.document)).where(
                        BlankMovement.maker == run.maker,
                        BlankMovement.first <= piece.first,
                        BlankMovement.last >= piece.first,
                        BlankMovement.event == BlankEvent.DESTROY.value,
                    )
                )
            )
    return found.pop() if len(found) == 1 else None


def _new_name(session: Session, at: datetime) -> str:
    """Day and a number within it: 20261101-0001."""
    prefix = f"{local_day(at):%Y%m%d}-"
    latest = session.scalar(
        select(func.max(Destruction.id)).where(Destruction.id.startswith(prefix))
    )
    return f"{prefix}{int(latest.removeprefix(prefix)) + 1 if latest else 1:04}"
