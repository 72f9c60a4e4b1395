"""Checking a contribution file: the whole of it is read before anything is posted.

It is read in chunks, and what is accepted or refused is set aside on disk: memory stays flat.
"""

import marshal
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

from sqlalchemy.orm import Session

from api.services.beside import Beside
from api.services.enrolment import file_columns
from api.services.enrolment.file_block import ROWS, Block, BlockCheck, Checked, RefusedRow
from api.services.enrolment.file_columns import HEADERS
from api.services.enrolment.file_reasons import Fault, RowReason
from api.services.enrolment.posting import ContributionRow
from api.services.enrolment.row_check import LATE
from api.services.enrolment.seen import Seen
from api.services.money import Fen
from api.services.months import Month
from issuance.instants import local_day
from issuance.intake import table_file
from issuance.intake.columns import Columns
from issuance.intake.csv_file import Encoding
from issuance.intake.faults import fault
from issuance.intake.refused_file import write_returned
from issuance.intake.spool import Row, Spool

IN_MEMORY: Final = 10_000
Plain = tuple[Any, ...]  # a `ContributionRow`, as it comes out of marshal
_PLACE, _PERSON, _INSURANCE, _MONTH, _REGION, _EMPLOYER, _PART, _OWN, _KIND = (
    ContributionRow._fields.index(name)
    for name in (
        "row",
        "person",
        "insurance",
        "month",
        "region",
        "employer",
        "employer_part",
        "own_part",
        "kind",
    )
)


class FileReport:
    """What came out of a file. Close it, or use it in a ``with`` statement."""

    def __init__(self, path: Path, encoding: Encoding, header: Sequence[str]) -> None:
        self.path = path
        self.encoding = encoding
        self.header = tuple(header)
        self.sha256 = ""
        self.last_month: Month | None = None
        self.total = Fen(0)
        self.late = 0  # rows whose due day is over
        self.regions: dict[str, int] = {}  # with the first row of each
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

    def accept(self, rows: list[Plain]) -> None:
        """Set rows aside that are right: plain tuples, as `ContributionRow` has them."""
        if rows:
            last = Month(max(row[_MONTH] for row in rows))
            self.last_month = max(last, self.last_month or last)
            self._employers.update({row[_EMPLOYER] for row in rows})
            for row in rows:
                self.regions.setdefault(row[_REGION], row[_PLACE])
            self.total = Fen(self.total + sum(row[_PART] + row[_OWN] for row in rows))
            self.late += sum(row[_KIND] == LATE for row in rows)
            self._accepted.append(cast(list[Row], rows))

    def refuse(self, rows: Sequence[RefusedRow]) -> None:
        """Set refused rows aside."""
        for row in rows:
            self.by_reason.update(one.reason for one in row.faults)
        self._refused.append([_plain(row) for row in rows])

    def accepted_rows(self) -> Iterator[ContributionRow]:
        """The rows that are right, in the order of the file."""
        for chunk in self._accepted:
            yield from map(ContributionRow._make, cast(list[Plain], chunk))

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
    session: Session,
    path: Path,
    *,
    at: datetime,
    correcting: bool = False,
    pool: Beside | None = None,
) -> FileReport:
    """Check every row of the file at *path* (CSV or XLSX) against the book; nothing is changed.

    *correcting*: the rows stand for contributions that are in the book. *pool*: processes that
    look at the rows, block by block; they see what is committed. Raises IntakeError where the file
    as a whole cannot be taken.
    """
    with ExitStack() as stack:
        stream = stack.enter_context(table_file.opened(path))
        encoding, records = table_file.records(path, stream, HEADERS)
        header = next(records, [])
        check = BlockCheck(Columns(path, header, HEADERS), local_day(at), correcting)
        report = FileReport(path, encoding, header)
        seen = stack.enter_context(Seen())
        with ExitStack() as unfinished:
            unfinished.callback(report.close)
            under_way: deque[Block] = deque()
            blocks = _blocks(table_file.without_blank_end(records), under_way)
            each = pool.each(check, blocks) if pool else (check(session, one) for one in blocks)
            for checked in each:
                _set_aside(report, seen, under_way.popleft(), checked)
            if not report.rows:
                raise fault("no_rows", path)
            report.sha256 = table_file.digest(path, stream)
            unfinished.pop_all()
    return report


def _blocks(records: Iterator[list[str]], under_way: deque[Block]) -> Iterator[Block]:
    """The rows, block by block; each is noted until what came of it is set aside."""
    first = 1
    while chunk := [*islice(records, ROWS)]:
        under_way.append(Block(first, chunk))
        yield under_way[-1]
        first += len(chunk)


def _set_aside(report: FileReport, seen: Seen, block: Block, checked: Checked) -> None:
    """What came of a block; a month that the file has named before is refused as such."""
    rows: list[Plain] = marshal.loads(checked.accepted)  # noqa: S302  # ours
    refused = checked.refused
    keys = [(row[_PERSON], row[_INSURANCE], row[_MONTH], row[_PLACE]) for row in rows]
    if checked.keys:
        keys = sorted([*keys, *checked.keys], key=itemgetter(-1))  # the first one stands
    if twice := seen.add_all(keys):
        wrong = Fault(RowReason.TWICE_IN_FILE, file_columns.PERSON)
        again = [RefusedRow(one, [wrong], block.records[one - block.first]) for one in twice]
        rows = [row for row in rows if row[_PLACE] not in twice]
        refused = sorted([*(one for one in refused if one.place not in twice), *again])
    report.accept(rows)
    report.refuse(refused)


def _plain(row: RefusedRow) -> Row:
    """As it is set aside: plain tuples of text."""
    faults = tuple((str(one.reason), one.column, tuple(one.facts)) for one in row.faults)
    return row.place, faults, tuple(row.record)
