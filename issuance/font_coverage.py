"""Which characters a font file has: its table cmap (ISO/IEC 14496-22, 5.2.1; formats 4 and 12).

Pillow draws a box for a character that a font has not, and has no way to ask before.
"""

import struct
from bisect import bisect_right
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final

COLLECTION: Final = b"ttcf"
# (platform, encoding): Unicode, best first. Windows and Unicode platform, full before plane 0.
UNICODE: Final = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))
NO_GLYPH: Final = 0

Groups = list[tuple[int, int]]


class FontCoverage:
    """The characters of one font: ``"卡" in coverage``."""

    def __init__(self, groups: Groups) -> None:
        """*groups* are first and last code points, ascending."""
        self._first = [first for first, _ in groups]
        self._last = [last for _, last in groups]

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        place = bisect_right(self._first, code) - 1
        return place >= 0 and code <= self._last[place]


@cache
def font_coverage(path: Path, index: int = 0) -> FontCoverage:
    """What the font *index* of the file *path* covers; nothing when it cannot be read."""
    try:
        with path.open("rb") as file:
            return FontCoverage(_groups(_cmap(file, index)))
    except (OSError, struct.error, LookupError):
        return FontCoverage([])


def _cmap(file: BinaryIO, index: int) -> bytes:
    """The bytes of the table cmap. Raises struct.error, LookupError."""
    start = 0
    if file.read(4) == COLLECTION:
        file.seek(12 + 4 * index)
        (start,) = struct.unpack(">I", file.read(4))
    file.seek(start + 4)
    (tables,) = struct.unpack(">H", file.read(2))
    file.seek(start + 12)
    for _ in range(tables):
        tag, _, offset, length = struct.unpack(">4sIII", file.read(16))
        if tag == b"cmap":
            file.seek(offset)
            return file.read(length)
    raise LookupError("cmap")


def _groups(cmap: bytes) -> Groups:
    (count,) = struct.unpack_from(">H", cmap, 2)
    records = [struct.unpack_from(">HHI", cmap, 4 + 8 * i) for i in range(count)]
    places = {(platform, encoding): offset for platform, encoding, offset in records}
    for kind in UNICODE:
        if kind not in places:
            continue
        table = cmap[places[kind] :]
        (form,) = struct.unpack_from(">H", table)
        if form == 12:
            return _format_12(table)
        if form == 4:
            return _format_4(table)
    raise LookupError("no Unicode")


def _format_12(table: bytes) -> Groups:
    """Segmented coverage: start and end code of each group, and its first glyph."""
    (count,) = struct.unpack_from(">I", table, 12)
    groups = []
    for first, last, glyph in struct.iter_unpack(">III", table[16 : 16 + 12 * count]):
        start = first + 1 if glyph == NO_GLYPH else first
        if start <= last:
            groups.append((start, last))
    return sorted(groups)


def _format_4(table: bytes) -> Groups:
    """Segments; a segment's glyphs follow from a delta or stand in an array, 0 for none."""
    (doubled,) = struct.unpack_from(">H", table, 6)
    shape = f">{doubled // 2}H"
    ends = struct.unpack_from(shape, table, 14)
    starts = struct.unpack_from(shape, table, 16 + doubled)
    deltas = struct.unpack_from(shape, table, 16 + 2 * doubled)
    ranges_at = 16 + 3 * doubled
    ranges = struct.unpack_from(shape, table, ranges_at)
    codes = []
    for i, (first, last, delta, place) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if place:
                # Counted in bytes from the place of the range's own entry.
                at = ranges_at + 2 * i + place + 2 * (code - first)
                (glyph,) = struct.unpack_from(">H", table, at)
                if glyph == NO_GLYPH:
                    continue
            if (glyph + delta) & 0xFFFF != NO_GLYPH:
                codes.append(code)
    return _runs(sorted(codes))


def _runs(codes: list[int]) -> Groups:
    if not codes:
        return []
    breaks = [(a, b) for a, b in pairwise(codes) if b != a + 1]
    firsts = [codes[0], *(b for _, b in breaks)]
    lasts = [*(a for a, _ in breaks), codes[-1]]
    return list(zip(firsts, lasts, strict=True))
