"""What an injury at work gives, from facts and the region's parameters.

The facts of all: `wages` [base in fen, …] of the twelve months before it happened, `declared` in
fen where there are none yet, and `happened`, its month.
"""

from collections.abc import Mapping
from typing import Any, Final

from api.services.determination.facts import Determine, Facts
from api.services.explanation import Calculation, Step
from api.services.money import Fen, yuan_of
from api.services.months import Month
from api.services.parameters.view import Parameters
from api.services.parts import total_of
from api.services.work_injury import rules
from api.services.work_injury.calculation import calculate
from api.services.work_injury.death import death, dependants
from api.services.work_injury.wage import AVERAGE, counted_wage

Results = dict[str, str | int | None]


def disability(facts: Facts, parameters: Parameters) -> Calculation:
    """Further facts: `grade` 1 to 11, `care`, `lump_before` months paid by an earlier grade, and
    `leaves`, the month in which he leaves the employer. Raises ParameterMissingError."""
    values, grade = facts.values, int(facts.values["grade"])
    before = int(values["lump_before"])
    wage, steps = counted_wage(facts, parameters)
    results: Results = {"own_wage": yuan_of(wage), "lump": None, "monthly_allowance": None}
    if grade < rules.BELOW_THE_GRADES:
        given = {"grade": str(grade), "own_wage": yuan_of(wage)}
        if grade in rules.MONTHLY_PERCENT:
            minimum = parameters.fen("minimum_wage", facts.region, facts.month)
            given["minimum_wage"] = yuan_of(minimum)
        found = calculate(given)
        results |= {name: found.results[name] for name in ("lump_months", "lump")}
        allowance = found.results["monthly_allowance"]
        own_fund = grade < rules.FIRST_EMPLOYER_GRADE
        results["monthly_allowance" if own_fund else "employer_allowance"] = allowance
        steps += [one for one in found.steps[:-1] if not (before and "lump_months" in one.numbers)]
    if before:
        results["lump"] = lump_difference(facts, parameters, grade, before, wage, steps)
    add_care(facts, parameters, results, steps)
    if values["leaves"] is not None and rules.FIRST_LEAVING_GRADE <= grade <= 10:
        _leaving(facts, parameters, grade, wage, results, steps)
    once = {name: _fen(results.get(name)) for name in ("lump", "medical")}
    if any(once.values()):
        total, step = total_of(once, rules.LUMP_RULE)
        results["total"] = yuan_of(total)
        steps.append(step)
    return Calculation(results=results, steps=tuple(steps))


def rise(facts: Facts, parameters: Parameters) -> Calculation:
    """A monthly benefit in another year (条例 第四十条): `before` in fen, `benefit` as its result
    is named, `grade`, `care`. Raises ParameterMissingError."""
    values, name = facts.values, str(facts.values["benefit"])
    if name == "care":
        results: Results = {}
        steps: list[Step] = []
        add_care(facts, parameters, results, steps)
        return Calculation(results=results, steps=tuple(steps))
    which = "dependant" if name == "dependant" else str(values["grade"])
    more = parameters.fen(f"work_injury.rise_{which}", facts.region, facts.month)
    before = Fen(int(values["before"]))
    amount = yuan_of(Fen(before + more))
    step = Step(
        name=("Yearly adjustment", "年度调整"),
        formula="{before} + {rise}",
        numbers={"before": yuan_of(before), "rise": yuan_of(more)},
        result=amount,
        source=rules.ADJUSTMENT_RULE,
    )
    return Calculation(results={name: amount}, steps=(step,))


def beside_pension(facts: Facts, _parameters: Parameters) -> Calculation:
    """What a pension leaves of an allowance (条例 第三十五条): `before`, `pension` in fen."""
    before, pension = Fen(int(facts.values["before"])), Fen(int(facts.values["pension"]))
    amount = yuan_of(Fen(max(0, before - pension)))
    step = Step(
        name=("What the pension lacks", "养老金低于伤残津贴的差额"),
        formula="max(0, {before} − {pension})",
        numbers={"before": yuan_of(before), "pension": yuan_of(pension)},
        result=amount,
        source=rules.BESIDE_PENSION_RULE,
    )
    return Calculation(results={"monthly_allowance": amount}, steps=(step,))


def lump_difference(
    facts: Facts,
    parameters: Parameters,
    grade: int,
    before: int,
    wage: Fen,
    steps: list[Step],
) -> str | None:
    """What a graver grade adds to the lump sum that was paid, where the region pays it."""
    months = rules.LUMP_MONTHS.get(grade, 0)
    if months <= before:
        return None
    if not parameters.whole("work_injury.review_lump", facts.region, facts.month):
        return None
    amount = yuan_of(Fen((months - before) * wage))
    steps.append(
        Step(
            name=("Difference of the lump sum", "一次性伤残补助金差额"),
            formula="{counted_wage} × ({lump_months} − {lump_before})",
            numbers={
                "counted_wage": yuan_of(wage),
                "lump_months": str(months),
                "lump_before": str(before),
            },
            result=amount,
            source=rules.REVIEW_RULE,
        )
    )
    return amount


def add_care(
    facts: Facts,
    parameters: Parameters,
    results: Results,
    steps: list[Step],
    *,
    parameter: str = AVERAGE,
) -> None:
    """Add the care allowance, by the average wage that a *parameter* is."""
    care = str(facts.values["care"])
    results["care"] = None
    if care not in rules.CARE_PERCENT:
        return
    average = parameters.fen(parameter, facts.region, facts.month)
    amount = rules.care_allowance(care, average)
    results["care"] = yuan_of(amount or Fen(0))
    steps.append(
        Step(
            name=("Care allowance", "生活护理费（按月）"),
            formula="{average_wage} × {care_percent}",
            numbers={
                "average_wage": yuan_of(average),
                "care_percent": f"{rules.CARE_PERCENT[care]}%",
            },
            result=str(results["care"]),
            source=rules.CARE_RULE,
        )
    )


def _leaving(
    facts: Facts,
    parameters: Parameters,
    grade: int,
    wage: Fen,
    results: Results,
    steps: list[Step],
) -> None:
    """The lump sums on leaving: for treatment from the fund, for new work from the employer."""
    region, month = facts.region, Month.parse(str(facts.values["leaves"]))
    by_average = parameters.whole("work_injury.leaving_by_average", region, month)
    base = parameters.fen(AVERAGE, region, month) if by_average else wage
    for name, label in _LEAVING.items():
        parameter = f"work_injury.{name}_months_{grade}"
        months = parameters.whole(parameter, region, month)
        results[name] = yuan_of(Fen(months * base))
        steps.append(
            Step(
                name=label,
                formula=f"{{leaving_wage}} × {{{name}_months}}",
                numbers={"leaving_wage": yuan_of(base), f"{name}_months": str(months)},
                result=str(results[name]),
                source=rules.LEAVING_RULE,
            )
        )


_LEAVING: Final[Mapping[str, tuple[str, str]]] = {
    "medical": ("Medical lump sum", "一次性工伤医疗补助金"),
    "employment": ("Employment lump sum (the employer pays)", "一次性伤残就业补助金（单位支付）"),
}


def _fen(printed: Any) -> Fen | None:
    return None if printed is None else Fen(int(str(printed).replace(".", "")))


DETERMINATIONS: Final[Mapping[str, Determine]] = {
    "work_injury.disability": disability,
    "work_injury.death": death,
    "work_injury.dependant": dependants,
    "work_injury.rise": rise,
    "work_injury.beside_pension": beside_pension,
}
