"""Return files in: held against what was sent, then booked card by card, in one transaction.

Nothing is booked unless every card agrees, or the cards without a fault are asked for. A file that
is read again is found again and books nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import audit, batches, duties, key_use, production
from issuance.duties import Step
from issuance.exchange import booking, dispatch, status
from issuance.exchange.errors import ExchangeFileError, ReconciliationError, ReplayError
from issuance.exchange.faults import Fault
from issuance.exchange.models import Direction, ExchangeFile, SentCard
from issuance.exchange.opening import ReturnFile
from issuance.exchange.reconciliation import Reconciliation, reconcile
from issuance.exchange.volume import Header
from issuance.stock import floor
from reader.card_profile.profiles import PROFILES

__all__ = ["Receipt", "RecordMaker", "receive"]

RecordMaker = booking.RecordMaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a return file.

    *repeated*: it was booked before, and these are the counts of then. *waiting*: cards of the
    files it answers that are still out. *missing_volumes*: other volumes of the dispatch from
    which nothing came back yet. *missing_sequences*: numbers of return files that did not come.
    """

    file_id: str
    batch: str
    good: int
    rejected: int
    repeated: bool
    signed: bool
    faults: tuple[Fault, ...]
    waiting: int
    missing_volumes: tuple[int, ...]
    missing_sequences: tuple[int, ...]


def receive(
    session: Session,
    arrived: ReturnFile,
    *,
    record_of: RecordMaker,
    by: str,
    at: datetime,
    partial: bool = False,
) -> Receipt:
    """Book a return file; *record_of* gives the signed record of a good card on its chip.

    *partial* books the cards without a fault and leaves the others out. Raises ExchangeFileError,
    ReplayError, ReconciliationError; DutyError, KeysNotEnabledError, LifecycleError, ConflictError.
    """
    known = session.get(ExchangeFile, arrived.id)
    if known is not None and known.sha256 == arrived.sha256:
        return _receipt(session, known, (), repeated=True)
    if known is not None:
        raise _replayed(arrived.name, f"one-time id {arrived.id}", f"一次性编号 {arrived.id}")
    answered = _answered(session, arrived)
    batch_id = answered[0].batch_id
    duties.perform(session, Step.RECONCILE, f"batch {batch_id}", by=by, at=at)
    if arrived.header:
        _check_sequence(session, arrived.header, arrived.name)
    found = _reconciled(session, arrived, answered)
    if found.faults and not partial:
        raise ReconciliationError(arrived.name, found.faults)
    key_use.require_enabled_keys(session, batch_id, by=by, at=at)
    file = _file(arrived, answered, found, by=by, at=at)
    session.add(file)
    session.flush()
    booking.book(session, file, found, record_of=record_of, by=by, at=at)
    for sent in answered:
        if sent.returned_at is None and not status.out(session, sent):
            sent.returned_at = at
    detail: audit.Detail = {
        "batch": file.batch_id,
        "bureau": file.bureau,
        "answers": ", ".join(sent.id for sent in answered),
        "sha256": file.sha256,
        "good": file.good,
        "rejected": file.rejected,
        "faults": len(found.faults),
        "signed_by": file.signer or "nobody: taken unsigned",
    }
    dispatch.note(session, file.region, "exchange.receive", file.id, detail, by=by, at=at)
    session.flush()
    production.finish(session, batch_id, by=by, at=at)
    return _receipt(session, file, found.faults, repeated=False)


def _answered(session: Session, arrived: ReturnFile) -> Sequence[ExchangeFile]:
    """The record files that are answered: the one that is named, or those of the cards."""
    if arrived.header is None:
        return _files_of(session, arrived)
    answers = (arrived.header.answers or b"").hex()
    sent = session.get(ExchangeFile, answers, with_for_update=True)
    if sent is None or sent.direction is not Direction.SENT or sent.handled_at is None:
        raise ExchangeFileError("answers_nothing", arrived.name, answers=answers)
    if sent.recalled_at is not None:
        raise ExchangeFileError("withdrawn", arrived.name, answers=answers)
    for field, wanted in (
        ("region", sent.region),
        ("bureau", sent.bureau),
        ("batch", sent.batch_id),
        ("dispatch", sent.dispatch),
        ("volume", sent.volume),
        ("volumes", sent.volumes),
    ):
        found = getattr(arrived.header, field)
        if found != wanted:
            raise ExchangeFileError(
                "another_pair", arrived.name, field=field, found=found, wanted=wanted
            )
    return [sent]


