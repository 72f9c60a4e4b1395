"""The serials of blanks: eight bytes, maker and serial, as a chip's answer to reset ends with.

Written as sixteen hexadecimal digits; a run of them as FIRST+COUNT or FIRST-LAST.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, Self

from issuance.stock.errors import SerialError

SIZE = 8
_SERIAL_BITS = 48
_RUN = re.compile(r"([0-9A-Fa-f]{16})(?:\+([0-9]{1,15})|-([0-9A-Fa-f]{16}))?")


class Run(NamedTuple):
    """Consecutive serials of one maker, both ends included."""

    maker: int
    first: int
    last: int

    @classmethod
    def of(cls, factor: bytes) -> Self:
        """The run of the one blank with these eight bytes."""
        return cls.counted(int.from_bytes(factor, "big"), 1)

    @classmethod
    def counted(cls, first: int, count: int) -> Self:
        """*count* blanks from *first*, the eight bytes as a number. Raises SerialError."""
        maker, serial = first >> _SERIAL_BITS, first & ((1 << _SERIAL_BITS) - 1)
        if not 0 <= maker < 1 << 16 or count < 1 or serial + count > 1 << _SERIAL_BITS:
            raise SerialError(f"{first:X}+{count}")
        return cls(maker, serial, serial + count - 1)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The run written FIRST, FIRST+COUNT or FIRST-LAST. Raises SerialError."""
        found = _RUN.fullmatch(text.strip())
        if not found:
            raise SerialError(text)
        first = int(found[1], 16)
        count = int(found[2] or 1) if found[3] is None else int(found[3], 16) - first + 1
        try:
            return cls.counted(first, count)
        except SerialError:
            raise SerialError(text) from None

    @property
    def size(self) -> int:
        """How many blanks."""
        return self.last - self.first + 1

    @property
    def number(self) -> int:
        """The first blank's eight bytes as a number."""
        return self.maker << _SERIAL_BITS | self.first

    @property
    def range(self) -> list[int]:
        """As a chunk of prepared cards keeps it: first blank, count."""
        return [self.number, self.size]

    def __str__(self) -> str:
        return written(self.maker, self.first) + (f"+{self.size}" if self.size > 1 else "")


def written(maker: int, serial: int) -> str:
    """One blank's sixteen hexadecimal digits."""
    return f"{maker:04X}{serial:012X}"


def joined(runs: Iterable[Run]) -> list[Run]:
    """The same blanks in ascending order, neighbours joined. Raises SerialError for a double."""
    found: list[Run] = []
    for run in sorted(runs):
        if found and found[-1].maker == run.maker and run.first <= found[-1].last:
            raise SerialError(str(run), double=True)
        if found and found[-1].maker == run.maker and run.first == found[-1].last + 1:
            found[-1] = found[-1]._replace(last=run.last)
        else:
            found.append(run)
    return found
