"""Closing a batch: only in balance, not by who made it, and with a signed certificate."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from crypto.envelope import Signer
from issuance import audit, batches, duties, lifecycle
from issuance.book_errors import DutyError, NotFoundError
from issuance.duties import Step
from issuance.models import Batch, Card
from issuance.people.names import same_person
from issuance.regions import in_batch
from issuance.states import BatchEvent, BatchState
from issuance.stock import balance, certificate
from issuance.stock.accounting import FIGURES
from issuance.stock.certificate import BatchCertificate, BlankLine, CardLine
from issuance.stock.errors import UnbalancedError
from issuance.stock.models import BatchCertificate as CertificateRow
from issuance.stock.models import BlankRange, StationCount, StationEvent
from issuance.stock.serials import Run


def close(session: Session, batch_id: str, *, by: str, at: datetime, signer: Signer) -> bytes:
    """Close a produced batch; its signed certificate, which a second call gives again.

    Raises NotFoundError, LifecycleError (cards wait for their chip), DutyError for whoever made
    cards of it, UnbalancedError where cards or blanks do not balance.
    """
    batch = batches.get(session, batch_id, lock=True)
    if batch.state is BatchState.CLOSED:
        return content(session, batch_id)
    state = lifecycle.after(
        lifecycle.BATCH, batch.state, BatchEvent.CLOSE, what=f"batch {batch_id}"
    )
    _check_other(session, batch, by)
    duties.perform(session, Step.RECONCILE, f"batch {batch_id}", by=by, at=at)
    if found := balance.differences(session, batch_id):
        raise UnbalancedError(batch_id, found)
    batch.state, batch.closed_at, batch.closed_by = state, at, by
    session.flush()  # the database looks for itself
    detail: audit.Detail = {"cards": sum(_counts(session, batch).values())}
    head = _note(session, batch, "batch.close", detail, by=by, at=at)
    made = _certificate(session, batch, signer, head).sign(signer)
    session.add(CertificateRow(batch_id=batch_id, content=made, at=at, by=by))
    digest = signer.suite.digest(made).hex()
    _note(session, batch, "batch.certify", {"digest": digest}, by=by, at=at)
    return made


def content(session: Session, batch_id: str) -> bytes:
    """The certificate of a closed batch. Raises NotFoundError."""
    batches.get(session, batch_id)
    row = session.get(CertificateRow, batch_id)
    if row is None:
        raise NotFoundError("certificate", batch_id)
    return row.content


def card_lines(session: Session, batch_id: str) -> Iterator[CardLine]:
    """The batch's cards in the order of their numbers, as they stand."""
    rows = session.execute(
        select(Card.number, Card.state, Card.identification_code, Card.blank)
        .where(in_batch(Card, batch_id))
        .order_by(Card.number)
        .execution_options(yield_per=5_000)
    )
    for number, state, code, blank in rows:
        yield CardLine(number=number, state=state.value, identification_code=code, blank=blank)


def blank_lines(session: Session, batch_id: str) -> Iterator[BlankLine]:
    """The ranges of the batch's blanks in the order of their serials, as they stand."""
    rows = session.execute(
        select(BlankRange.maker, BlankRange.first, BlankRange.last, BlankRange.state)
        .where(BlankRange.batch_id == batch_id)
        .order_by(BlankRange.maker, BlankRange.first)
    )
    for maker, first, last, state in rows:
        run = Run(maker, first, last)
        yield BlankLine(first=run.number.to_bytes(8, "big"), count=run.size, state=state.value)


def _certificate(
    session: Session, batch: Batch, signer: Signer, head: audit.Head
) -> BatchCertificate:
    cards, blanks = [*card_lines(session, batch.id)], [*blank_lines(session, batch.id)]
    by_state: dict[str, int] = {}
    for line in blanks:
        by_state[line.state] = by_state.get(line.state, 0) + line.count
    return BatchCertificate(
        batch_id=batch.id,
        closed_at=batch.closed_at or batch.requested_at,
        region=batch.region,
        profile=batch.profile,
        size=batch.size,
        cards=_counts(session, batch),
        blanks=by_state,
        figures=_figures(session, batch),
        first_card=cards[0].number if cards else "",
        last_card=cards[-1].number if cards else "",
        card_root=certificate.root(cards, signer.suite),
        blank_root=certificate.root(blanks, signer.suite),
        audit=(head.chain, head.length, head.hash),
        people=_people(batch),
    )


def _counts(session: Session, batch: Batch) -> dict[str, int]:
    rows = session.execute(
        select(Card.state, func.count()).where(in_batch(Card, batch.id)).group_by(Card.state)
    )
    return {state.value: count for state, count in rows}


def _figures(session: Session, batch: Batch) -> dict[str, tuple[int, ...]]:
    """By work and kind, the sums over all counts."""
    sums = [func.sum(getattr(StationCount, name)) for name in FIGURES]
    rows = session.execute(
        select(StationCount.work, StationCount.kind, *sums)
        .where(StationCount.batch_id == batch.id)
        .group_by(StationCount.work, StationCount.kind)
    )
    return {f"{work.value} {kind.value}": tuple(map(int, row)) for work, kind, *row in rows}


def _people(batch: Batch) -> dict[str, tuple[str, int]]:
    steps = (
        (Step.REQUEST.value, batch.requested_by, batch.requested_at),
        (Step.APPROVE.value, batch.approved_by, batch.approved_at),
        (Step.PRODUCE.value, batch.started_by, batch.started_at),
        ("close", batch.closed_by, batch.closed_at),
    )
    return {step: (by, int(at.timestamp())) for step, by, at in steps if by and at}


def _check_other(session: Session, batch: Batch, by: str) -> None:
    """Nobody reconciles what he made: neither who began it nor who worked at its stations."""
    workers = session.scalars(
        select(StationEvent.by)
        .where(
            StationEvent.batch_id == batch.id,
            or_(StationEvent.good > 0, StationEvent.rejected > 0, StationEvent.samples > 0),
        )
        .distinct()
    ).all()
    makers = [*workers, *([batch.started_by] if batch.started_by else [])]
    if any(same_person(by, maker) for maker in makers):
        rules = duties.STEPS
        raise DutyError.apart(rules[Step.RECONCILE].names, by=by, earlier=rules[Step.PRODUCE].names)


def _note(
    session: Session, batch: Batch, event: str, detail: audit.Detail, *, by: str, at: datetime
) -> audit.Head:
    return audit.append(
        session, event, [(f"batch {batch.id}", detail)], chain=batch.region, by=by, at=at
    )
