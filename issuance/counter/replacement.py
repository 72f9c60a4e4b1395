"""A new card in the place of one: the application with the holder's data as the book has them.

What is made here is a bureau file of one row, and always the same for the same card and reason:
booked twice it is booked once, and `onecard bureau issue --file` goes on with it at the counter.
"""

import csv
import io
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from issuance import instant_issue
from issuance.counter import card_sheet
from issuance.counter.card_sheet import CardSheet
from issuance.counter.errors import NotOfferedError
from issuance.counter.replacement_reasons import Reason
from issuance.database import reading
from issuance.instant_issue import Request
from issuance.instants import local_day
from issuance.intake.checks import REPLACEMENT
from issuance.intake.columns import HEADERS, ApplicantRow
from issuance.states import CardState

LABEL = ("replacement", "补换卡")
# Of a card that is on its way to its holder the bureau makes another by itself.
REPLACEABLE = (
    CardState.ACTIVE,
    CardState.SUSPENDED,
    CardState.LOST,
    CardState.EXPIRED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """An application that waits for a second person; *content* is its file."""

    batch: str
    before: bool
    file_name: str
    content: bytes = field(repr=False)


def begin(
    engine: Engine, number: str, reason: Reason, *, profile: str, by: str, at: datetime
) -> Replacement:
    """Book the application. Raises NotFoundError, NotOfferedError, IntakeError, ConflictError."""
    with reading(engine) as session:
        sheet = card_sheet.card_sheet(session, number, at=at)
    if sheet.state not in REPLACEABLE:
        raise NotOfferedError(LABEL, sheet.state.value)
    name, content = file_name(number, reason), application_file(sheet, reason)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        request = Request.of(path, on=local_day(at))
        done = instant_issue.book(engine, request, profile=profile, by=by, at=at)
    return Replacement(batch=done.what, before=done.before, file_name=name, content=content)


def file_name(number: str, reason: Reason) -> str:
    """What the file is called at the counter."""
    return f"replace-{number}-{reason.value}.csv"


def application_file(sheet: CardSheet, reason: Reason) -> bytes:
    """The bureau file of one row, in GB 18030."""
    holder = sheet.holder
    # What the book keeps of an application is the row that asked for it, beside its place.
    row = ApplicantRow(
        1, *(getattr(holder, column) for column in ApplicantRow._fields[1:])
    )._replace(
        application_type=REPLACEMENT, replacement_reason=reason.value, old_card_number=sheet.number
    )
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADERS, row])
    return text.getvalue().encode("gb18030")
