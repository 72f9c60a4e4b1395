"""Batches: requested by one person, approved or rejected by another, then made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from issuance import audit, duties, lifecycle, sla
from issuance.book_errors import ConflictError, NotFoundError
from issuance.duties import Step
from issuance.instants import local_day
from issuance.models import Application, Batch, Card, IntakeFile
from issuance.regions import in_batch
from issuance.states import (
    ApplicationEvent,
    ApplicationState,
    BatchEvent,
    BatchState,
    CardState,
    Signing,
)

ENDINGS = {
    BatchEvent.REJECT: ("rejection", "退回"),
    BatchEvent.CANCEL: ("withdrawal", "撤销"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStatus:
    """A batch and what its applications and cards have come to, by state."""

    batch: Batch
    applications: dict[ApplicationState, int]
    cards: dict[CardState, int]


def request(
    session: Session,
    *,
    intake_id: int,
    profile: str,
    by: str,
    at: datetime,
    signing: Signing = Signing.STATION,
) -> Batch:
    """Ask for the accepted applications of a file to be made; a second time gives the same batch.

    Raises NotFoundError, DutyError, and ConflictError where no application was accepted.
    """
    if found := of_file(session, intake_id):
        return found
    intake = session.get(IntakeFile, intake_id)
    if intake is None:
        raise NotFoundError("file", str(intake_id))
    size = intake.rows - intake.refused
    if not size:
        raise ConflictError("No row of the file was accepted.", "该文件没有可受理的行。")
    batch = Batch(
        id=_new_id(session, intake.region, at),
        region=intake.region,
        profile=profile,
        intake_id=intake_id,
        signing=signing,
        state=BatchState.REQUESTED,
        size=size,
        due_on=sla.due_on(local_day(at)),
        requested_at=at,
        requested_by=by,
    )
    session.add(batch)
    session.flush()
    session.execute(
        update(Application)
        .where(Application.region == batch.region, Application.intake_id == intake_id)
        .values(batch_id=batch.id)
    )
    _move_applications(session, batch, ApplicationEvent.SUBMIT)
    duties.perform(session, Step.REQUEST, f"batch {batch.id}", by=by, at=at)
    _note(session, batch, "batch.request", by=by, at=at, size=size, profile=profile)
    return batch


def approve(
    session: Session, batch_id: str, *, by: str, second: str | None = None, at: datetime
) -> bool:
    """Release a batch for making. False when this person had approved it before.

    Raises DutyError for the person who requested it, and where *second* is wanted (a rule of the
    book) and missing; NotFoundError, LifecycleError.
    """
    batch = get(session, batch_id, lock=True)
    if batch.approved_by is not None and duties.same_person(by, batch.approved_by):
        return False
    state = _after(batch, BatchEvent.APPROVE)
    duties.perform(session, Step.APPROVE, f"batch {batch_id}", by=by, second=second, at=at)
    batch.state, batch.approved_by, batch.approved_at = state, by, at
    _move_applications(session, batch, ApplicationEvent.APPROVE)
    detail = {"second": second} if second is not None else {}
    _note(session, batch, "batch.approve", by=by, at=at, applications=batch.size, **detail)
    return True


def reject(session: Session, batch_id: str, *, reason: str, by: str, at: datetime) -> bool:
    """Refuse a requested batch; its file may be handed in again. False when it stands rejected."""
    return _end(
        session, batch_id, BatchEvent.REJECT, ApplicationEvent.REFUSE, reason=reason, by=by, at=at
    )


def cancel(session: Session, batch_id: str, *, reason: str, by: str, at: datetime) -> bool:
    """Withdraw a batch before it is made; its file may be handed in again."""
    return _end(
        session, batch_id, BatchEvent.CANCEL, ApplicationEvent.CANCEL, reason=reason, by=by, at=at
    )


def get(session: Session, batch_id: str, *, lock: bool = False) -> Batch:
    """The batch; *lock* keeps others from changing it until the commit. Raises NotFoundError."""
    batch = session.get(Batch, batch_id, with_for_update=lock, populate_existing=lock)
    if batch is None:
        raise NotFoundError("batch", batch_id)
    return batch


def of_file(session: Session, intake_id: int) -> Batch | None:
    """The batch that was requested for a file."""
    return session.scalars(select(Batch).where(Batch.intake_id == intake_id)).one_or_none()


def listing(session: Session, *, limit: int = 1_000) -> Sequence[Batch]:
    """The newest batches, newest first."""
    return session.scalars(select(Batch).order_by(Batch.requested_at.desc()).limit(limit)).all()


def status(session: Session, batch_id: str) -> BatchStatus:
    """The batch with its counts. Raises NotFoundError."""
    batch = get(session, batch_id)
    applications = session.execute(
        select(Application.state, func.count())
        .where(in_batch(Application, batch_id))
        .group_by(Application.state)
    )
    cards = session.execute(
        select(Card.state, func.count()).where(in_batch(Card, batch_id)).group_by(Card.state)
    )
    return BatchStatus(
        batch=batch,
        applications={row[0]: row[1] for row in applications},
        cards={row[0]: row[1] for row in cards},
    )


def _end(
    session: Session,
    batch_id: str,
    event: BatchEvent,
    of_applications: ApplicationEvent,
    *,
    reason: str,
    by: str,
    at: datetime,
) -> bool:
    batch = get(session, batch_id, lock=True)
    if batch.state.value == {"reject": "rejected", "cancel": "cancelled"}[event.value]:
        return False
    before = batch.state
    state = _after(batch, event)
    roles = lifecycle.BATCH[before][event].roles
    duties.require_role(session, by, roles, doing=ENDINGS[event])
    batch.state = state
    batch.ended_at, batch.ended_by, batch.end_reason = at, by, reason
    if batch.intake_id is not None:
        intake = session.get_one(IntakeFile, batch.intake_id)
        intake.withdrawn_at = at
    _move_applications(session, batch, of_applications)
    _note(session, batch, f"batch.{event.value}", by=by, at=at, reason=reason, was=before.value)
    return True


def _move_applications(session: Session, batch: Batch, event: ApplicationEvent) -> None:
    """All open applications of the batch at once; the entry of the batch speaks for them."""
    for state in lifecycle.before(lifecycle.APPLICATION, event):
        following = lifecycle.after(lifecycle.APPLICATION, state, event)
        session.execute(
            update(Application)
            .where(
                Application.region == batch.region,
                Application.batch_id == batch.id,
                Application.state == state,
            )
            .values(state=following)
            .execution_options(synchronize_session=False)
        )


def _after(batch: Batch, event: BatchEvent) -> BatchState:
    return lifecycle.after(lifecycle.BATCH, batch.state, event, what=f"batch {batch.id}")


def _new_id(session: Session, region: str, at: datetime) -> str:
    """Region, day and a number within them: 371700-20261101-0001."""
    prefix = f"{region}-{local_day(at):%Y%m%d}-"
    newest = (
        select(Batch.id)
        .where(Batch.id.startswith(prefix))
        .order_by(func.length(Batch.id).desc(), Batch.id.desc())  # …-10000 follows …-9999
        .limit(1)
    )
    latest = session.scalar(newest)
    return f"{prefix}{int(latest.removeprefix(prefix)) + 1 if latest else 1:04}"


def _note(
    session: Session, batch: Batch, event: str, *, by: str, at: datetime, **detail: str | int | None
) -> None:
    audit.append(session, event, [(f"batch {batch.id}", detail)], chain=batch.region, by=by, at=at)
