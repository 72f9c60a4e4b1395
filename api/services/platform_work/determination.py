"""What an injury of a platform worker gives, from facts and the region's parameters.

The base is the region's, not the worker's own: his income comes from several platforms.
"""

from collections.abc import Mapping
from typing import Final

from api.services.determination.facts import Determine, Facts
from api.services.explanation import Calculation, Step
from api.services.money import Fen, plain, yuan_of
from api.services.parameters.view import Parameters
from api.services.parts import total_of
from api.services.platform_work import rules
from api.services.work_injury.death import death_by, dependant_by
from api.services.work_injury.determination import Results, add_care, lump_difference
from api.services.work_injury.rules import BELOW_THE_GRADES, LUMP_MONTHS


def disability(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `grade` 1 to 11, `care`, `lump_before` months paid by an earlier grade.

    Raises ParameterMissingError.
    """
    values, grade = facts.values, int(facts.values["grade"])
    base, steps = _base(facts, parameters)
    results: Results = {"benefit_base": yuan_of(base), "lump": None, "monthly_allowance": None}
    if grade < BELOW_THE_GRADES:
        _grade(grade, base, results, steps)
    if before := int(values["lump_before"]):
        steps = [one for one in steps if "lump_months" not in one.numbers]  # it was paid before
        results["lump"] = lump_difference(facts, parameters, grade, before, base, steps)
    add_care(facts, parameters, results, steps, parameter="platform_work.care_wage")
    parts = {name: _fen(results.get(name)) for name in ("lump", "once")}
    if any(parts.values()):
        total, step = total_of(parts, rules.DISABILITY_RULE)
        results["total"] = yuan_of(total)
        steps.append(step)
    return Calculation(results=results, steps=tuple(steps))


def death(facts: Facts, parameters: Parameters) -> Calculation:
    """The funeral and, with the fact `full`, the one-off benefit. Raises ParameterMissingError."""
    base, steps = _base(facts, parameters)
    sources = (rules.DEATH_RULE, rules.DEATH_RULE)
    found = death_by(facts, parameters, base=base, name="benefit_base", sources=sources)
    return Calculation(results=found.results, steps=(*steps, *found.steps))


def dependants(facts: Facts, parameters: Parameters) -> Calculation:
    """The pension of one of those whom the dead had supported; together at most the base.

    Facts: `dependants` [[relationship, alone], …] of all, `which` of them, from 0.
    """
    base, steps = _base(facts, parameters)
    return dependant_by(facts, base, steps, name="benefit_base", source=rules.DEATH_RULE)


def _base(facts: Facts, parameters: Parameters) -> tuple[Fen, list[Step]]:
    region, month = facts.region, facts.month
    wage = parameters.fen("platform_work.average_wage", region, month)
    share = parameters.number("platform_work.benefit_share", region, month)
    base = rules.benefit_base(wage, share)
    step = Step(
        name=("Base of the benefits", "待遇计发基数"),
        formula="{private_wage} × {benefit_share}",
        numbers={"private_wage": yuan_of(wage), "benefit_share": plain(share)},
        result=yuan_of(base),
        source=rules.BASE_RULE,
    )
    return base, [step]


def _grade(grade: int, base: Fen, results: Results, steps: list[Step]) -> None:
    """What the grade gives: once, by the month, or once instead of by the month."""
    months = LUMP_MONTHS[grade]
    results["lump_months"], results["lump"] = months, yuan_of(Fen(months * base))
    steps.append(
        _step(("Lump sum for disability", "一次性伤残补助金"), "lump_months", months, base)
    )
    if (monthly := rules.allowance(grade, base)) is not None:
        results["monthly_allowance"] = yuan_of(monthly)
        steps.append(
            Step(
                name=("Monthly allowance", "伤残津贴（按月）"),
                formula="{benefit_base} × {percent}",
                numbers={
                    "benefit_base": yuan_of(base),
                    "percent": f"{rules.ALLOWANCE_PERCENT[grade]}%",
                },
                result=yuan_of(monthly),
                source=rules.DISABILITY_RULE,
            )
        )
    if (once := rules.once(grade, base)) is not None:
        results["once"] = yuan_of(once)
        label = ("One-off allowance", "一次性津贴")
        steps.append(_step(label, "once_months", rules.ONCE_MONTHS[grade], base))


def _step(label: tuple[str, str], name: str, months: int, base: Fen) -> Step:
    return Step(
        name=label,
        formula=f"{{benefit_base}} × {{{name}}}",
        numbers={"benefit_base": yuan_of(base), name: str(months)},
        result=yuan_of(Fen(months * base)),
        source=rules.DISABILITY_RULE,
    )


def _fen(printed: str | int | None) -> Fen | None:
    return None if printed is None else Fen(int(str(printed).replace(".", "")))


DETERMINATIONS: Final[Mapping[str, Determine]] = {
    "platform_work.disability": disability,
    "platform_work.death": death,
    "platform_work.dependant": dependants,
}
