"""The award sheet (核定表) as a PDF file in both languages (A4): each number with its reason."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from api.console.insurance.award_sheet_content import AwardSheet
from api.console.insurance.explained import Explained, UsedParameter
from api.console.pdf_page import A4, INK, MARGIN, QUIET, PdfPages, require_fonts

CODE: Final = 34.0  # mm; a side of the QR code
END: Final = A4[0] - MARGIN
FOOT: Final = A4[1] - 16.0  # nothing of the content below
WIDE: Final = END - MARGIN
_TITLE: Final = "社会保险待遇核定表  Award sheet"
_FOOT: Final = "如有异议，可凭审计编号申请复查。 Disagree? Ask for a review with the audit number."
_HEADS: Final = (
    ("Award", "核定待遇"),
    ("Results", "核定结果"),
    ("How it was computed", "计算过程与依据"),
    ("Parameters used", "所用参数及依据"),
    ("Proof that the card was here", "到场凭证"),
    ("The decision", "办理意见"),
)

Sentence = tuple[str, str]


def award_sheet_pdf(sheet: AwardSheet) -> bytes:
    """The file. The same sheet gives the same bytes. Raises PictureError."""
    require_fonts(_texts(sheet))
    writer = _Writer(sheet)
    writer.facts(sheet.facts)
    writer.awards()
    writer.sentences()
    if sheet.explained is not None:
        writer.results(sheet.explained.results)
        writer.steps(sheet.explained.steps)
        writer.parameters(sheet.explained)
    if sheet.token:
        writer.proof(sheet.token)
    return writer.finished()


class _Writer:
    """Writes from the top of a page to its foot, and goes on with the next one."""

    def __init__(self, sheet: AwardSheet) -> None:
        self._sheet = sheet
        self._pages = PdfPages(A4, sheet.at)
        self._number = 0
        self._y = 0.0
        self._begin()

    def facts(self, found: Sequence[tuple[Sentence, str]]) -> None:
        """Names and values, two beside each other."""
        half = WIDE / 2
        for place, (label, value) in enumerate(found):
            x = MARGIN + (place % 2) * half
            if place % 2 == 0:
                self._room(8.5)
            self._pages.write(x, self._y, label[1], size=9)
            self._pages.write(x, self._y + 3.3, label[0], size=6.5, colour=QUIET)
            self._pages.write(x + 27, self._y, value, size=10, to=x + half - 2)
            if place % 2 or place == len(found) - 1:
                self._y += 8.5

    def awards(self) -> None:
        """The benefits, their amounts below each other."""
        if not self._sheet.awards:
            return
        self._head(_HEADS[0])
        for one in self._sheet.awards:
            self._room(9)
            self._pages.write(MARGIN, self._y, one.label[1], size=11, to=MARGIN + 68)
            self._pages.write(MARGIN, self._y + 3.6, one.label[0], size=7, colour=QUIET)
            self._pages.write(MARGIN + 70, self._y, one.months[1], size=9, to=END - 32)
            self._pages.write(MARGIN + 70, self._y + 3.6, one.months[0], size=7, colour=QUIET)
            self._pages.write_to(END, self._y, f"{one.amount} 元", size=12)
            self._y += 9

    def sentences(self) -> None:
        """What the decision says beside its numbers."""
        if not self._sheet.says:
            return
        self._head(_HEADS[5])
        for en, zh in self._sheet.says:
            self._lines(zh, size=9)
            self._lines(en, size=7.5, quiet=True)
            self._y += 1.4

    def results(self, found: Sequence[tuple[Sentence, str]]) -> None:
        """The components, and the facts that came out beside them."""
        self._head(_HEADS[1])
        for label, value in found:
            self._room(6)
            self._pages.write(MARGIN, self._y, label[1], size=9.5, to=MARGIN + 60)
            self._pages.write(MARGIN + 62, self._y, label[0], size=7.5, colour=QUIET, to=END - 40)
            self._pages.write_to(END, self._y, value, size=10)
            self._y += 6

    def steps(self, found: Sequence[Any]) -> None:
        """Each step: the formula in words, with its numbers, and its legal source."""
        if not found:
            return
        self._head(_HEADS[2])
        for place, step in enumerate(found, 1):
            self._room(22)
            title = f"{place}. {step['name']['zh']}  {step['name']['en']}"
            self._pages.write(MARGIN, self._y, title, size=10, to=END - 40)
            self._pages.write_to(END, self._y, step["result"], size=10)
            self._y += 4.8
            self._lines(step["words"]["zh"], size=9)
            self._lines(step["words"]["en"], size=7.5, quiet=True)
            self._lines(step["numbers"], size=9)
            self._lines(step["source"]["zh"], size=7.5, quiet=True)
            self._y += 2.6

    def parameters(self, found: Explained) -> None:
        """What the region had set, by version, with the document that says so."""
        self._head(_HEADS[3])
        edition = f"规则版本 Edition of the rules: {found.rules}"
        self._lines(edition, size=8, quiet=True)
        self._y += 2
        for one in found.parameters:
            self._room(9)
            self._pages.write(MARGIN, self._y, _parameter(one), size=8.5, to=END - 30)
            self._pages.write_to(END, self._y, one.value, size=9)
            self._y += 3.8
            self._lines(one.source, size=7.5, quiet=True)
            self._y += 1

    def proof(self, token: str) -> None:
        """The presence token of the visit as a QR code."""
        self._room(CODE + 12)
        self._head(_HEADS[4])
        self._pages.code(MARGIN, self._y - 2, token, side=CODE)
        self._y += CODE

    def finished(self) -> bytes:
        """The file."""
        return self._pages.finished()

    def _begin(self) -> None:
        self._pages.add()
        self._number += 1
        self._pages.write(MARGIN, 18, _TITLE, size=15 if self._number == 1 else 10)
        self._pages.rule(22)
        self._pages.rule(FOOT + 4)
        self._pages.write(MARGIN, FOOT + 9, _FOOT, size=7, colour=QUIET, to=END - 60)
        self._pages.write_to(END, FOOT + 9, f"{self._sheet.audit} · {self._number}", size=8)
        self._y = 31.0

    def _room(self, height: float) -> None:
        """Go on with the next page where so much is not left."""
        if self._y + height > FOOT:
            self._begin()

    def _head(self, words: Sentence) -> None:
        self._room(24)
        self._y += 4
        self._pages.write(MARGIN, self._y, f"{words[1]}  {words[0]}", size=11)
        self._pages.rule(self._y + 2)
        self._y += 8

    def _lines(self, text: str, *, size: float, quiet: bool = False) -> None:
        for line in self._pages.broken(text, size, WIDE - 6):
            self._room(4.4)
            colour = QUIET if quiet else INK
            self._pages.write(MARGIN + 6, self._y, line, size=size, colour=colour)
            self._y += 4.4 if size > 8 else 3.8


def _parameter(one: UsedParameter) -> str:
    since = f"{one.region} · {one.from_month} · v{one.version}"
    return f"{one.label[1]}  {one.label[0]}  ({since})"


def _texts(sheet: AwardSheet) -> Iterator[str]:
    """Everything that is written."""
    yield from (_TITLE, _FOOT, "元·")
    for pair in (*_HEADS, *(label for label, _ in sheet.facts)):
        yield from pair
    yield from (value for _, value in sheet.facts)
    for row in sheet.awards:
        yield from (*row.label, *row.months)
    for pair in sheet.says:
        yield from pair
    if (found := sheet.explained) is None:
        return
    for label, value in found.results:
        yield from (*label, value)
    for step in found.steps:
        yield from (*step["name"].values(), *step["words"].values(), *step["source"].values())
        yield from (step["numbers"], step["result"])
    for one in found.parameters:
        yield from (*one.label, one.source)
