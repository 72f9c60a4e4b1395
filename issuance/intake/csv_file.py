"""A file in CSV (RFC 4180), read in blocks: memory stays flat whatever the file is.

The encoding is told by the header line, whose column names are Chinese: it is UTF-8 or GB18030 in
which they can be found. From then on every byte must fit that encoding.
"""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator
from enum import Enum, unique
from pathlib import Path
from typing import BinaryIO, Final

from issuance.errors import IntakeError
from issuance.intake.columns import HEADERS, RECORD_LIMIT
from issuance.intake.faults import fault
from reader.gb18030 import decode_text, encode_text

BYTE_ORDER_MARK: Final = codecs.BOM_UTF8
_BLOCK: Final = 262_144

# In none of the encodings are these bytes part of another character.
_LINE_END: Final = re.compile(rb"[\r\n]")

# Where Python's codec and GB 18030-2022 differ it decodes into this part of the private use area.
_UNLIKE_2022: Final = re.compile("[\ue78d-\ue864]")


@unique
class Encoding(Enum):
    """Encodings of a file, by the name shown to the clerk."""

    GB18030 = "GB18030"
    UTF8 = "UTF-8"
    UTF8_BOM = "UTF-8 BOM"

    @property
    def codec(self) -> str:
        """Python's name for it, without the byte-order mark."""
        return "gb18030" if self is Encoding.GB18030 else "utf-8"

    def encode(self, text: str) -> bytes:
        """*text* in this encoding, without a byte-order mark. ValueError for a lone surrogate."""
        return encode_text(text) if self is Encoding.GB18030 else text.encode("utf-8")


class CsvFile:
    """An open CSV file: its encoding and its records, the header first."""

    def __init__(self, path: Path, stream: BinaryIO, headers: Collection[str] = HEADERS) -> None:
        """Reads as far as the header line, in which some of *headers*' names stand.

        Raises IntakeError: empty, encoding, no_header …
        """
        self.path = path
        self._stream = stream
        self._records = 0
        self._pending = 0
        self._ended = True
        start = self._block()
        if not start.removeprefix(BYTE_ORDER_MARK):
            raise fault("empty", path)
        self.encoding = _encoding(path, start, headers)
        mark = len(BYTE_ORDER_MARK) if self.encoding is Encoding.UTF8_BOM else 0
        self._blocks = self._read(start[mark:], mark)

    def records(self) -> Iterator[list[str]]:
        """All records; an empty line is an empty one. Raises IntakeError where it has to stop.

        A last line without its line break is legal; when it is short too, the file was cut.
        """
        reader = csv.reader(self._lines(), strict=True)
        width, record = 0, []
        try:
            for record in reader:
                self._pending = 0
                width = width or len(record)
                self._records += 1
                yield record
        except csv.Error as error:
            reason = "truncated" if "unexpected end" in str(error) else "quoting"
            raise self._fault(reason, why=error) from error
        if not self._ended and len(record) < width:
            self._records -= 1
            raise self._fault("truncated")

    def _lines(self) -> Iterator[str]:
        """Lines with their ends; none, and no row, longer than the limit."""
        rest = ""
        for text in self._texts():
            rest += text
            end = rest.rfind("\n") + 1
            for line in io.StringIO(rest[:end], newline="\n"):
                self._pending += len(line)
                if self._pending > RECORD_LIMIT:
                    raise self._fault("too_long", limit=RECORD_LIMIT)
                yield line
            rest = rest[end:]
            if self._pending + len(rest) > RECORD_LIMIT:
                raise self._fault("too_long", limit=RECORD_LIMIT)
        if rest:
            self._ended = False
            yield rest

    def _texts(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding.codec)("strict")
        done = 0
        for offset, block in self._blocks:
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                # The decoder's input is what it had kept of the last block, then this one.
                at = offset + len(block) - len(error.object) + error.start
                raise self._fault("encoding", encoding=self.encoding.value, offset=at) from error
            done = offset + len(block)
            yield as_of_2022(text, self.encoding)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            raise self._fault("truncated", offset=done) from error

    def _read(self, block: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
        while block:
            if (zero := block.find(0)) >= 0:
                raise self._fault("nul", offset=offset + zero)
            yield offset, block
            offset += len(block)
            block = self._block()

    def _block(self) -> bytes:
        try:
            return self._stream.read(_BLOCK)
        except OSError as error:
            raise self._fault("unreadable", why=error.strerror) from error

    def _fault(self, reason: str, **facts: object) -> IntakeError:
        rows = max(self._records - 1, 0)  # the header is a record too
        return fault(reason, self.path, row=rows, field=None, **facts)


def as_of_2022(text: str, encoding: Encoding) -> str:
    """What Python's codec has read, with the characters of GB 18030-2022."""
    if encoding is Encoding.GB18030 and _UNLIKE_2022.search(text):
        return decode_text(text.encode(encoding.codec))
    return text


def _encoding(path: Path, start: bytes, headers: Collection[str]) -> Encoding:
    """The encoding in which the header line has names of columns."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start:
        raise fault("nul", path, offset=max(start.find(0), 0))
    if start.startswith(BYTE_ORDER_MARK):
        return Encoding.UTF8_BOM
    header = _LINE_END.split(start, maxsplit=1)[0]
    if len(header) > RECORD_LIMIT:
        raise fault("too_long", path, row=0, limit=RECORD_LIMIT)
    wrong: dict[Encoding, int] = {}
    for encoding in (Encoding.UTF8, Encoding.GB18030):
        try:
            text = header.decode(encoding.codec)
        except UnicodeDecodeError as error:
            wrong[encoding] = error.start
            continue
        if any(name in text for name in headers):
            return encoding
    if len(wrong) == 2:
        offset = max(wrong.values())
        raise fault("encoding", path, encoding="UTF-8, GB18030", offset=offset)
    raise fault("no_header", path)
