"""Names as a card may carry them (民委发〔2016〕33号; GB 18030-2022, implementation level 3)."""

import re
from typing import Final

from issuance.intake.reasons import Reason
from reader.gb18030 import encode_text

MAX_CHARACTERS: Final = 25
MAX_BYTES: Final = 50
SEPARATOR: Final = "\u00b7"

# Dots that people type for the separator, or that fonts show like it.
LOOK_ALIKES: Final = ".\u0387\u2022\u2024\u2027\u2219\u22c5\u25cf\u30fb\uff0e\uff65"
_TO_SEPARATOR: Final = str.maketrans(dict.fromkeys(LOOK_ALIKES, SEPARATOR))

# Every Han ideograph of GB 18030-2022 (U+3007, the unified blocks to extension F and the twelve
# unified ones among the compatibility ideographs), and those of later extensions, which names
# in use need and which the four-byte codes reach. Compatibility duplicates are not in it: the
# same name would be stored in two spellings.
_HAN: Final = (
    "\u3007\u3400-\u4dbf\u4e00-\u9fff"
    "\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27-\ufa29"
    "\U00020000-\U0002a6df\U0002a700-\U0002ebe0\U0002ebf0-\U0002ee5d\U00030000-\U000323af"
)
_LATIN: Final = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_LETTERS: Final = f"[{_HAN}{_LATIN}]+"
_NAME: Final = re.compile(f"{_LETTERS}(?:{SEPARATOR}{_LETTERS})*")

# A character takes at most four bytes: shorter names need not be encoded to be measured.
_SURELY_FIT: Final = MAX_BYTES // 4


def with_separator(name: str) -> str:
    """*name* with every look-alike dot replaced by U+00B7."""
    return name.translate(_TO_SEPARATOR)


def is_short_name(name: str) -> bool:
    """Most names: nothing to replace, nothing to measure, nothing to refuse."""
    return len(name) <= _SURELY_FIT and _NAME.fullmatch(name) is not None


def is_name(name: str) -> bool:
    """Letters only, and the separator only between two of them."""
    return _NAME.fullmatch(name) is not None


def is_too_long(name: str) -> bool:
    """More than 25 characters, or more than 50 bytes in the chip's encoding."""
    if len(name) <= _SURELY_FIT:
        return False
    return len(name) > MAX_CHARACTERS or _byte_count(name) > MAX_BYTES


def _byte_count(name: str) -> int:
    try:
        return len(encode_text(name))
    except ValueError:  # a lone surrogate: is_name says so
        return 0


def name_reasons(name: str) -> list[Reason]:
    """Why *name*, look-alikes replaced, is refused; nothing when it may be on a card."""
    if not name.strip():
        return [Reason.NAME_MISSING]
    reasons = [Reason.NAME_TOO_LONG] if is_too_long(name) else []
    if not is_name(name):
        reasons.append(Reason.NAME_CHARACTER)
    return reasons
