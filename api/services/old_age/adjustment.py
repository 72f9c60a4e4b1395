"""The yearly adjustment of a pension (基本养老金调整): fixed, by years, by percent, by age.

Each year the ministries say how far pensions rise, the provinces how: an amount for everybody, one
for each contribution year, a share of the pension, and more for those of great age. The frame is
社会保险法 第十八条 (in force since 2011-07-01); all numbers are the region's.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.services.determination.facts import Facts
from api.services.explanation import Calculation, Source, Step
from api.services.money import Fen, fen_of, plain, to_fen, yuan_of
from api.services.months import Month
from api.services.parameters.view import Parameters

RULE: Final = Source(
    "社会保险法 第十八条；当年调整退休人员基本养老金的通知及本省实施方案", "2011-07-01"
)
TIERS: Final = (80, 75, 70)  # years of age, the highest first
BANDS: Final = (15, 30)  # years beyond which each further one may bring more
HUNDRED: Final = Decimal(100)
NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A region's terms of a year; amounts in fen a month, *beyond* by the years of `BANDS`."""

    fixed: Fen
    per_year: Fen
    beyond: tuple[Fen, Fen]
    least_years: int
    rate: Decimal
    for_age: Fen

    @property
    def banded(self) -> bool:
        """Whether later years bring another amount than the first ones."""
        return self.beyond != (self.per_year, self.per_year)


def full_years(months: int, *, least: int) -> int:
    """Years that count (社会保险法 第十八条 with the provinces' notices, since 2011-07-01).

    A year that has begun counts as a whole one; who has fewer than *least* is taken to have those.
    """
    return max(-(-months // 12), least)


def by_years(years: int, terms: Terms) -> Fen:
    """The part for contribution years, by the bands (社会保险法 第十八条, since 2011-07-01)."""
    first, second = BANDS
    in_bands = (min(years, first), max(min(years, second) - first, 0), max(years - second, 0))
    amounts = (terms.per_year, *terms.beyond)
    return Fen(sum(count * amount for count, amount in zip(in_bands, amounts, strict=True)))


def by_percent(pension: Fen, rate: Decimal) -> Fen:
    """The part that goes by the pension, rounded once (社会保险法 第十八条, since 2011-07-01)."""
    return to_fen(pension * Fraction(rate))


def age_tiers(birth: Month, month: Month) -> tuple[int, ...]:
    """The age tiers that somebody has reached by the end of the year before *month*.

    80, 75, 70; of those that a region has, the highest alone counts (社会保险法 第十八条 with the
    provinces' notices, since 2011-07-01).
    """
    age = Month.of(month.year - 1, 12).since(birth) // 12
    return tuple(tier for tier in TIERS if age >= tier)


def adjustment(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `pension` in fen before, `months` of contributions, `birth` (YYYY-MM).

    The month is the first with the new amount (社会保险法 第十八条, since 2011-07-01). Raises
    ParameterMissingError.
    """
    before, birth = Fen(facts.values["pension"]), Month.parse(facts.values["birth"])
    terms = _terms(facts, parameters, age_tiers(birth, facts.month))
    years = full_years(facts.values["months"], least=terms.least_years)
    for_years, for_pension = by_years(years, terms), by_percent(before, terms.rate)
    total = Fen(before + terms.fixed + for_years + for_pension + terms.for_age)
    steps = [
        _step(
            ("Years that count", "挂钩缴费年限"), _YEARS, _years_numbers(facts, terms), str(years)
        ),
        _step(
            ("For contribution years", "与缴费年限挂钩"),
            _BY_YEARS if terms.banded else "{full_years} × {per_year}",
            _by_years_numbers(years, terms),
            yuan_of(for_years),
        ),
        _step(
            ("By the pension", "与养老金水平挂钩"),
            "{pension_before} × {adjustment_rate}",
            {
                "pension_before": yuan_of(before),
                "adjustment_rate": f"{plain(terms.rate * HUNDRED)}%",
            },
            yuan_of(for_pension),
        ),
        _step(
            ("Pension after the adjustment", "调整后基本养老金"),
            "{pension_before} + {fixed} + {for_years} + {for_pension} + {for_age}",
            {
                "pension_before": yuan_of(before),
                "fixed": yuan_of(terms.fixed),
                "for_years": yuan_of(for_years),
                "for_pension": yuan_of(for_pension),
                "for_age": yuan_of(terms.for_age),
            },
            yuan_of(total),
        ),
    ]
    return Calculation(
        results={
            "fixed": yuan_of(terms.fixed),
            "for_years": yuan_of(for_years),
            "for_pension": yuan_of(for_pension),
            "for_age": yuan_of(terms.for_age),
            "increase": yuan_of(Fen(total - before)),
            "total": yuan_of(total),
        },
        steps=tuple(steps),
    )


_YEARS: Final = "max(⌈{contribution_months} ÷ 12⌉, {least_years})"
_BY_YEARS: Final = (
    f"min({{full_years}}, {BANDS[0]}) × {{per_year}}"
    f" + max(min({{full_years}}, {BANDS[1]}) - {BANDS[0]}, 0) × {{per_year_15}}"
    f" + max({{full_years}} - {BANDS[1]}, 0) × {{per_year_30}}"
)


def _terms(facts: Facts, parameters: Parameters, tiers: tuple[int, ...]) -> Terms:
    region, month = facts.region, facts.month

    def may(name: str) -> Decimal | None:
        return parameters.find(f"old_age.adjustment_{name}", region, month)

    per_year = parameters.fen("old_age.adjustment_per_year", region, month)
    for_age = (may(f"age_{tier}") for tier in tiers)
    beyond_15 = may("per_year_15")
    second = per_year if beyond_15 is None else fen_of(beyond_15)
    beyond_30 = may("per_year_30")
    return Terms(
        fixed=parameters.fen("old_age.adjustment_fixed", region, month),
        per_year=per_year,
        beyond=(second, second if beyond_30 is None else fen_of(beyond_30)),
        least_years=int(may("least_years") or 0),
        rate=parameters.number("old_age.adjustment_rate", region, month),
        for_age=fen_of(next((amount for amount in for_age if amount is not None), NOTHING)),
    )


def _years_numbers(facts: Facts, terms: Terms) -> dict[str, str]:
    months = str(facts.values["months"])
    return {"contribution_months": months, "least_years": str(terms.least_years)}


def _by_years_numbers(years: int, terms: Terms) -> dict[str, str]:
    numbers = {"full_years": str(years), "per_year": yuan_of(terms.per_year)}
    if terms.banded:
        second, third = terms.beyond
        numbers |= {"per_year_15": yuan_of(second), "per_year_30": yuan_of(third)}
    return numbers


def _step(name: tuple[str, str], formula: str, numbers: dict[str, str], result: str) -> Step:
    return Step(name=name, formula=formula, numbers=numbers, result=result, source=RULE)
