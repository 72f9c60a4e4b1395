"""Awards after their calculations were made again: the differences, confirmed, then paid.

`differences.lines` says what would change and changes nothing. Two people `confirm` exactly that;
`advance` carries it out in chunks, each one transaction: the new calculation takes the old one's
place, the award gets another amount, and the months that were paid get the difference as a further
item. Nothing else makes a kept calculation again: a parameter that is set, or a contribution that
is corrected, changes no award.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.services.awards import differences, grants, payables
from api.services.awards.differences import Line, Tally
from api.services.awards.pending import Pending
from api.services.determination import store
from api.services.determination.errors import RecalculationBlockedError, RecalculationChangedError
from api.services.determination.models import Recalculation, RecalculationLine
from api.services.determination.recalculation import Cause, cause_of
from api.services.errors import UnknownError
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from issuance import audit, duties
from issuance.book_errors import DutyError
from issuance.database import attempt
from issuance.duties import Step
from issuance.instants import local_day

CHUNK: Final = 200  # calculations in one transaction
RECALCULATED: Final = "recalculated"


def confirm(
    session: Session, cause: Cause, digest: str, *, by: str, second: str | None, at: datetime
) -> Recalculation:
    """Let two people confirm what was shown to them; the same again gives the same.

    Raises RecalculationChangedError, RecalculationBlockedError, DutyError.
    """
    if (found := session.get(Recalculation, digest[:32])) is not None:
        return found
    if second is None:
        raise DutyError.alone(duties.STEPS[Step.CHANGE_MASTER_DATA].names, by=by)
    tally = Tally(cause)
    passing = tally.passing(differences.lines(session, cause))
    lines = [(line.calculation.id, line.digest, line.problem) for line in passing]
    # A person's facts may be beyond a calculation; the others' need not wait for his matter.
    planned = [(name, one) for name, one, problem in lines if problem is None]
    if tally.digest != digest:
        raise RecalculationChangedError
    if tally.problems and not cause.of_facts:
        first = tally.problems[0]
        why = first.problem or ("", "")
        raise RecalculationBlockedError(len(tally.problems), first.calculation.id, why)
    subject = f"recalculation {digest[:32]}"
    duties.perform(session, Step.CHANGE_MASTER_DATA, subject, by=by, second=second, at=at)
    row = Recalculation(
        id=digest[:32],
        cause=cause.as_json(),
        digest=digest,
        lines=len(planned),
        items=0,
        total=Fen(0),
        started_at=at,
        started_by=by,
        confirmed_by=second,
    )
    session.add(row)
    session.flush()
    session.add_all(
        RecalculationLine(recalculation=row.id, number=number, calculation=calculation, digest=one)
        for number, (calculation, one) in enumerate(planned)
    )
    session.flush()
    detail: audit.Detail = {"lines": row.lines, "digest": digest, "second": second}
    audit.append(
        session, "recalculation.confirm", [(subject, detail)], chain=audit.OFFICE, by=by, at=at
    )
    return row


def get(session: Session, recalculation_id: str) -> Recalculation:
    """A recalculation that was confirmed. Raises UnknownError."""
    found = session.get(
        Recalculation, recalculation_id, with_for_update=True, populate_existing=True
    )
    if found is None:
        raise UnknownError("recalculation", recalculation_id)
    return found


def advance(
    session: Session, recalculation_id: str, *, by: str, at: datetime, chunk: int = CHUNK
) -> int:
    """Carry out the next lines; how many, 0 when all are done.

    Raises RecalculationChangedError where a line is not what was confirmed: nothing of the chunk
    is changed then.
    """
    row = get(session, recalculation_id)
    todo = session.scalars(
        select(RecalculationLine)
        .where(RecalculationLine.recalculation == row.id, RecalculationLine.made.is_(None))
        .order_by(RecalculationLine.number)
        .limit(chunk)
    ).all()
    book, cause = ParameterBook(session), cause_of(row.cause)
    items = total = 0
    for one in todo:
        kept = store.get(session, one.calculation)
        if store.replacement(session, kept) is not None:
            raise RecalculationChangedError  # another recalculation came before
        now = differences.line(session, kept, cause, book, Pending())
        if now is None or now.digest != one.digest:
            raise RecalculationChangedError
        one.made, added = apply(session, now, run=f"recalculation {row.id}", by=by, at=at)
        items, total = items + len(added), total + sum(added)
    row.items, row.total = row.items + items, Fen(row.total + total)
    if todo:
        _note(session, row, "recalculation.apply", by=by, at=at, lines=len(todo), total=total)
    elif row.done_at is None:
        row.done_at = at
        _note(session, row, "recalculation.done", by=by, at=at, lines=row.lines, total=row.total)
    return len(todo)


def carry_out(
    engine: Engine, recalculation_id: str, *, by: str, at: datetime, chunk: int = CHUNK
) -> Iterator[int]:
    """Do all of it, one transaction after the other; after each, how many lines were done.

    Whoever stops in the middle, or is stopped, does it again.
    """
    step = partial(advance, recalculation_id=recalculation_id, by=by, at=at, chunk=chunk)
    while done := attempt(engine, step):
        yield done


def apply(
    session: Session, line: Line, *, run: str, by: str, at: datetime
) -> tuple[str, list[int]]:
    """Carry out one line: the name of the new calculation, and the amounts of the items added.

    *run* names the recalculation or the matter. Raises RecalculationBlockedError for a problem.
    """
    kept, again = line.calculation, line.again
    if again is None or line.problem is not None:
        raise RecalculationBlockedError(1, kept.id, line.problem or ("", ""))
    made = store.keep(
        session,
        again.calculation,
        id=hashlib.sha256(f"{run} {kept.id}".encode()).hexdigest()[:32],
        subject=kept.subject,
        person=kept.person,
        facts=again.made_from,
        used=again.used,
        at=at,
        by=by,
        replaces=kept.id,
        differences=again.differences,
    )
    added: list[int] = []
    for change in line.awards:
        award = grants.get(session, change.award, lock=True)
        grants.change_amount(
            session,
            award,
            from_month=change.from_month,
            amount=change.after,
            calculation=made.id,
            reason=RECALCULATED,
            at=at,
            by=by,
        )
        through = Month.of_day(local_day(at))
        items = payables.settle(session, award, through=through, run=run, at=at)
        added += [one.amount for one in items]
    return made.id, added


def _note(
    session: Session, row: Recalculation, event: str, *, by: str, at: datetime, **detail: int
) -> None:
    things: list[tuple[str, audit.Detail]] = [(f"recalculation {row.id}", detail)]
    audit.append(session, event, things, chain=audit.OFFICE, by=by, at=at)
