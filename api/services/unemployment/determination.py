"""The months and amounts of a claim, and what survivors get, from facts and parameters."""

from collections.abc import Mapping
from typing import Final

from api.services.determination.facts import Determine, Facts
from api.services.errors import ParameterMissingError
from api.services.explanation import Calculation, Step
from api.services.money import Fen, plain, yuan_of
from api.services.months import Month
from api.services.parameters.view import Parameters
from api.services.parts import given_step, total_of
from api.services.unemployment import rules
from api.services.unemployment.calculation import calculate

_STAGES: Final = {
    "monthly_amount": ("Amount of the region", "当地月失业保险金标准"),
    "later_amount": ("Amount of the region from month 13", "当地第13个月起月失业保险金标准"),
}
AMOUNT, LATER = "unemployment.amount", "unemployment.later_amount"


def claim(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `paid_months` since the last claim, `left` months from it; the month is the first one.

    Raises ParameterMissingError for a region without an amount.
    """
    values, region, month = facts.values, facts.region, facts.month
    paid, left = int(values["paid_months"]), int(values["left"])
    first, steps = _first(region, month, parameters)
    later, later_steps = _later(first, region, month.after(rules.FIRST_STAGE), parameters)
    if rules.uses_up(paid):
        given = {
            "years": plain(rules.years_of(paid)),
            "carried_months": str(left),
            "monthly_amount": yuan_of(first),
            "later_amount": yuan_of(later),
        }
        per_year = parameters.find("unemployment.months_per_year", region, month)
        if per_year is not None:
            given["months_per_year"] = plain(per_year)
        found = calculate(given)
    else:
        found = _continued(paid, left, first, later)
    months = int(found.results["months"] or 0)
    until = month.after(months - 1)
    return Calculation(
        results={
            "paid_months": paid,
            **found.results,
            "first_month": str(month),
            "until_month": str(until),
        },
        steps=(*steps, *later_steps, *found.steps),
    )


def amounts(facts: Facts, parameters: Parameters) -> Calculation:
    """What the region pays for a month, early and from month 13 on; no facts beyond them.

    Raises ParameterMissingError.
    """
    first, steps = _first(facts.region, facts.month, parameters)
    later, later_steps = _later(first, facts.region, facts.month, parameters)
    printed = {"monthly_amount": yuan_of(first), "later_amount": yuan_of(later)}
    given = [
        Step(
            name=label,
            formula=f"{{{name}}}",
            numbers={name: printed[name]},
            result=printed[name],
            source=rules.AMOUNT_RULE,
        )
        for name, label in _STAGES.items()
    ]
    return Calculation(results=printed, steps=(*steps, *later_steps, *given))


def survivors(facts: Facts, parameters: Parameters) -> Calculation:
    """What is paid once when somebody dies who draws the benefit (社会保险法 第四十九条).

    Facts: `funeral_paid` where another insurance paid the funeral: only one is due (第四十九条
    第二款). Raises ParameterMissingError.
    """
    paid = facts.values.get("funeral_paid")
    parts: dict[str, Fen | None] = {
        name: parameters.fen(f"unemployment.{name}", facts.region, facts.month)
        for name in (("bereavement",) if paid else ("funeral", "bereavement"))
    }
    steps = [given_step(name, fen or Fen(0), rules.DEATH_RULE) for name, fen in parts.items()]
    total, total_step = total_of(parts, rules.DEATH_RULE)
    printed = {
        name: yuan_of(parts[name] or Fen(0)) if name in parts else None
        for name in ("funeral", "bereavement")
    }
    return Calculation(results={**printed, "total": yuan_of(total)}, steps=(*steps, total_step))


def _first(region: str, month: Month, parameters: Parameters) -> tuple[Fen, list[Step]]:
    """The region's amount, or its share of the minimum wage."""
    if parameters.find(AMOUNT, region, month) is not None:
        return parameters.fen(AMOUNT, region, month), []
    share = parameters.find("unemployment.minimum_wage_share", region, month)
    if share is None:
        raise ParameterMissingError(AMOUNT, region, str(month))
    wage = parameters.fen("minimum_wage", region, month)
    amount = rules.share_of(wage, share)
    step = Step(
        name=("Monthly amount", "月失业保险金"),
        formula="{minimum_wage} × {share}",
        numbers={"minimum_wage": yuan_of(wage), "share": plain(share)},
        result=yuan_of(amount),
        source=rules.AMOUNT_RULE,
    )
    return amount, [step]


def _later(first: Fen, region: str, month: Month, parameters: Parameters) -> tuple[Fen, list[Step]]:
    """From month 13: the region's amount or share; a region without either pays the first on."""
    if parameters.find(LATER, region, month) is not None:
        return parameters.fen(LATER, region, month), []
    share = parameters.find("unemployment.later_share", region, month)
    if share is None:
        return first, []
    amount = rules.share_of(first, share)
    step = Step(
        name=("Monthly amount from month 13", "第13个月起月失业保险金"),
        formula="{monthly_amount} × {share}",
        numbers={"monthly_amount": yuan_of(first), "share": plain(share)},
        result=yuan_of(amount),
        source=rules.AMOUNT_RULE,
    )
    return amount, [step]


def _continued(paid: int, left: int, first: Fen, later: Fen) -> Calculation:
    """Only what was left from the last claim: a new year of contributions is not full yet."""
    total = rules.total_amount(left, monthly_amount=first, later_amount=later)
    step = Step(
        name=("Months left from the last claim", "续领前次未领月数"),
        formula="{carried_months} ({paid_months} < 12)",
        numbers={"carried_months": str(left), "paid_months": str(paid)},
        result=str(left),
        source=rules.CONTINUED_RULE,
    )
    results: dict[str, str | int | None] = {
        "months": left,
        "months_by_law": 0,
        "monthly_amount": yuan_of(first),
        "later_amount": yuan_of(later),
        "total": yuan_of(total),
    }
    return Calculation(results=results, steps=(step,))


DETERMINATIONS: Final[Mapping[str, Determine]] = {
    "unemployment.claim": claim,
    "unemployment.amounts": amounts,
    "unemployment.survivors": survivors,
}
