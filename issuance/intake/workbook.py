"""A file that is an XLSX workbook (ECMA-376): the first sheet, read row by row.

An XLSX file is a ZIP archive that may unpack to a thousand times its size, so the sizes that it
declares are looked at before anything is unpacked (zipfile never gives more than the declared).
"""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from issuance.intake.columns import RECORD_LIMIT
from issuance.intake.faults import fault

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

MAGIC: Final = b"PK\x03\x04"

# A sheet of 100,000 applications unpacks to about 150 MB. Shared strings are kept in memory.
_MEGABYTE: Final = 1_048_576
SHEET_LIMIT_MB: Final = 256
STRINGS_LIMIT_MB: Final = 64

# Columns whose codes have leading zeros, which a cell that holds a number has lost.
_WIDTHS: Final = {"民族": 2}

# What openpyxl lets through when the parts of a workbook contradict each other.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
)


class WorkbookFile:
    """An open workbook: the records of its first sheet, the header first."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        """Raises IntakeError: not a workbook, or one that unpacks to too much."""
        self.path = path
        try:
            _check_sizes(path, stream)
            self._book = _open(stream)
            self._sheet = self._book.worksheets[0]
            # A sheet may claim a million columns: count the cells that are there instead.
            self._sheet.reset_dimensions()
        except _BROKEN as error:
            raise fault("workbook", path) from error

    def records(self) -> Iterator[list[str]]:
        """All records, short ones filled up to the header's length; an empty row is an empty one.

        Raises IntakeError when the sheet breaks off.
        """
        rows = self._rows()
        header = _record(next(rows, ()), {})
        yield header
        widths = {place: _WIDTHS[name] for place, name in enumerate(header) if name in _WIDTHS}
        for place, values in enumerate(rows):
            record = _record(values, widths)
            if sum(map(len, record)) > RECORD_LIMIT:
                raise fault("too_long", self.path, row=place, limit=RECORD_LIMIT)
            if record:
                record += [""] * (len(header) - len(record))
            yield record

    def _rows(self) -> Iterator[tuple[object, ...]]:
        rows = self._sheet.iter_rows(values_only=True)
        while True:
            try:
                values = next(rows, None)
            except _BROKEN as error:
                raise fault("workbook", self.path) from error
            if values is None:
                return
            yield values


def _record(values: Sequence[object], widths: Mapping[int, int]) -> list[str]:
    """The cells of a row as text, without the empty ones at its end."""
    record = [_text(value) for value in values]
    for place, width in widths.items():
        if place < len(record) and isinstance(values[place], int | float):
            record[place] = record[place].zfill(width)
    while record and not record[-1]:
        record.pop()
    return record


def _open(stream: BinaryIO) -> "Workbook":
    # Not at the top: it takes longer to import than a CSV file takes to check.
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # It warns of styles and extensions it does not know; only values are read here.
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(stream, read_only=True, data_only=True)


def _check_sizes(path: Path, stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream) as archive:
        for part in archive.infolist():
            is_sheet = part.filename.startswith("xl/worksheets/")
            limit = SHEET_LIMIT_MB if is_sheet else STRINGS_LIMIT_MB
            if part.file_size > limit * _MEGABYTE:
                raise fault("workbook_size", path, limit=limit)


def _text(value: object) -> str:
    """A cell as the text that a CSV export of it would have."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return f"{value:%Y%m%d}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
