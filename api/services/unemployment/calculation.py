"""Months and amounts of unemployment insurance, explained."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from api.services.explanation import Calculation, Source, Step
from api.services.fields import Fields
from api.services.money import plain, yuan_of
from api.services.unemployment import rules

FIELDS = (
    "years",
    "contribution_years",
    "place",
    "months_per_year",
    "carried_months",
    "monthly_amount",
    "later_amount",
)


def calculate(given: Mapping[str, Any]) -> Calculation:
    """From the contribution years, a region's scale and amounts. Raises CalculationError."""
    fields = Fields(given, FIELDS)
    years = _years(fields)
    scale = _scale(fields)
    carried = (
        fields.whole("carried_months", least=0, most=24) if fields.has("carried_months") else 0
    )
    by_law = rules.most_months(years)
    months, steps = by_law, [_law_step(years, by_law)]
    if scale:
        months = rules.months_by_scale(years, scale[0])
        steps.append(_scale_step(years, scale, by_law, months))
    if carried:
        before, months = months, rules.with_carried(months, carried)
        steps.append(_carried_step(before, carried, months))
    amounts, amount_steps = _amounts(fields, months)
    return Calculation(
        results={"months": months, "months_by_law": by_law, **amounts},
        steps=(*steps, *amount_steps),
    )


def _years(fields: Fields) -> Decimal:
    if fields.has("years") and fields.has("contribution_years"):
        raise fields.wrong(
            "contribution_years",
            ("is given beside years, which is the same", "与 years 含义相同，不能同时填写"),
            ("Give one of the two.", "请只填写其中一项。"),
        )
    name = "contribution_years" if fields.has("contribution_years") else "years"
    return fields.number(name, least=Decimal(0), most=Decimal(70))


def _scale(fields: Fields) -> tuple[int, Source] | None:
    if fields.has("months_per_year"):
        per_year = fields.whole("months_per_year", least=1, most=rules.MOST_MONTHS)
        if fields.has("place"):
            raise fields.wrong(
                "place",
                ("is given beside months_per_year", "与 months_per_year 同时填写"),
                ("Give one of the two.", "请只填写其中一项。"),
            )
        return per_year, rules.SCALE_BY_INPUT
    if not fields.has("place"):
        return None
    place = fields.text("place")
    if place not in rules.SCALES:
        names = ", ".join(rules.SCALES)
        raise fields.wrong(
            "place",
            ("has no scale that is known here", "没有已收录的地方标准"),
            (
                f"Give months_per_year of the region instead, or one of: {names}.",
                f"请改填当地的 months_per_year，或填写：{names}。",
            ),
        )
    return rules.SCALES[place]


def _amounts(fields: Fields, months: int) -> tuple[dict[str, str | None], list[Step]]:
    if not fields.has("monthly_amount") and not fields.has("later_amount"):
        return {"monthly_amount": None, "later_amount": None, "total": None}, []
    first = fields.amount("monthly_amount")
    later = first
    if fields.has("later_amount"):
        later = fields.amount("later_amount")
    total = rules.total_amount(months, monthly_amount=first, later_amount=later)
    amounts = {"monthly_amount": yuan_of(first), "later_amount": yuan_of(later)}
    first_months, later_months = rules.stages(months)
    step = Step(
        name=("All months together", "合计可领金额"),
        formula="{first_months} × {monthly_amount} + {later_months} × {later_amount}",
        numbers={
            "first_months": str(first_months),
            "later_months": str(later_months),
            **amounts,
        },
        result=yuan_of(total),
        source=rules.AMOUNT_RULE,
    )
    return {**amounts, "total": yuan_of(total)}, [step]


def _law_step(years: Decimal, months: int) -> Step:
    return Step(
        name=("Most months by law", "法定最长月数"),
        formula="{years} (≥ 10 → 24, ≥ 5 → 18, ≥ 1 → 12, < 1 → 0)",
        numbers={"years": plain(years)},
        result=str(months),
        source=rules.MONTHS_RULE,
    )


def _scale_step(years: Decimal, scale: tuple[int, Source], by_law: int, months: int) -> Step:
    return Step(
        name=("Months by the region's scale", "地方标准月数"),
        formula="min(⌊{years}⌋ × {months_per_year}, {months_by_law})",
        numbers={
            "years": plain(years),
            "months_per_year": str(scale[0]),
            "months_by_law": str(by_law),
        },
        result=str(months),
        source=scale[1],
    )


def _carried_step(before: int, carried: int, months: int) -> Step:
    return Step(
        name=("With months left from before", "与前次未领月数合并"),
        formula="min({months_by_scale} + {carried_months}, 24)",
        numbers={"months_by_scale": str(before), "carried_months": str(carried)},
        result=str(months),
        source=rules.MONTHS_RULE,
    )
