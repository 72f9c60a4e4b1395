"""The pension award of an employee, explained."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from api.services.explanation import Calculation, Step
from api.services.fields import Fields
from api.services.money import Fen, plain, yuan_of
from api.services.old_age import rules
from api.services.old_age.divisor import divisor_of
from api.services.old_age.transition import transition_of
from api.services.parts import given_step, total_of

FIELDS = (
    "provincial_base",
    "city_base",
    "avg_index",
    "years",
    "account",
    "divisor",
    "retirement_age",
    "transition",
    "extra",
)
MOST_INDEX = Decimal(10)  # wages count to three times the mean; old years' wages went beyond
MOST_YEARS = Decimal(70)


def calculate(given: Mapping[str, Any]) -> Calculation:
    """From the fields of an award sheet; what is not given is not part of it.

    Raises CalculationError.
    """
    fields = Fields(given, FIELDS)
    provincial_base = fields.amount("provincial_base", least="0.01")
    avg_index = fields.number("avg_index", least=Decimal(0), most=MOST_INDEX)
    basic, steps = _basic(fields, provincial_base, avg_index)
    account, divisor, account_steps = _account(fields)
    transition, transition_steps = transition_of(
        fields, provincial_base=provincial_base, avg_index=avg_index
    )
    extra = fields.amount_if_given("extra")
    if extra is not None:
        transition_steps.append(given_step("extra", extra, rules.LOCAL_AMOUNT))
    parts = {"basic": basic, "account": account, "transition": transition, "extra": extra}
    total, total_step = total_of(parts, rules.PENSION_RULE)
    return Calculation(
        results={
            **{name: None if fen is None else yuan_of(fen) for name, fen in parts.items()},
            "total": yuan_of(total),
            "months": None if divisor is None else plain(divisor),
        },
        steps=(*steps, *account_steps, *transition_steps, total_step),
    )


def _basic(fields: Fields, provincial_base: Fen, avg_index: Decimal) -> tuple[Fen, list[Step]]:
    city_base = fields.amount_if_given("city_base", least="0.01") or provincial_base
    years = fields.number("years", least=Decimal(0), most=MOST_YEARS)
    basic = rules.indexed_basic_pension(
        provincial_base=provincial_base, city_base=city_base, avg_index=avg_index, years=years
    )
    step = Step(
        name=("Basic pension", "基础养老金"),
        formula="({provincial_base} + {city_base} × {avg_index}) ÷ 2 × {years} × 1%",
        numbers={
            "provincial_base": yuan_of(provincial_base),
            "city_base": yuan_of(city_base),
            "avg_index": plain(avg_index),
            "years": plain(years),
        },
        result=yuan_of(basic),
        source=rules.PENSION_RULE,
    )
    return basic, [step]


def _account(fields: Fields) -> tuple[Fen | None, Decimal | None, list[Step]]:
    """Balance and divisor belong together: one alone is an award with a part forgotten."""
    if not any(fields.has(name) for name in ("account", "divisor", "retirement_age")):
        return None, None, []
    saved = fields.amount("account")
    divisor, steps = divisor_of(fields)
    pension = rules.account_pension(saved=saved, divisor=divisor)
    step = Step(
        name=("Account pension", "个人账户养老金"),
        formula="{saved} ÷ {divisor}",
        numbers={"saved": yuan_of(saved), "divisor": plain(divisor)},
        result=yuan_of(pension),
        source=rules.PENSION_RULE,
    )
    return pension, divisor, [*steps, step]