def _files_of(session: Session, arrived: ReturnFile) -> Sequence[ExchangeFile]:
    """The files in which the cards of a result file are out; if none is, in which they were."""
    out: set[str] = set()
    was: set[str] = set()
    for some in booking.pieces([card.card_number for card in arrived.cards]):
        found = select(SentCard.file_id, SentCard.outcome).where(SentCard.card_number.in_(some))
        for file_id, outcome in session.execute(found.distinct()):
            (out if outcome is None else was).add(file_id)
    files = session.scalars(
        select(ExchangeFile)
        .where(
            ExchangeFile.id.in_(out or was),
            ExchangeFile.handled_at.is_not(None),
            ExchangeFile.recalled_at.is_(None),
        )
        .order_by(ExchangeFile.dispatch, ExchangeFile.volume)
        .with_for_update()
    ).all()
    if not files:
        raise ExchangeFileError("nothing_sent", arrived.name)
    found_batches = sorted({file.batch_id for file in files})
    if len(found_batches) > 1:
        raise ExchangeFileError("several_batches", arrived.name, batches=", ".join(found_batches))
    return files


def _check_sequence(session: Session, header: Header, name: str) -> None:
    taken = session.scalar(
        select(ExchangeFile.id).where(
            ExchangeFile.direction == Direction.RECEIVED,
            ExchangeFile.region == header.region,
            ExchangeFile.bureau == header.bureau,
            ExchangeFile.sequence == header.sequence,
        )
    )
    if taken is not None:
        number = header.sequence
        raise _replayed(name, f"sequence number {number}", f"序号 {number}")


def _replayed(name: str, english: str, chinese: str) -> ReplayError:
    return ReplayError(
        (
            f"{name}: another file with the {english} was taken before.",
            f"{name}：此前已接收过{chinese}的另一文件。",
        )
    )


def _reconciled(
    session: Session, arrived: ReturnFile, answered: Sequence[ExchangeFile]
) -> Reconciliation:
    batch_id, bureau = answered[0].batch_id, answered[0].bureau
    profile = PROFILES[batches.get(session, batch_id).profile]
    expected = booking.expected(session, answered, profile)
    returned = [
        booking.completed(card, expected.get(card.card_number), profile) for card in arrived.cards
    ]
    return reconcile(
        returned,
        expected,
        owners=booking.owners(session, returned),
        unused=floor.unused(session, batch_id, station=bureau),
        malformed=[*arrived.malformed, *booking.foreign_keys(returned, profile)],
    )


def _file(
    arrived: ReturnFile,
    answered: Sequence[ExchangeFile],
    found: Reconciliation,
    *,
    by: str,
    at: datetime,
) -> ExchangeFile:
    """The row of the return file; what a result file leaves open follows where it is one file's."""
    first, header, signer = answered[0], arrived.header, arrived.signer
    alone = len(answered) == 1
    return ExchangeFile(
        id=arrived.id,
        direction=Direction.RECEIVED,
        region=first.region,
        bureau=first.bureau,
        batch_id=first.batch_id,
        dispatch=first.dispatch,
        volume=first.volume if alone else None,
        volumes=first.volumes,
        sequence=header.sequence if header else None,
        cards=len(arrived.cards),
        good=len(found.good),
        rejected=len(found.rejected),
        name=arrived.name,
        sha256=arrived.sha256,
        certificate=signer.fingerprint if signer else None,
        signer=signer.subject if signer else None,
        answers=first.id if alone else None,
        handled_at=at,
        handled_by=by,
    )


def _receipt(
    session: Session, file: ExchangeFile, faults: Sequence[Fault], *, repeated: bool
) -> Receipt:
    of_batch = status.of_batch(session, file.batch_id)
    mine = [one for one in of_batch.sent if one.dispatch == file.dispatch]
    return Receipt(
        file_id=file.id,
        batch=file.batch_id,
        good=file.good,
        rejected=file.rejected,
        repeated=repeated,
        signed=file.signer is not None,
        faults=tuple(faults),
        waiting=sum(one.out for one in mine if file.volume in (None, one.volume)),
        missing_volumes=tuple(one.volume for one in mine if one.untouched),
        missing_sequences=status.missing_sequences(session, file.region, file.bureau),
    )
