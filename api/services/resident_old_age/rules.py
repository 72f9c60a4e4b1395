"""The monthly pension of a resident (国发〔2014〕8号 六)."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.services.explanation import Source
from api.services.money import Fen, to_fen

PENSION_RULE: Final = Source("国发〔2014〕8号 六", "2014-02-21")
LOCAL_AMOUNT: Final = Source("地方规定（国发〔2014〕8号 六 框架内，按输入）", "2014-02-21")
DIVISOR = 139  # at 60 and whenever payment begins later
YEARS_WITHOUT_INCREASE = 15


def account_pension(saved: Fen) -> Fen:
    """The account's balance over 139 (国发〔2014〕8号 六, since 2014-02-21)."""
    return to_fen(Fraction(saved, DIVISOR))


def years_beyond(years: Decimal) -> int:
    """Full years beyond 15, for which a region may add (国发〔2014〕8号 六, since 2014-02-21)."""
    return max(0, int(years) - YEARS_WITHOUT_INCREASE)


def increase(years: Decimal, extra_per_year: Fen) -> Fen:
    """The region's amount for each full year beyond 15 (国发〔2014〕8号 六, since 2014-02-21)."""
    return Fen(years_beyond(years) * extra_per_year)
