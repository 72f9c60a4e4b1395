"""The receipt of something done at a counter, as a PDF page in both languages (A5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.console.pdf_page import A5, MARGIN, QUIET, PdfPages, require_fonts
from issuance.instants import CHINA

LABELS: Final = 48.0  # mm; the width of the column of names
LINE: Final = 9.0
CODE: Final = 46.0  # mm; a side of the QR code

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
    texts = (part for pair, value in lines for part in (*pair, value))
    require_fonts((*texts, _TITLE, _FOOT))
    page = PdfPages(A5, receipt.at)
    page.add()
    page.write(MARGIN, 22, _TITLE, size=17)
    page.rule(27)
    y = 38.0
    for pair, value in lines:
        page.write(MARGIN, y, pair[1], size=10)
        page.write(MARGIN, y + 3.6, pair[0], size=7, colour=QUIET)
        page.write(MARGIN + LABELS, y + 1, value, size=11)
        y += LINE
    if receipt.token:
        page.code(
            page.width - MARGIN - CODE, page.height - MARGIN - CODE - 6, receipt.token, side=CODE
        )
        page.write(MARGIN, 156, "到场凭证", size=10)
        page.write(MARGIN, 160, "Proof that the card was here", size=7, colour=QUIET)
    page.rule(page.height - 16)
    page.write(MARGIN, page.height - 10, _FOOT, size=7, colour=QUIET)
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
