"""Identity numbers (GB 11643), dates and card numbers: yes or no, for every row of large files.

The rule for identity numbers is that of `reader.card_profile.values.SocialSecurityNumber`, without
making a value and without mixing a wrong check character with an impossible date.
"""

from operator import mul
from typing import Final

from reader.card_profile.values import CardNumber

# GB 11643-1999, 4.1.2 and ISO 7064, MOD 11-2.
_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHARACTERS: Final = "10X98765432"
# The weights are applied to ASCII codes, which is faster than to digits; this takes '0' off again.
_ID_EXCESS: Final = ord("0") * sum(_ID_WEIGHTS)

_DAYS: Final = frozenset(
    f"{month:02}{day:02}"
    for month, last in enumerate((31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1)
    for day in range(1, last + 1)
)
# The oldest holder in the examples of GB 11643 was born in 1880; earlier centuries are slips.
_FIRST_YEAR: Final = "1800"


def is_identity_number(text: str) -> bool:
    """18 characters, digits with the right check character (GB 11643, 4.1.2)."""
    digits = text[:17].encode("ascii", "replace")
    if len(text) != 18 or not digits.isdigit():
        return False
    total = sum(map(mul, digits, _ID_WEIGHTS)) - _ID_EXCESS
    return _ID_CHARACTERS[total % 11] == text[17]


def is_date(digits: str) -> bool:
    """Eight ASCII digits YYYYMMDD that are a day of the calendar, from 1800 on."""
    year, day = digits[:4], digits[4:]
    if day not in _DAYS or year < _FIRST_YEAR:
        return False
    return day != "0229" or _is_leap(int(year))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def is_card_number(text: str) -> bool:
    """Nine characters, the last the check character of the others (GB 11714)."""
    try:
        CardNumber(text)
    except ValueError:
        return False
    return True


def is_digits(text: str, count: int) -> bool:
    """Exactly *count* ASCII digits."""
    return len(text) == count and text.isascii() and text.isdigit()
