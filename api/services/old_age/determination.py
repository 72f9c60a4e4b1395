"""The pension of an employee from his record and the region's parameters: what is kept of it."""

from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final

from api.services.determination.facts import Determine, Facts
from api.services.explanation import Calculation
from api.services.money import Fen, plain, rounded, yuan_of
from api.services.months import Month
from api.services.old_age.calculation import calculate
from api.services.parameters.view import Parameters

INDEX_PLACES = 4  # as the sheets print the average index


def pension(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `paid` [[region, month, base in fen]…], `deemed` [[months, index]…], `account` in fen,
    `age` in months at retirement. Raises ServiceError."""
    values, region, month = facts.values, facts.region, facts.month
    base = parameters.fen("old_age.base", region, month)
    city_base = parameters.find("old_age.city_base", region, month)
    index, months = _index(values, parameters)
    given: dict[str, Any] = {
        "provincial_base": yuan_of(base),
        "city_base": None if city_base is None else plain(city_base),
        "avg_index": plain(index),
        "years": plain(_years(months)),
        "account": yuan_of(Fen(values["account"])),
        "retirement_age": str(values["age"]),
    }
    return calculate({name: value for name, value in given.items() if value is not None})


def _index(values: Any, parameters: Parameters) -> tuple[Decimal, int]:
    """The average index over paid and deemed months, and how many months there are."""
    bases: dict[Fen, int] = defaultdict(int)  # by the wage they are held against
    for region, month, base in values["paid"]:
        bases[parameters.fen("average_wage", region, Month.parse(month))] += base
    total = sum((Fraction(base, wage) for wage, base in bases.items()), Fraction(0))
    months = len(values["paid"])
    for count, index in values["deemed"]:
        total += Fraction(index) * count
        months += count
    if not months:
        return Decimal(0), 0
    return Decimal(rounded(total / months * 10**INDEX_PLACES)).scaleb(-INDEX_PLACES), months


def _years(months: int) -> Decimal:
    return (Decimal(months) / 12).quantize(Decimal("0.01"), ROUND_HALF_UP)


DETERMINATIONS: Final[Mapping[str, Determine]] = {"old_age.pension": pension}
