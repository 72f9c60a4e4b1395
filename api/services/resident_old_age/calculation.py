"""The pension award of a resident, explained."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from api.services.explanation import Calculation, Step
from api.services.fields import Fields
from api.services.money import Fen, plain, yuan_of
from api.services.parts import given_step, total_of
from api.services.resident_old_age import rules

FIELDS = ("base", "account", "years", "extra_per_year", "extra")


def calculate(given: Mapping[str, Any]) -> Calculation:
    """From `account`, the region's `base` and increases. Raises CalculationError.

    Without `base` only the account's part is computed.
    """
    fields = Fields(given, FIELDS)
    saved = fields.amount("account")
    basic = fields.amount_if_given("base")
    account = rules.account_pension(saved)
    increase, steps = _increase(fields)
    extra = fields.amount_if_given("extra")
    if extra is not None:
        steps.append(given_step("extra", extra, rules.LOCAL_AMOUNT))
    if basic is not None:
        steps.append(given_step("basic", basic, rules.LOCAL_AMOUNT))
    if increase is not None and extra is not None:
        steps.append(_together(increase, extra))
    if increase is not None:
        extra = Fen(increase + (extra or 0))
    parts = {"basic": basic, "account": account, "extra": extra}
    total, total_step = total_of(parts, rules.PENSION_RULE)
    account_step = Step(
        name=("Account pension", "个人账户养老金"),
        formula="{saved} ÷ {divisor}",
        numbers={"saved": yuan_of(saved), "divisor": str(rules.DIVISOR)},
        result=yuan_of(account),
        source=rules.PENSION_RULE,
    )
    return Calculation(
        results={
            **{name: None if fen is None else yuan_of(fen) for name, fen in parts.items()},
            "total": yuan_of(total),
            "months": str(rules.DIVISOR),
        },
        steps=(account_step, *steps, total_step),
    )


def _together(increase: Fen, other: Fen) -> Step:
    return Step(
        name=("Local increases together", "地方增发合计"),
        formula="{long_increase} + {other_increase}",
        numbers={"long_increase": yuan_of(increase), "other_increase": yuan_of(other)},
        result=yuan_of(Fen(increase + other)),
        source=rules.LOCAL_AMOUNT,
    )


def _increase(fields: Fields) -> tuple[Fen | None, list[Step]]:
    per_year = fields.amount_if_given("extra_per_year")
    if per_year is None and not fields.has("years"):
        return None, []
    years = fields.number("years", least=Decimal(0), most=Decimal(70))
    if per_year is None:
        return None, []
    increase = rules.increase(years, per_year)
    step = Step(
        name=("Increase for long contribution", "长缴增发"),
        formula="max(⌊{years}⌋ - 15, 0) × {extra_per_year}",
        numbers={"years": plain(years), "extra_per_year": yuan_of(per_year)},
        result=yuan_of(increase),
        source=rules.PENSION_RULE,
    )
    return increase, [step]
