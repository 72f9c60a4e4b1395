"""A CSV file in pieces of whole lines, each of which is read by itself: by processes beside.

Only a file whose records are one line each comes apart like that. Of any other a piece is refused,
and the file is read from front to end by `issuance.intake.csv_file`, which says what is wrong.
"""

import csv
import hashlib
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from issuance.intake.columns import HEADERS, RECORD_LIMIT
from issuance.intake.csv_file import BYTE_ORDER_MARK, CsvFile, Encoding, as_of_2022
from issuance.intake.faults import fault

SIZE: Final = 524_288  # some thousand rows
_LINE: Final = 4 * (RECORD_LIMIT + 1)  # bytes: more is no line, no encoding has longer characters


class Piece(NamedTuple):
    """Lines as they stand; *first* is the place of the first one, from 1 behind the header."""

    first: int
    content: bytes


class CsvPieces:
    """An open CSV file: its encoding, its header line, and the rest in pieces."""

    def __init__(
        self,
        path: Path,
        stream: BinaryIO,
        headers: Collection[str] = HEADERS,
        *,
        size: int = SIZE,
    ) -> None:
        """*headers* are the names by which a header line is told; a piece has *size* bytes, and
        then to the end of its last line. Raises IntakeError."""
        self._size = size
        self._path = path
        self._stream = stream
        self._digest = hashlib.sha256()
        self.encoding = CsvFile(path, stream, headers).encoding
        stream.seek(0)
        line = self._line()
        mark = len(BYTE_ORDER_MARK) if self.encoding is Encoding.UTF8_BOM else 0
        found = records(line[mark:], self.encoding)
        self.header = found[0] if found else None  # None: it is not read by itself

    def __iter__(self) -> Iterator[Piece]:
        """The pieces, in their order. Raises IntakeError."""
        first = 1
        while content := self._piece():
            yield Piece(first, content)
            first += content.count(b"\n")

    @property
    def sha256(self) -> str:
        """Of the bytes that were read, in hexadecimal."""
        return self._digest.hexdigest()

    def _piece(self) -> bytes:
        try:
            content = self._stream.read(self._size)
        except OSError as error:
            raise fault("unreadable", self._path, why=error.strerror) from error
        self._digest.update(content)
        return content if content[-1:] in {b"", b"\n"} else content + self._line()

    def _line(self) -> bytes:
        try:
            line = self._stream.readline(_LINE)
        except OSError as error:
            raise fault("unreadable", self._path, why=error.strerror) from error
        self._digest.update(line)
        return line


def records(content: bytes, encoding: Encoding) -> list[list[str]] | None:
    """The records of whole lines, one of each line; None where they cannot be read by themselves.

    What is read is what `CsvFile.records` reads there: a quotation mark that is open at the end of
    a piece, or of a line, is a reason to refuse it.
    """
    if b"\0" in content:
        return None
    try:
        text = as_of_2022(content.decode(encoding.codec), encoding)
    except UnicodeDecodeError:
        return None
    lines = [*io.StringIO(text, newline="\n")]
    if max(map(len, lines), default=0) > RECORD_LIMIT:
        return None
    try:
        found = [*csv.reader(lines, strict=True)]
    except csv.Error:
        return None
    return found if len(found) == len(lines) else None
