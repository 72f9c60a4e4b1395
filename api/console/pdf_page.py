"""Pages of a PDF file that take each character from the first font that has it.

The only importer of fpdf2. Fonts are the machine's own, of which the file holds the characters
that stand there and no others. The same calls give the same bytes.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Final

from issuance.book_errors import PictureError
from issuance.fonts import Font, Run, missing_characters, runs
from issuance.qr_code import qr_code

Colour = tuple[int, int, int]

A4: Final = (210.0, 297.0)  # mm
A5: Final = (148.0, 210.0)
MARGIN: Final = 14.0
INK: Final = (22, 33, 43)
QUIET: Final = (90, 100, 110)
_LEAST: Final = 5  # points; smaller letters nobody reads


def require_fonts(texts: Iterable[str]) -> None:
    """Raise PictureError where a character has no font on this machine."""
    if missing := missing_characters("".join(texts)):
        raise PictureError(
            f"No font of the server has these characters: {''.join(missing)}",
            f"服务器字体缺少以下字符：{''.join(missing)}",
        )


class PdfPages:
    """A file whose pages are written one after the other; lengths are mm, sizes points."""

    def __init__(self, size: tuple[float, float], at: datetime) -> None:
        # Here: it brings fontTools and numpy, which every start of the service would wait for.
        from fpdf import FPDF

        self.width, self.height = size
        self._pdf = FPDF(format=size)
        self._pdf.set_creation_date(at)
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_title("onecard")
        self._known: dict[Font, str] = {}
        self._parts: dict[str, list[Run]] = {}

    def add(self) -> None:
        """Begin a page."""
        self._pdf.add_page()

    def write(
        self, x: float, y: float, text: str, *, size: float, colour: Colour = INK, to: float = 0
    ) -> None:
        """*text* on the base line *y*, smaller where it would go beyond *to*, or the margin."""
        end = to or self.width - MARGIN
        while size > _LEAST and x + self.extent(text, size) > end:
            size -= 0.5
        self._pdf.set_text_color(*colour)
        for part in self._cut(text):
            self._choose(part, size)
            self._pdf.text(x, y, part.text)
            x += self._pdf.get_string_width(part.text)

    def write_to(self, end: float, y: float, text: str, *, size: float) -> None:
        """*text* with its last letter at *end*: how numbers stand below each other."""
        self.write(end - self.extent(text, size), y, text, size=size, to=end + 1)

    def rule(self, y: float, *, begin: float = MARGIN, end: float = 0) -> None:
        """A line across."""
        self._pdf.set_draw_color(*QUIET)
        self._pdf.line(begin, y, end or self.width - MARGIN, y)

    def code(self, x: float, y: float, text: str, *, side: float) -> None:
        """A QR code; each run of dark modules is one rectangle."""
        rows = qr_code(text).rows
        module = side / len(rows)
        self._pdf.set_fill_color(0, 0, 0)
        for place, row in enumerate(rows):
            start = 0
            for column, dark in enumerate((*row, False)):
                if not dark:
                    if column > start:
                        width = (column - start) * module
                        self._pdf.rect(x + start * module, y + place * module, width, module, "F")
                    start = column + 1

    def extent(self, text: str, size: float) -> float:
        """How wide *text* is."""
        total = 0.0
        for part in self._cut(text):
            self._choose(part, size)
            total += self._pdf.get_string_width(part.text)
        return total

    def broken(self, text: str, size: float, wide: float) -> list[str]:
        """*text* in lines of at most *wide*: cut at spaces and between Chinese characters."""
        lines, line = [], ""
        for piece in _pieces(text):
            if line and self.extent(line + piece.rstrip(), size) > wide:
                lines.append(line.rstrip())
                line = ""
            line += piece
        return [*lines, line.rstrip()] if line.strip() else lines

    def finished(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def _cut(self, text: str) -> list[Run]:
        if text not in self._parts:
            self._parts[text] = list(_runs(text))
        return self._parts[text]

    def _choose(self, part: Run, size: float) -> None:
        if part.font is None:
            self._pdf.set_font("helvetica", size=size)  # every reader has it: not embedded
            return
        if part.font not in self._known:
            name = self._known[part.font] = f"font{len(self._known)}"
            self._pdf.add_font(name, fname=part.font.path, collection_font_number=part.font.number)
        self._pdf.set_font(self._known[part.font], size=size)


def _runs(text: str) -> Iterator[Run]:
    """*text* cut where the font changes; without a font what is ASCII."""
    for is_ascii, letters in groupby(text, str.isascii):
        part = "".join(letters)
        if is_ascii:
            yield Run(None, part)
        else:
            yield from runs(part)


def _pieces(text: str) -> Iterator[str]:
    """What a line may be cut between: words with their space, single Chinese characters."""
    word = ""
    for letter in text:
        if letter.isascii():
            word += letter
            if letter != " ":
                continue
        elif word:
            yield word
            word = ""
        yield word if letter.isascii() else letter
        word = ""
    if word:
        yield word
