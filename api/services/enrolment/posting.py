"""Posting contributions: many rows at once, whole or not at all, with one entry in the audit trail.

Who calls it has checked the rows (`api.services.enrolment.file_check`) or made them itself.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment.models import Contribution, ContributionFile
from api.services.money import Fen
from api.services.months import Month
from issuance import audit, bulk


class ContributionRow(NamedTuple):
    """A contribution as it goes to the table; amounts in fen, months as `Month.number`.

    *row* is its place in the file, counted from 1.
    """

    row: int
    person: str
    insurance: str
    month: int
    region: str
    employer: str | None
    category: str
    base: int
    employer_part: int
    own_part: int
    account_part: int
    paid_month: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The file that rows come from, by the SHA-256 of its bytes (64 hexadecimal digits).

    *employer* None: of several, or of people who pay themselves. *month* is the last it is for.
    """

    name: str
    sha256: str
    month: Month
    employer: str | None = None

    @property
    def id(self) -> str:
        """The name under which the book knows it."""
        return file_id(self.sha256)


def file_id(sha256: str) -> str:
    """The name of a file in the book, from its digest."""
    return hashlib.sha256(f"contributions {sha256}".encode()).hexdigest()[:32]


def posted(session: Session, sha256: str) -> ContributionFile | None:
    """The file of these bytes, if it was posted already."""
    return session.scalar(select(ContributionFile).where(ContributionFile.sha256 == sha256))


def post(
    session: Session,
    origin: Origin,
    rows: Iterable[ContributionRow],
    *,
    by: str,
    at: datetime,
) -> ContributionFile:
    """Post all *rows* as what holds (version 0); the same file again gives the first result.

    Rows are read once, as they are stored: memory stays flat. Raises IntegrityError where a month
    of somebody is in the book already; nothing is kept then.
    """
    if (found := posted(session, origin.sha256)) is not None:
        return found
    file = begin(session, origin, by=by, at=at)
    sums = _Sums()
    add(session, file, sums.counted(rows))
    file.total = Fen(sums.total)
    finish(session, file)
    return file


def begin(session: Session, origin: Origin, *, by: str, at: datetime) -> ContributionFile:
    """The file, before its rows come; it has not been posted yet."""
    file = ContributionFile(
        id=origin.id,
        sha256=origin.sha256,
        name=origin.name,
        employer=origin.employer,
        month=origin.month,
        rows=0,
        total=Fen(0),
        posted_at=at,
        posted_by=by,
    )
    session.add(file)
    session.flush()
    return file


def add(
    session: Session, file: ContributionFile, rows: Iterable[Sequence[Any]], *, total: int = 0
) -> None:
    """Post *rows*, each as `ContributionRow` has it, as what holds; *total* is their sum in fen.

    Raises IntegrityError.
    """
    same = {"version": 0, "file": file.id, "at": file.posted_at, "by": file.posted_by}
    file.rows += bulk.add(session, Contribution, ContributionRow._fields, rows, same=same)
    file.total = Fen(file.total + total)


def finish(session: Session, file: ContributionFile) -> None:
    """All rows are posted: the file as it became, and its entry in the audit trail."""
    session.flush()
    _note(session, file)


class _Sums:
    """The total of the rows that went by."""

    def __init__(self) -> None:
        self.total = 0

    def counted(self, rows: Iterable[ContributionRow]) -> Iterator[ContributionRow]:
        """The rows, each counted."""
        total = 0
        for row in rows:
            total += row.employer_part + row.own_part
            yield row
        self.total = total


def _note(session: Session, file: ContributionFile) -> None:
    detail: audit.Detail = {
        "sha256": file.sha256,
        "employer": file.employer,
        "month": str(file.month),
        "rows": file.rows,
        "total": file.total,
    }
    things: list[tuple[str, audit.Detail]] = [(f"contributions {file.id}", detail)]
    audit.append(
        session,
        "contributions.post",
        things,
        chain=audit.OFFICE,
        by=file.posted_by,
        at=file.posted_at,
    )
