"""pPayInfo, and what iDoDebit and iReadDebitRecord give.

The field's documents of these are not public. One page shows pPayInfo as "0.1|0.2|20151118185001|"
and puts 00000000 in front of the two amounts for the MAC: nothing from the account on the card,
what the person paid, what the fund paid. The forms of the answers are this system's own. All three
stand here, to be replaced.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from reader.card_profile.df04 import MedicalTransaction
from reader.card_profile.medical_account import MAX_AMOUNT, Settlement
from reader.data_items import items_of
from reader.item_codecs import CHINA_STANDARD_TIME, is_blank
from reader.medical_account import Receipt
from reader.sscard import item_text
from reader.sscard.errors import PayInfoError

_YUAN = re.compile(r"([0-9]{1,8})(?:\.([0-9]{1,2}))?", re.ASCII)
_TIME = re.compile(r"[0-9]{14}", re.ASCII)
MAX_PAY_INFO = 64


@dataclass(frozen=True, slots=True)
class Payment:
    """What is to be settled, and when: 7 bytes, packed YYYYMMDDhhmmss."""

    paid: Settlement
    time: bytes

    @property
    def at(self) -> datetime:
        """The same moment, in the time that all of China has."""
        digits = datetime.strptime(self.time.hex(), "%Y%m%d%H%M%S")  # noqa: DTZ007
        return digits.replace(tzinfo=CHINA_STANDARD_TIME)


def parse_pay_info(text: str) -> Payment:
    """From "personal|fund|time|" or "account|personal|fund|time|", amounts in yuan."""
    fields = text.split("|")
    if len(text) > MAX_PAY_INFO or len(fields) not in (4, 5) or fields.pop():
        raise PayInfoError("amount|amount|YYYYMMDDhhmmss| expected")
    *amounts, time = fields
    account, personal, fund = (0, 0, 0, *map(_fen, amounts))[-3:]
    try:
        datetime.strptime(time if _TIME.fullmatch(time) else "", "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        raise PayInfoError("no time YYYYMMDDhhmmss") from None
    return Payment(Settlement(account, personal, fund), bytes.fromhex(time))


def debit_text(receipt: Receipt, terminal_number: str, terminal_count: int, time: bytes) -> str:
    """What iDoDebit gives: the card's count, its certificate (TAC), terminal, its count, time."""
    fields = (
        str(receipt.count),
        receipt.certificate.hex().upper(),
        terminal_number,
        str(terminal_count),
        time.hex(),
    )
    return "".join(field + "|" for field in fields)


def debit_record_text(record: bytes) -> str:
    """One record of iReadDebitRecord: count, type, terminal, time, then account, personal and
    fund amount in yuan; '|' after each, '$' after the record. "" if it was never written."""
    if is_blank(record):
        return ""
    texts, offset = [], 0
    for bound in items_of(MedicalTransaction):
        text = item_text.text_of(bound, record[offset : offset + bound.item.size])
        texts.append(_yuan(text) if bound.name.endswith("_amount") else text)
        offset += bound.item.size
    return "".join(text + "|" for text in texts) + "$"


def _fen(text: str) -> int:
    found = _YUAN.fullmatch(text)
    if found is None:
        raise PayInfoError("an amount in yuan expected, with two decimals at most")
    fen = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    if fen > MAX_AMOUNT:
        raise PayInfoError("the amount is too large")
    return fen


def _yuan(fen: str) -> str:
    return f"{int(fen) // 100}.{int(fen) % 100:02}" if fen.isdecimal() else fen
