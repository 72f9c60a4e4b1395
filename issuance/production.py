"""Making a batch: every application gets its numbered, prepared card, chunk by chunk.

Each chunk is one transaction, so that a run that was cut off, at any moment, is simply run again;
two runs at once share the work. Personalization of the prepared cards is the station's part.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from issuance import audit, batches, bulk, duties, lifecycle, numbering, status_list
from issuance.database import transaction
from issuance.duties import Step
from issuance.instants import last_valid_day, local_day
from issuance.intake.checks import REPLACEMENT
from issuance.models import Application, Batch, Card
from issuance.regions import in_batch
from issuance.states import (
    ApplicationEvent,
    ApplicationState,
    BatchEvent,
    BatchState,
    CardEvent,
    CardState,
)
from reader.card_record import StatusReference

CHUNK = 1_000
_CARD_COLUMNS = (
    "number",
    "intake_id",
    "row",
    "social_security_number",
    "replaces",
    "status_list",
    "status_index",
)


class Waiting(NamedTuple):
    """An application of an approved batch that has no card yet."""

    intake_id: int
    row: int
    social_security_number: str
    application_type: str
    old_card_number: str


def produce(
    engine: Engine,
    batch_id: str,
    *,
    by: str,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
    chunk: int = CHUNK,
) -> Iterator[int]:
    """Number and prepare all cards of a batch; yields how many each transaction added.

    Nothing is done before the first value is asked for. Raises NotFoundError, LifecycleError (not
    approved), NumbersExhaustedError, StorageError.
    """
    with transaction(engine) as session:
        start(session, batch_id, by=by, at=clock())
    after = 0
    while True:
        with transaction(engine) as session:
            done = _prepare(session, batch_id, after, chunk, by=by, at=clock(), random=random)
        if not done:
            return
        after = done[-1].row  # what lies before is not looked through again
        yield len(done)


def start(session: Session, batch_id: str, *, by: str, at: datetime) -> bool:
    """Begin the making of an approved batch, or join in it; False when it was begun before.

    Raises NotFoundError, LifecycleError, DutyError.
    """
    batch = batches.get(session, batch_id, lock=True)
    if batch.state is BatchState.PRODUCED:
        return False
    duties.perform(session, Step.PRODUCE, f"batch {batch_id}", by=by, at=at)
    if batch.state is BatchState.PRODUCING:
        return False
    batch.state = _after(batch, BatchEvent.START)
    batch.started_at, batch.started_by = at, by
    _note(session, batch, "batch.start", by=by, at=at)
    return True


def prepare(
    session: Session,
    batch_id: str,
    *,
    limit: int,
    by: str,
    at: datetime,
    random: Callable[[int], bytes],
) -> int:
    """Give up to *limit* applications their card: number, place in a status list, dates.

    Returns how many; 0 when none is left. Raises NotFoundError, LifecycleError, ConflictError
    (a person has a card in the making already), NumbersExhaustedError.
    """
    return len(_prepare(session, batch_id, 0, limit, by=by, at=at, random=random))


def _prepare(
    session: Session,
    batch_id: str,
    after: int,
    limit: int,
    *,
    by: str,
    at: datetime,
    random: Callable[[int], bytes],
) -> list[Waiting]:
    batch = batches.get(session, batch_id, lock=True)
    if batch.state is BatchState.PRODUCED:
        return []
    _after(batch, BatchEvent.FINISH)  # only a batch in production gets cards
    waiting = _waiting(session, batch_id, limit, after)
    if waiting:
        numbers = numbering.allocate(session, batch.region, len(waiting))
        places = status_list.allocate(session, batch.region, len(waiting), random=random)
        _add_cards(session, batch, waiting, list(zip(numbers, places, strict=True)), at=at)
        _mark_carded(session, batch.region, waiting)
        things: list[tuple[str, audit.Detail]] = [
            (f"card {number}", {"batch": batch_id, "row": row.row, "list": place.list_id})
            for number, place, row in zip(numbers, places, waiting, strict=True)
        ]
        audit.append(session, "card.prepare", things, chain=batch.region, by=by, at=at)
    return waiting


def finish(session: Session, batch_id: str, *, by: str, at: datetime) -> bool:
    """Mark a batch as produced once no card of it waits any more; False while one does.

    Also False when it was finished before. Raises NotFoundError, LifecycleError.
    """
    batch = batches.get(session, batch_id, lock=True)
    if batch.state is BatchState.PRODUCED:
        return False
    state = _after(batch, BatchEvent.FINISH)
    if _waiting(session, batch_id, 1) or outstanding(session, batch_id):
        return False
    batch.state, batch.produced_at = state, at
    _note(session, batch, "batch.finish", by=by, at=at, size=batch.size)
    return True


def outstanding(session: Session, batch_id: str) -> int:
    """How many cards of the batch wait for their personalization."""
    waiting = (CardState.NUMBERED, CardState.PREPARED)
    return (
        session.scalar(
            select(func.count()).where(in_batch(Card, batch_id), Card.state.in_(waiting))
        )
        or 0
    )


def _waiting(session: Session, batch_id: str, limit: int, after: int = 0) -> list[Waiting]:
    found = session.execute(
        select(
            Application.intake_id,
            Application.row,
            Application.social_security_number,
            Application.application_type,
            Application.old_card_number,
        )
        .where(
            in_batch(Application, batch_id),
            Application.state == ApplicationState.APPROVED,
            Application.row > after,
        )
        .order_by(Application.row)
        .limit(limit)
    )
    return [Waiting(*row) for row in found]


def _add_cards(
    session: Session,
    batch: Batch,
    waiting: Sequence[Waiting],
    given: Sequence[tuple[str, StatusReference]],
    *,
    at: datetime,
) -> None:
    issued_on = local_day(at)
    rows = [
        (
            number,
            one.intake_id,
            one.row,
            one.social_security_number,
            one.old_card_number if one.application_type == REPLACEMENT else None,
            place.list_id,
            place.index,
        )
        for one, (number, place) in zip(waiting, given, strict=True)
    ]
    same = {
        "batch_id": batch.id,
        "region": batch.region,
        "state": lifecycle.after(lifecycle.CARD, CardState.NUMBERED, CardEvent.PREPARE),
        "issued_on": issued_on,
        "expires_on": last_valid_day(issued_on),
        "prepared_at": at,
        "changed_at": at,
    }
    bulk.add(session, Card, _CARD_COLUMNS, rows, same=same)


def _mark_carded(session: Session, region: str, waiting: Sequence[Waiting]) -> None:
    carded = lifecycle.after(
        lifecycle.APPLICATION, ApplicationState.APPROVED, ApplicationEvent.CARD
    )
    files: dict[int, list[int]] = {}
    for one in waiting:
        files.setdefault(one.intake_id, []).append(one.row)
    for intake_id, rows in files.items():
        session.execute(
            update(Application)
            .where(
                Application.region == region,
                Application.intake_id == intake_id,
                Application.row.in_(rows),
            )
            .values(state=carded)
            .execution_options(synchronize_session=False)
        )


def _after(batch: Batch, event: BatchEvent) -> BatchState:
    return lifecycle.after(lifecycle.BATCH, batch.state, event, what=f"batch {batch.id}")


def _note(
    session: Session, batch: Batch, event: str, *, by: str, at: datetime, **detail: str | int | None
) -> None:
    audit.append(session, event, [(f"batch {batch.id}", detail)], chain=batch.region, by=by, at=at)
