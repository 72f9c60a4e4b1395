"""The sheet of a pension: what goes into it, typed, and the award that follows, explained.

The calculation of an input and the determination from a record both fill one in; the formulas and
the steps stand here once.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from api.services.explanation import Calculation, Step
from api.services.money import Fen, plain, yuan_of
from api.services.old_age import rules
from api.services.parts import given_step, total_of

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """The formula of a transitional pension: base × index × years × coefficient."""

    base: Fen
    index: Decimal
    years: Fraction
    coefficient: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What an award is computed from; None is not part of it. *age* is in months."""

    provincial_base: Fen
    city_base: Fen
    avg_index: Decimal
    years: Fraction
    account: Fen | None = None
    divisor: Decimal | None = None
    age: int | None = None
    transition: Transition | Fen | None = None
    extra: Fen | None = None
    extra_steps: tuple[Step, ...] = ()


def award(sheet: Sheet) -> Calculation:
    """The components, each rounded once, and their sum."""
    basic, steps = _basic(sheet)
    account, account_steps = _account(sheet)
    transition, transition_steps = _transition(sheet)
    extra_steps = list(sheet.extra_steps)
    if sheet.extra is not None and not extra_steps:
        extra_steps = [given_step("extra", sheet.extra, rules.LOCAL_AMOUNT)]
    parts = {"basic": basic, "account": account, "transition": transition, "extra": sheet.extra}
    total, total_step = total_of(parts, rules.PENSION_RULE)
    divisor = sheet.divisor
    return Calculation(
        results={
            **{name: None if fen is None else yuan_of(fen) for name, fen in parts.items()},
            "total": yuan_of(total),
            "months": None if divisor is None else plain(divisor),
        },
        steps=(*steps, *account_steps, *transition_steps, *extra_steps, total_step),
    )


def years_text(years: Fraction) -> str:
    """As a sheet prints years: with decimals where they come out even, else as twelfths."""
    hundredths = years * 100
    if hundredths.denominator == 1:
        return plain(Decimal(int(hundredths)).scaleb(-2))
    return f"{years * 12}/12" if (years * 12).denominator == 1 else plain(_decimal(years))


def divisor_step(age: int) -> Step:
    """Where the divisor months of an age come from."""
    divisor = rules.divisor_at(age)
    years, months = divmod(age, 12)
    before = str(rules.DIVISORS[years - rules.FIRST_AGE])
    name = ("Divisor months", "计发月数")
    if not months:
        return Step(
            name=name,
            formula="{divisor_before}",
            numbers={"divisor_before": before},
            result=plain(divisor),
            source=rules.DIVISOR_TABLE,
        )
    return Step(
        name=name,
        formula="{divisor_before} - ({divisor_before} - {divisor_after}) × {age_months} ÷ 12",
        numbers={
            "divisor_before": before,
            "divisor_after": str(rules.DIVISORS[years + 1 - rules.FIRST_AGE]),
            "age_months": str(months),
        },
        result=plain(divisor),
        source=rules.BETWEEN_AGES,
    )


def _basic(sheet: Sheet) -> tuple[Fen, list[Step]]:
    basic = rules.indexed_basic_pension(
        provincial_base=sheet.provincial_base,
        city_base=sheet.city_base,
        avg_index=sheet.avg_index,
        years=sheet.years,
    )
    step = Step(
        name=("Basic pension", "基础养老金"),
        formula="({provincial_base} + {city_base} × {avg_index}) ÷ 2 × {years} × 1%",
        numbers={
            "provincial_base": yuan_of(sheet.provincial_base),
            "city_base": yuan_of(sheet.city_base),
            "avg_index": plain(sheet.avg_index),
            "years": years_text(sheet.years),
        },
        result=yuan_of(basic),
        source=rules.PENSION_RULE,
    )
    return basic, [step]


def _account(sheet: Sheet) -> tuple[Fen | None, list[Step]]:
    if sheet.account is None or sheet.divisor is None:
        return None, []
    pension = rules.account_pension(saved=sheet.account, divisor=sheet.divisor)
    step = Step(
        name=("Account pension", "个人账户养老金"),
        formula="{saved} ÷ {divisor}",
        numbers={"saved": yuan_of(sheet.account), "divisor": plain(sheet.divisor)},
        result=yuan_of(pension),
        source=rules.PENSION_RULE,
    )
    return pension, [*([] if sheet.age is None else [divisor_step(sheet.age)]), step]


def _transition(sheet: Sheet) -> tuple[Fen | None, list[Step]]:
    given = sheet.transition
    if given is None:
        return None, []
    if not isinstance(given, Transition):
        return given, [given_step("transition", given, rules.LOCAL_AMOUNT)]
    pension = rules.transitional_pension(
        base=given.base, index=given.index, coefficient=given.coefficient, years=given.years
    )
    step = Step(
        name=("Transitional pension", "过渡性养老金"),
        formula="{transition_base} × {transition_index} × {deemed_years} × {coefficient}",
        numbers={
            "transition_base": yuan_of(given.base),
            "transition_index": plain(given.index),
            "deemed_years": years_text(given.years),
            "coefficient": f"{plain(given.coefficient * HUNDRED)}%",
        },
        result=yuan_of(pension),
        source=rules.PENSION_RULE,
    )
    return pension, [step]


def _decimal(years: Fraction) -> Decimal:
    return Decimal(years.numerator) / Decimal(years.denominator)
