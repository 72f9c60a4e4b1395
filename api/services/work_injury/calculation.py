"""The award for a disability by an injury at work, explained."""

from collections.abc import Mapping
from typing import Any

from api.services.explanation import Calculation, Step
from api.services.fields import Fields
from api.services.money import Fen, yuan_of
from api.services.parts import total_of
from api.services.work_injury import rules

FIELDS = (
    "grade",
    "own_wage",
    "average_wage",
    "minimum_wage",
    "medical_months",
    "employment_months",
)
MOST_LEAVING_MONTHS = 120


def calculate(given: Mapping[str, Any]) -> Calculation:
    """From `grade`, `own_wage` and what the region sets. Raises CalculationError.

    `total` adds what is paid once.
    """
    fields = Fields(given, FIELDS)
    grade = fields.whole("grade", least=1, most=10)
    wage, steps = _wage(fields)
    minimum_wage = fields.amount_if_given("minimum_wage") or Fen(0)
    lump = rules.lump_sum(grade, wage)
    steps.append(_months_step("lump", rules.LUMP_MONTHS[grade], wage, lump))
    allowance = rules.monthly_allowance(grade, wage, minimum_wage)
    if allowance is not None:
        steps.append(_allowance_step(grade, wage, minimum_wage, allowance))
    once: dict[str, Fen | None] = {"lump": lump}
    for name in ("medical", "employment"):
        once[name] = _leaving(fields, name, grade, wage, steps)
    total, total_step = total_of(once, rules.LUMP_RULE)
    return Calculation(
        results={
            "lump_months": rules.LUMP_MONTHS[grade],
            **{name: None if fen is None else yuan_of(fen) for name, fen in once.items()},
            "monthly_allowance": None if allowance is None else yuan_of(allowance),
            "total": yuan_of(total),
            "months": rules.LUMP_MONTHS[grade],
        },
        steps=(*steps, total_step),
    )


def _wage(fields: Fields) -> tuple[Fen, list[Step]]:
    own = fields.amount("own_wage", least="0.01")
    average = fields.amount_if_given("average_wage", least="0.01")
    if average is None:
        return own, []
    wage = rules.counted_wage(own, average)
    step = Step(
        name=("Wage that counts", "计算用本人工资"),
        formula="min(max({own_wage}, {average_wage} × 60%), {average_wage} × 300%)",
        numbers={"own_wage": yuan_of(own), "average_wage": yuan_of(average)},
        result=yuan_of(wage),
        source=rules.WAGE_RULE,
    )
    return wage, [step]


_NAMES = {
    "lump": ("Lump sum for disability", "一次性伤残补助金"),
    "medical": ("Lump sum for treatment", "一次性工伤医疗补助金"),
    "employment": ("Lump sum for new employment", "一次性伤残就业补助金"),
}


def _leaving(fields: Fields, name: str, grade: int, wage: Fen, steps: list[Step]) -> Fen | None:
    """A lump sum on leaving the employer, and its step; None without the province's months."""
    field = f"{name}_months"
    if not fields.has(field):
        return None
    months = fields.whole(field, least=0, most=MOST_LEAVING_MONTHS)
    if grade < rules.FIRST_LEAVING_GRADE:
        raise fields.wrong(
            field,
            ("belongs to grades 5 to 10", "仅适用于五级至十级"),
            ("Remove it, or correct the grade.", "请删除该字段或更正等级。"),
        )
    amount = Fen(months * wage)
    steps.append(_months_step(name, months, wage, amount))
    return amount


def _months_step(name: str, months: int, wage: Fen, amount: Fen) -> Step:
    field = f"{name}_months"
    return Step(
        name=_NAMES[name],
        formula=f"{{counted_wage}} × {{{field}}}",
        numbers={"counted_wage": yuan_of(wage), field: str(months)},
        result=yuan_of(amount),
        source=rules.LUMP_RULE if name == "lump" else rules.LEAVING_RULE,
    )


def _allowance_step(grade: int, wage: Fen, minimum_wage: Fen, allowance: Fen) -> Step:
    hard = grade >= rules.FIRST_LEAVING_GRADE
    return Step(
        name=(
            "Monthly allowance, if no work can be arranged" if hard else "Monthly allowance",
            "伤残津贴（难以安排工作的，按月）" if hard else "伤残津贴（按月）",
        ),
        formula="max({counted_wage} × {percent}, {minimum_wage})",
        numbers={
            "counted_wage": yuan_of(wage),
            "percent": f"{rules.MONTHLY_PERCENT[grade]}%",
            "minimum_wage": yuan_of(minimum_wage),
        },
        result=yuan_of(allowance),
        source=rules.ALLOWANCE_RULE,
    )
