"""A file of rows, CSV or XLSX: opened, its records one by one, its digest at the end."""

import hashlib
from collections.abc import Collection, Iterator
from errno import EISDIR, ENOENT
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from issuance.intake.columns import HEADERS
from issuance.intake.csv_file import CsvFile, Encoding
from issuance.intake.faults import fault
from issuance.intake.workbook import MAGIC, WorkbookFile


def opened(path: Path) -> BufferedReader:
    """The file, open for reading. Raises IntakeError."""
    try:
        return path.open("rb")
    except OSError as error:
        reason = {ENOENT: "not_found", EISDIR: "directory"}.get(error.errno or 0, "unreadable")
        raise fault(reason, path, why=error.strerror) from error


def records(
    path: Path, stream: BinaryIO, headers: Collection[str] = HEADERS
) -> tuple[Encoding, Iterator[list[str]]]:
    """The encoding and the records, the header first. Raises IntakeError.

    *headers* are the names of columns by which a header line is told.
    """
    if is_workbook(path, stream):
        return Encoding.UTF8_BOM, WorkbookFile(path, stream).records()
    table = CsvFile(path, stream, headers)
    return table.encoding, table.records()


def is_workbook(path: Path, stream: BinaryIO) -> bool:
    """Whether it is one, by its first bytes or its name. Raises IntakeError."""
    try:
        start = stream.read(len(MAGIC))
        stream.seek(0)
    except OSError as error:  # a pipe, among others: a workbook is not read from front to end
        raise fault("unreadable", path, why=error.strerror or error) from error
    return start == MAGIC or path.suffix.lower() in {".xlsx", ".xlsm", ".xls"}


def digest(path: Path, stream: BufferedReader) -> str:
    """SHA-256 of the whole file, in hexadecimal: of the very bytes that were checked."""
    try:
        stream.seek(0)
        return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise fault("unreadable", path, why=error.strerror) from error


def without_blank_end(records: Iterator[list[str]]) -> Iterator[list[str]]:
    """Empty lines count as rows, except those at the end of the file."""
    blank = 0
    for record in records:
        if not record:
            blank += 1
            continue
        while blank:
            blank -= 1
            yield []
        yield record
