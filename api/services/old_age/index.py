"""The average index and the years of a record: what the bases were against the average wages.

The index of a month is its base over the average wage that bases went by then (国发〔2005〕38号
第六条); years that are deemed paid carry an index of their own. Sheets print the mean with four
decimals.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from api.services.explanation import Step
from api.services.money import Fen, plain, rounded
from api.services.months import Month
from api.services.old_age import rules
from api.services.old_age.provisional import Lookup
from api.services.old_age.sheet import years_text

PLACES: Final = 4  # as the sheets print the average index
SUM_PLACES: Final = 6


@dataclass(frozen=True, slots=True)
class Indexed:
    """Months and the sum of their indices."""

    months: int
    total: Fraction

    @property
    def average(self) -> Decimal:
        """With four decimals, half up; 0 of no months."""
        return _decimal(self.total / self.months, PLACES) if self.months else Decimal(0)


def paid(values: Mapping[str, Any], lookup: Lookup, *, before: Month | None = None) -> Indexed:
    """The months of `paid` ([[region, month, base in fen]…]), those *before* a month alone."""
    bases: dict[Fen, int] = defaultdict(int)  # by the wage they are held against
    months = 0
    for region, text, base in values["paid"]:
        month = Month.parse(text)
        if before is None or month < before:
            bases[lookup.fen("average_wage", region, month)] += base
            months += 1
    total = sum((Fraction(base, wage) for wage, base in bases.items()), Fraction(0))
    return Indexed(months, total)


def deemed(values: Mapping[str, Any]) -> Indexed:
    """The months of `deemed` ([[months, index]…])."""
    rows = values["deemed"]
    total = sum((Fraction(index) * count for count, index in rows), Fraction(0))
    return Indexed(sum(count for count, _ in rows), total)


def both(one: Indexed, other: Indexed) -> Indexed:
    """All months together."""
    return Indexed(one.months + other.months, one.total + other.total)


def steps(paid_months: Indexed, deemed_months: Indexed, *, exact: bool) -> list[Step]:
    """How index and years came to be."""
    every = both(paid_months, deemed_months)
    index = Step(
        name=("Average index", "平均缴费指数"),
        formula="({index_paid} + {index_deemed}) ÷ ({months_paid} + {months_deemed})",
        numbers={
            "index_paid": plain(_decimal(paid_months.total, SUM_PLACES)),
            "index_deemed": plain(_decimal(deemed_months.total, SUM_PLACES)),
            "months_paid": str(paid_months.months),
            "months_deemed": str(deemed_months.months),
        },
        result=plain(every.average),
        source=rules.PENSION_RULE,
    )
    years = Step(
        name=("Contribution years", "缴费年限"),
        formula="({months_paid} + {months_deemed}) ÷ 12",
        numbers={
            "months_paid": str(paid_months.months),
            "months_deemed": str(deemed_months.months),
        },
        result=years_text(rules.years_of(every.months, exact=exact)),
        source=rules.YEARS,
    )
    return [index, years]


def _decimal(exact: Fraction, places: int) -> Decimal:
    return Decimal(rounded(exact * 10**places)).scaleb(-places)
