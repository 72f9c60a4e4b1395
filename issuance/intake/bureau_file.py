"""Checking a bureau file: the whole of it is read before anything may be booked."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from issuance.intake import table_file
from issuance.intake.checks import REPLACEMENT, PhotoCheck, RowCheck
from issuance.intake.columns import HEADERS, Columns
from issuance.intake.faults import fault
from issuance.intake.reasons import Reason
from issuance.intake.regions import region_codes
from issuance.intake.report import Refusal, Report
from issuance.intake.spool import Row

# Rows between two questions to the book. Larger chunks are no faster.
CHUNK: Final = 1_000

_NUMBER: Final = HEADERS.index("社会保障号码")
_NAME: Final = HEADERS.index("姓名")
_TYPE: Final = HEADERS.index("申请类型")


class Booked(NamedTuple):
    """Which of some numbers the book knows already."""

    live_cards: Collection[str]
    cards_in_making: Collection[str]  # of those
    open_applications: Collection[str]


# Asked once for each chunk of rows, with their numbers.
Known = Callable[[Sequence[str]], Booked]


def nothing_booked(_numbers: Sequence[str]) -> Booked:
    """The answer of an empty book."""
    return Booked(live_cards=(), cards_in_making=(), open_applications=())


def check_file(
    path: Path, *, on: date, photos: Path | None = None, known: Known = nothing_booked
) -> Report:
    """Check every row of the file at *path* (CSV or XLSX) as of the date *on*.

    *photos* is a folder or a ZIP archive; without it photos are not looked at. *known* says which
    numbers the book has: an open application or a card in the making refuses any row, a card in
    use only one that asks for a first card. Raises IntakeError when the file as a whole cannot be
    taken.
    """
    with ExitStack() as stack:
        stream = stack.enter_context(table_file.opened(path))
        encoding, records = table_file.records(path, stream)
        header = next(records, [])
        columns = Columns(path, header)
        check = RowCheck(on, region_codes(), _photo_check(photos, stack))
        # Closed here when the file breaks off, by the caller when it does not.
        report = Report(path, encoding, header)
        with ExitStack() as unfinished:
            unfinished.callback(report.close)
            _Check(columns, check, known, report).run(records)
            if not report.rows:
                raise fault("no_rows", path)
            report.sha256 = table_file.digest(path, stream)
            unfinished.pop_all()
    return report


def _photo_check(photos: Path | None, stack: ExitStack) -> PhotoCheck | None:
    if photos is None:
        return None
    # Not at the top: the imaging library takes longer to import than most files to check.
    from issuance.intake.photos import Photos

    return stack.enter_context(Photos(photos)).reason


class _Check:
    """One pass over the rows of one file."""

    def __init__(self, columns: Columns, check: RowCheck, known: Known, report: Report) -> None:
        self._columns = columns
        self._check = check
        self._known = known
        self._report = report
        self._seen: set[str] = set()

    def run(self, records: Iterator[list[str]]) -> None:
        """Check all rows, chunk by chunk."""
        rows = table_file.without_blank_end(records)
        place = 1
        while chunk := [*islice(rows, CHUNK)]:
            self._check_chunk(place, chunk)
            place += len(chunk)

    def _check_chunk(self, first: int, records: list[list[str]]) -> None:
        columns, check, report, seen = self._columns, self._check, self._report, self._seen
        count, arrange = columns.count, columns.arrange
        live_cards, in_making, open_applications = self._known(columns.numbers(records))
        accepted: list[Row] = []
        refused: list[Refusal] = []
        for place, record in enumerate(records, first):
            if len(record) != count:
                refused.append((place, [Reason.COLUMN_COUNT], record))
                continue
            row = arrange(record)
            reasons, normalized = check(row)
            number = row[_NUMBER]
            is_repeated = (
                number in seen
                or number in open_applications
                or number in (in_making if row[_TYPE] == REPLACEMENT else live_cards)
            )
            if reasons or is_repeated:
                if Reason.ID_CHECKSUM not in reasons:
                    seen.add(number)
                    if is_repeated:
                        reasons.append(Reason.DUPLICATE)
                refused.append((place, reasons, record))
                continue
            seen.add(number)
            if normalized[_NAME] != row[_NAME]:
                report.separator_replaced.append(place)
            accepted.append((place, *normalized[1:]))
        report.accept(accepted)
        report.refuse(refused)
