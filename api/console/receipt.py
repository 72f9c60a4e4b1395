"""The receipt of something done at a counter, as a PDF page in both languages (A5).

The only importer of fpdf2. Fonts are the machine's own, of which the file holds the characters
that stand there and no others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from issuance.book_errors import PictureError
from issuance.fonts import Font, Run, missing_characters, runs
from issuance.instants import CHINA
from issuance.qr_code import qr_code

PAGE: Final = (148.0, 210.0)  # mm, A5
MARGIN: Final = 14.0
LABELS: Final = 48.0  # mm; the width of the column of names
LINE: Final = 9.0
CODE: Final = 46.0  # mm; a side of the QR code
_INK: Final = (22, 33, 43)
_QUIET: Final = (90, 100, 110)

Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt says. *token* is a presence token's text, empty where the card was not there.

    *holder* is the whole name: the receipt shows its beginning only.
    """

    action: Sentence
    result: Sentence
    card_number: str
    holder: str
    acting: str
    clerk: str
    desk: str
    at: datetime
    audit: str
    token: str = ""


def receipt_pdf(receipt: Receipt) -> bytes:
    """The page. The same receipt gives the same bytes. Raises PictureError."""
    lines = _lines(receipt)
    text = "".join(part for pair, value in lines for part in (*pair, value)) + _TITLE + _FOOT
    if missing := missing_characters(text):
        raise PictureError(
            f"No font of the server has these characters: {''.join(missing)}",
            f"服务器字体缺少以下字符：{''.join(missing)}",
        )
    page = _Page(receipt.at)
    page.write(MARGIN, 22, _TITLE, size=17)
    page.rule(27)
    y = 38.0
    for pair, value in lines:
        page.write(MARGIN, y, pair[1], size=10)
        page.write(MARGIN, y + 3.6, pair[0], size=7, colour=_QUIET)
        page.write(MARGIN + LABELS, y + 1, value, size=11)
        y += LINE
    if receipt.token:
        page.code(PAGE[0] - MARGIN - CODE, PAGE[1] - MARGIN - CODE - 6, receipt.token)
        page.write(MARGIN, 156, "到场凭证", size=10)
        page.write(MARGIN, 160, "Proof that the card was here", size=7, colour=_QUIET)
    page.rule(PAGE[1] - 16)
    page.write(MARGIN, PAGE[1] - 10, _FOOT, size=7, colour=_QUIET)
    return page.finished()


def masked_name(name: str) -> str:
    """The first character of a name, and a star for each further one, at most five."""
    return name[:1] + "*" * min(len(name) - 1, 5)


_TITLE: Final = "社会保障卡业务回执  Receipt"
_FOOT: Final = "请妥善保管。凭审计编号可查询本次业务。 Keep it: the audit number finds this again."


def _lines(receipt: Receipt) -> list[tuple[Sentence, str]]:
    at = receipt.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    found = [
        (("Action", "业务"), _both(receipt.action)),
        (("Result", "结果"), _both(receipt.result)),
        (("Card number", "卡号"), receipt.card_number),
        (("Holder", "持卡人"), masked_name(receipt.holder)),
        (("Acting for the holder", "代办人"), masked_name(receipt.acting)),
        (("Clerk", "经办人"), receipt.clerk),
        (("Desk", "柜台"), receipt.desk),
        (("Time", "时间"), at),
        (("Audit number", "审计编号"), receipt.audit),
    ]
    return [(pair, value) for pair, value in found if value]


def _both(pair: Sentence) -> str:
    english, chinese = pair
    return f"{chinese}  {english[:1].upper()}{english[1:]}"


class _Page:
    """A page that takes each character from the first font that has it."""

    def __init__(self, at: datetime) -> None:
        # Here: it brings fontTools and numpy, which every start of the service would wait for.
        from fpdf import FPDF

        self._pdf = FPDF(format=PAGE)
        self._pdf.set_creation_date(at)
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_title("onecard")
        self._pdf.add_page()
        self._known: dict[Font, str] = {}

    def write(
        self, x: float, y: float, text: str, *, size: float, colour: tuple[int, int, int] = _INK
    ) -> None:
        """*text* on the base line *y*, smaller where it is too long for the page."""
        while size > 5 and x + self._width(text, size) > PAGE[0] - MARGIN:
            size -= 0.5
        self._pdf.set_text_color(*colour)
        for part in _parts(text):
            self._choose(part, size)
            self._pdf.text(x, y, part.text)
            x += self._pdf.get_string_width(part.text)

    def rule(self, y: float) -> None:
        """A line across."""
        self._pdf.set_draw_color(*_QUIET)
        self._pdf.line(MARGIN, y, PAGE[0] - MARGIN, y)

    def code(self, x: float, y: float, text: str) -> None:
        """A QR code; each run of dark modules is one rectangle."""
        rows = qr_code(text).rows
        module = CODE / len(rows)
        self._pdf.set_fill_color(0, 0, 0)
        for place, row in enumerate(rows):
            start = 0
            for column, dark in enumerate((*row, False)):
                if not dark:
                    if column > start:
                        width = (column - start) * module
                        self._pdf.rect(x + start * module, y + place * module, width, module, "F")
                    start = column + 1

    def finished(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def _width(self, text: str, size: float) -> float:
        total = 0.0
        for part in _parts(text):
            self._choose(part, size)
            total += self._pdf.get_string_width(part.text)
        return total

    def _choose(self, part: Run, size: float) -> None:
        if part.font is None:
            self._pdf.set_font("helvetica", size=size)  # every reader has it: not embedded
            return
        if part.font not in self._known:
            name = self._known[part.font] = f"font{len(self._known)}"
            self._pdf.add_font(name, fname=part.font.path, collection_font_number=part.font.number)
        self._pdf.set_font(self._known[part.font], size=size)


def _parts(text: str) -> Iterator[Run]:
    """*text* cut where the font changes; without a font what is ASCII."""
    for is_ascii, letters in groupby(text, str.isascii):
        part = "".join(letters)
        if is_ascii:
            yield Run(None, part)
        else:
            yield from runs(part)
