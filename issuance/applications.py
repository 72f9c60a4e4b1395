"""Applications for cards: booking a checked bureau file, and what the book knows of its people."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuance import audit, bulk, holdings, lifecycle
from issuance.book_errors import ConflictError, NotFoundError
from issuance.intake.bureau_file import Booked
from issuance.intake.checks import REPLACEMENT
from issuance.intake.columns import ApplicantRow
from issuance.intake.csv_file import Encoding
from issuance.intake.reasons import Reason
from issuance.intake.report import Report
from issuance.models import Application, IntakeFile, RefusedRow
from issuance.states import ApplicationEvent, ApplicationState

COLUMNS = ApplicantRow._fields  # the order in which rows are handed over

Refused = tuple[tuple[int, Sequence[str]], Sequence[str]]  # ((row, reasons), fields as written)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is kept of a bureau file itself; *sha256* in hexadecimal, of its bytes."""

    name: str
    sha256: str
    encoding: str
    header: tuple[str, ...]
    dated: date
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What became of a file; *already* says that the same bytes had been booked before."""

    intake_id: int
    accepted: int
    refused: int
    already: bool


def known(session: Session, numbers: Sequence[str], *, on: date) -> Booked:
    """Which of *numbers* (some thousand) have an open application, or a live card on that day.

    A card in the making is live, whoever asks: two would meet at the bench.
    """
    live = holdings.with_live_card(session, numbers, on=on)
    return Booked(
        live_cards=live,
        cards_in_making=holdings.with_card_in_making(session, live),
        open_applications=holdings.with_open_application(session, numbers),
    )


def book(
    session: Session,
    rows: Iterable[Sequence[Any]],
    refused: Iterable[Refused] = (),
    *,
    file: FileFacts,
    by: str,
    at: datetime,
) -> Booking:
    """Book a checked file: accepted *rows* in the order of COLUMNS, and the refused ones.

    A file whose bytes were booked before is not booked again; the rows are not looked at then.
    Raises ConflictError when a person got an application or a card since the file was checked.
    """
    if earlier := find(session, file.sha256):
        accepted = earlier.rows - earlier.refused
        return Booking(
            intake_id=earlier.id, accepted=accepted, refused=earlier.refused, already=True
        )
    intake = IntakeFile(
        sha256=file.sha256,
        name=file.name,
        encoding=file.encoding,
        header=list(file.header),
        dated=file.dated,
        region=file.region,
        rows=0,
        refused=0,
        received_at=at,
        received_by=by,
    )
    session.add(intake)
    session.flush()
    accepted = _add_rows(session, intake, rows)
    intake.refused = bulk.add(
        session,
        RefusedRow,
        ("row", "reasons", "fields"),
        ((row, _json(reasons), _json(fields)) for (row, reasons), fields in refused),
        same={"intake_id": intake.id},
    )
    intake.rows = accepted + intake.refused
    detail: audit.Detail = {"sha256": file.sha256, "accepted": accepted, "refused": intake.refused}
    audit.append(
        session, "file.book", [(f"file {intake.id}", detail)], chain=file.region, by=by, at=at
    )
    return Booking(intake_id=intake.id, accepted=accepted, refused=intake.refused, already=False)


def find(session: Session, sha256: str) -> IntakeFile | None:
    """The booked file with these bytes, unless it was withdrawn."""
    return session.scalars(
        select(IntakeFile).where(IntakeFile.sha256 == sha256, IntakeFile.withdrawn_at.is_(None))
    ).one_or_none()


def refused_again(session: Session, intake_id: int) -> Report:
    """The refused rows of a booked file, as the check had reported them. Close it after use.

    Raises NotFoundError.
    """
    intake = session.get(IntakeFile, intake_id)
    if intake is None:
        raise NotFoundError("file", str(intake_id))
    report = Report(Path(intake.name), Encoding(intake.encoding), intake.header)
    wanted = select(RefusedRow).where(RefusedRow.intake_id == intake_id).order_by(RefusedRow.row)
    rows = session.scalars(wanted)
    report.refuse([(one.row, [Reason(name) for name in one.reasons], one.fields) for one in rows])
    return report


def _add_rows(session: Session, intake: IntakeFile, rows: Iterable[Sequence[Any]]) -> int:
    checked = lifecycle.after(
        lifecycle.APPLICATION, ApplicationState.RECEIVED, ApplicationEvent.CHECK
    )
    same = {"intake_id": intake.id, "region": intake.region, "state": checked}
    try:
        count = bulk.add(session, Application, COLUMNS, rows, same=same)
    except IntegrityError as error:
        # The table itself allows one open application a person; another file was faster.
        raise _changed_meanwhile() from error
    replaces = Application.application_type == REPLACEMENT
    live = _has(holdings.persons_with_live_card(session, intake.dated))
    making = _has(holdings.persons_with_card_in_making(session))
    holders = select(Application.row).where(
        Application.region == intake.region,
        Application.intake_id == intake.id,
        or_(and_(~replaces, live), and_(replaces, making)),
    )
    if session.scalars(holders.limit(1)).one_or_none() is not None:
        raise _changed_meanwhile()
    return count


def _has(persons: Select[str]) -> ColumnElement[bool]:
    """Whether an application's person is among *persons*."""
    person = persons.selected_columns[0]
    return persons.where(person == Application.social_security_number).exists()


def _changed_meanwhile() -> ConflictError:
    return ConflictError(
        "A person of this file got an application or a card since it was checked.",
        "核验之后，文件中有人已有申请或已领卡。",
    )


def _json(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)
