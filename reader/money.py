"""Money as people write it: yuan with two decimals; everywhere else it is fen."""

import re

from reader.account_errors import AmountError
from reader.card_profile.medical_account import MAX_AMOUNT

_YUAN = re.compile(r"(\d{1,8})\.(\d{2})", re.ASCII)


def fen(text: str) -> int:
    """An amount typed in yuan with two decimals; AmountError for any other text."""
    match = _YUAN.fullmatch(text)
    if match is None or (found := int(match[1]) * 100 + int(match[2])) > MAX_AMOUNT:
        raise AmountError(text)
    return found


def yuan(amount: int) -> str:
    """An amount as people read it."""
    return f"{amount // 100}.{amount % 100:02}"
