"""The monthly pension of a resident (国发〔2014〕8号 六, 七)."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.services.explanation import Source
from api.services.money import Fen, to_fen
from api.services.months import Month

PENSION_RULE: Final = Source("国发〔2014〕8号 六", "2014-02-21")
LOCAL_AMOUNT: Final = Source("地方规定（国发〔2014〕8号 六 框架内，按输入）", "2014-02-21")
CONDITION_RULE: Final = Source("国发〔2014〕8号 七", "2014-02-21")
CONVERSION_RULE: Final = Source("人社部发〔2014〕17号 第三条、第五条至第七条", "2014-07-01")
DIVISOR = 139  # at 60 and whenever payment begins later
YEARS_WITHOUT_INCREASE = 15
AGE: Final = 60 * 12  # months
YEAR: Final = 12


def account_pension(saved: Fen) -> Fen:
    """The account's balance over 139 (国发〔2014〕8号 六, since 2014-02-21)."""
    return to_fen(Fraction(saved, DIVISOR))


def years_beyond(years: Decimal) -> int:
    """Full years beyond 15, for which a region may add (国发〔2014〕8号 六, since 2014-02-21)."""
    return max(0, int(years) - YEARS_WITHOUT_INCREASE)


def increase(years: Decimal, extra_per_year: Fen) -> Fen:
    """The region's amount for each full year beyond 15 (国发〔2014〕8号 六, since 2014-02-21)."""
    return Fen(years_beyond(years) * extra_per_year)


def years_needed(birth: Month, began: Month) -> int:
    """Years of contributions for a pension (国发〔2014〕8号 七, since 2014-02-21).

    15; of who was over 45 when the scheme *began* in his region, one for each year that was left
    until 60; none of who was 60 by then.
    """
    left = birth.after(AGE).since(began)
    return min(max(-(-left // YEAR), 0), YEARS_WITHOUT_INCREASE)


def age_in(birth: Month, month: Month) -> int:
    """Full years of age; from 65 on a region may add (人社部发〔2018〕21号, since 2018-03)."""
    return month.since(birth) // YEAR


def refund_of(own: Fen, doubled: int) -> Fen:
    """What goes back of a year's own contribution (人社部发〔2014〕17号 第七条, since 2014-07-01).

    A twelfth for each month that was paid for as an employee as well, rounded once.
    """
    return to_fen(Fraction(own * min(doubled, YEAR), YEAR))
