"""Checking a contribution file: the whole of it is read before anything is posted.

It is read in chunks, and what is accepted or refused is set aside on disk: memory stays flat.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self, cast

from sqlalchemy.orm import Session

from api.services.enrolment import file_columns
from api.services.enrolment.file_columns import HEADERS, FileRow
from api.services.enrolment.file_lookup import Lookup
from api.services.enrolment.file_reasons import Fault, RowReason
from api.services.enrolment.posting import ContributionRow
from api.services.enrolment.row_check import RowCheck
from api.services.enrolment.seen import Seen
from api.services.enrolment.tariff import Tariff
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from issuance.instants import local_day
from issuance.intake import table_file
from issuance.intake.columns import Columns
from issuance.intake.csv_file import Encoding
from issuance.intake.faults import fault
from issuance.intake.refused_file import write_returned
from issuance.intake.spool import Row, Spool

CHUNK: Final = 1_000
IN_MEMORY: Final = 10_000


class RefusedRow(NamedTuple):
    """A refused row: its place, counted from 1, what is wrong, and its fields as they stood."""

    place: int
    faults: Sequence[Fault]
    record: Sequence[str]


class FileReport:
    """What came out of a file. Close it, or use it in a ``with`` statement."""

    def __init__(self, path: Path, encoding: Encoding, header: Sequence[str]) -> None:
        self.path = path
        self.encoding = encoding
        self.header = tuple(header)
        self.sha256 = ""
        self.last_month: Month | None = None
        self.total = Fen(0)
        self.by_reason: Counter[str] = Counter()
        self._employers: set[str | None] = set()
        self._accepted = Spool(IN_MEMORY)
        self._refused = Spool(IN_MEMORY)

    @property
    def accepted(self) -> int:
        """Number of rows that are right."""
        return self._accepted.count

    @property
    def refused(self) -> int:
        """Number of rows that are refused."""
        return self._refused.count

    @property
    def rows(self) -> int:
        """Number of rows in the file."""
        return self.accepted + self.refused

    @property
    def employer(self) -> str | None:
        """The employer of all rows; None where they are of several, or of people by themselves."""
        return next(iter(self._employers)) if len(self._employers) == 1 else None

    def accept(self, rows: Sequence[ContributionRow]) -> None:
        """Set rows aside that are right."""
        for row in rows:
            month = Month(row.month)
            if self.last_month is None or month > self.last_month:
                self.last_month = month
            self._employers.add(row.employer)
            self.total = Fen(self.total + row.employer_part + row.own_part)
        self._accepted.append([tuple(row) for row in rows])

    def refuse(self, rows: Sequence[RefusedRow]) -> None:
        """Set refused rows aside."""
        for row in rows:
            self.by_reason.update(one.reason for one in row.faults)
        self._refused.append([_plain(row) for row in rows])

    def accepted_rows(self) -> Iterator[ContributionRow]:
        """The rows that are right, in the order of the file."""
        for chunk in self._accepted:
            yield from map(ContributionRow._make, cast(list[tuple[Any, ...]], chunk))

    def refused_rows(self) -> Iterator[RefusedRow]:
        """The refused rows, in the order of the file."""
        for chunk in self._refused:
            for place, faults, record in cast(list[tuple[Any, ...]], chunk):
                yield RefusedRow(place, [Fault(*one) for one in faults], record)

    def write_refused(self, path: Path) -> None:
        """Write the refused rows to *path*, each behind why it comes back. Raises IntakeError."""
        rows = (
            (
                " ".join(one.reason for one in row.faults),
                "".join(f"{one.cause[1]}{one.remedy[1]}" for one in row.faults),
                row.record,
            )
            for row in self.refused_rows()
        )
        write_returned(path, self.encoding, self.header, rows)

    def close(self) -> None:
        """Forget the rows."""
        self._accepted.close()
        self._refused.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def check_file(
    session: Session, path: Path, *, at: datetime, correcting: bool = False
) -> FileReport:
    """Check every row of the file at *path* (CSV or XLSX) against the book; nothing is changed.

    *correcting*: the rows stand for contributions that are in the book. Raises IntakeError where
    the file as a whole cannot be taken.
    """
    with ExitStack() as stack:
        stream = stack.enter_context(table_file.opened(path))
        encoding, records = table_file.records(path, stream, HEADERS)
        header = next(records, [])
        columns = Columns(path, header, HEADERS)
        report = FileReport(path, encoding, header)
        seen = stack.enter_context(Seen())
        with ExitStack() as unfinished:
            unfinished.callback(report.close)
            lookup = Lookup(session)
            tariff = Tariff(ParameterBook(session).view())
            check = RowCheck(lookup, tariff, today=local_day(at), correcting=correcting)
            _Pass(columns, lookup, check, seen, report).run(records)
            if not report.rows:
                raise fault("no_rows", path)
            report.sha256 = table_file.digest(path, stream)
            unfinished.pop_all()
    return report


class _Pass:
    """One pass over the rows of one file."""

    def __init__(
        self,
        columns: Columns,
        lookup: Lookup,
        check: RowCheck,
        seen: Seen,
        report: FileReport,
    ) -> None:
        self._columns = columns
        self._lookup = lookup
        self._check = check
        self._seen = seen
        self._report = report

    def run(self, records: Iterator[list[str]]) -> None:
        """Check all rows, chunk by chunk."""
        rows = table_file.without_blank_end(records)
        place = 1
        while chunk := [*islice(rows, CHUNK)]:
            self._chunk(place, chunk)
            place += len(chunk)

    def _chunk(self, first: int, records: list[list[str]]) -> None:
        read = [self._read(place, record) for place, record in enumerate(records, first)]
        known = self._lookup.about([one for one in read if isinstance(one, FileRow)])
        accepted: list[ContributionRow] = []
        refused: list[RefusedRow] = []
        for place, (row, record) in enumerate(zip(read, records, strict=True), first):
            if not isinstance(row, FileRow):
                refused.append(RefusedRow(place, row, record))
                continue
            checked = self._check.check(row, known)
            if not self._seen.add((row.person, row.insurance.value, row.month.number)):
                checked = Fault(RowReason.TWICE_IN_FILE, file_columns.PERSON)
            if isinstance(checked, Fault):
                refused.append(RefusedRow(place, [checked], record))
            else:
                accepted.append(checked)
        self._report.accept(accepted)
        self._report.refuse(refused)

    def _read(self, place: int, record: Sequence[str]) -> FileRow | list[Fault]:
        if len(record) != self._columns.count:
            facts = str(len(record)), str(self._columns.count)
            return [Fault(RowReason.COLUMN_COUNT, "", facts)]
        return file_columns.read(place, self._columns.arrange(record))


def _plain(row: RefusedRow) -> Row:
    """As it is set aside: plain tuples of text."""
    faults = tuple((str(one.reason), one.column, tuple(one.facts)) for one in row.faults)
    return row.place, faults, tuple(row.record)
