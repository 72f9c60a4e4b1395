"""The monthly pension of an employee (国发〔2005〕38号 第六条).

Bases, indices, coefficients and local increases vary by region and year: they come in. Amounts are
fen; each component is rounded once, to the fen, half up, as the official sheets do.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.services.explanation import Source
from api.services.money import Fen, rounded, to_fen, to_tenth

PENSION_RULE: Final = Source("国发〔2005〕38号 第六条", "2006-01-01")
DIVISOR_TABLE: Final = Source("国发〔2005〕38号 附件 个人账户养老金计发月数表", "2006-01-01")
BETWEEN_AGES: Final = Source(
    "国发〔2005〕38号 附件；山东、四川、河南经办实务：非整岁按月线性插值，保留一位小数",
    "2025-01-01",
)
LOCAL_AMOUNT: Final = Source("地方规定（国发〔2005〕38号 第六条 框架内，按输入）", "2006-01-01")
# How official sheets print: 四川, 河南 two decimals, 黑龙江 as exact as months are.
YEARS: Final = Source("国发〔2005〕38号 第六条；缴费年限按月折算（月数÷12）", "2006-01-01")
PROVISIONAL: Final = Source("地方规定：当年计发基数公布前预发，公布后重新核定", "2006-01-01")

FIRST_AGE = 40
# By full years of age, 40 to 70.
DIVISORS: Final = (
    *(233, 230, 226, 223, 220, 216, 212, 208, 204, 199),
    *(195, 190, 185, 180, 175, 170, 164, 158, 152, 145),
    *(139, 132, 125, 117, 109, 101, 93, 84, 75, 65),
    56,
)
LAST_AGE = FIRST_AGE + len(DIVISORS) - 1


def indexed_basic_pension(
    *, provincial_base: Fen, city_base: Fen, avg_index: Decimal, years: Fraction | Decimal
) -> Fen:
    """The basic pension (国发〔2005〕38号 第六条, since 2006-01-01).

    The mean of the base and the person's indexed wage, 1 % of it for each year. The indexed wage is
    *city_base* times the index; where a region has one base, both are the same.
    """
    indexed = city_base * Fraction(avg_index)
    return to_fen((provincial_base + indexed) / 2 * Fraction(years) / 100)


def account_pension(*, saved: Fen, divisor: Decimal) -> Fen:
    """The account's balance over the divisor months (国发〔2005〕38号 第六条, since 2006-01-01)."""
    return to_fen(saved / Fraction(divisor))


def transitional_pension(
    *, base: Fen, index: Decimal, coefficient: Decimal, years: Fraction | Decimal
) -> Fen:
    """For years before there were accounts (国发〔2005〕38号 第六条, since 2006-01-01).

    The law leaves it to the regions; their usual form is base x index x years x coefficient, the
    coefficient being 1.0 to 1.4 %.
    """
    return to_fen(base * Fraction(index) * Fraction(years) * Fraction(coefficient))


def local_increase(
    *,
    fixed: Fen,
    per_year: Fen,
    rate: Decimal,
    indexed_wage: Fraction,
    years: Fraction,
) -> Fen:
    """What a region adds beside the law's components (国发〔2005〕38号 第六条, since 2006-01-01).

    The law leaves it open; the sheets know a fixed amount, one for each year, and (四川) a share of
    the indexed wage for each year. *indexed_wage* is in fen.
    """
    return to_fen(fixed + years * (per_year + Fraction(rate) * indexed_wage))


def years_of(months: int, *, exact: bool) -> Fraction:
    """Contribution years (国发〔2005〕38号 第六条, since 2006-01-01): months over 12.

    Most sheets round them to two decimals, half up; those of some regions (黑龙江) are *exact*.
    """
    years = Fraction(months, 12)
    return years if exact else Fraction(rounded(years * 100), 100)


def divisor_at(age: int) -> Decimal:
    """Divisor months at an age in months, 40 to 70 years.

    Whole years: the table (国发〔2005〕38号 附件, since 2006-01-01). Between: linear, one decimal,
    half up (practice of several provinces since 2025-01-01). Raises ValueError outside the table.
    """
    years, months = divmod(age, 12)
    if not FIRST_AGE * 12 <= age <= LAST_AGE * 12:
        raise ValueError(f"no divisor at {age} months of age")
    before = DIVISORS[years - FIRST_AGE]
    if not months:
        return Decimal(before)
    after = DIVISORS[years + 1 - FIRST_AGE]
    return to_tenth(Fraction(before * (12 - months) + after * months, 12))
