"""What a death at work gives the family (工伤保险条例 第三十九条)."""

from api.services.determination.facts import Facts
from api.services.explanation import Calculation, Source, Step
from api.services.money import Fen, yuan_of
from api.services.parameters.view import Parameters
from api.services.parts import total_of
from api.services.work_injury import rules
from api.services.work_injury.wage import AVERAGE, counted_wage

INCOME = "work_injury.urban_income"


def death(facts: Facts, parameters: Parameters) -> Calculation:
    """The funeral and, with the fact `full`, the one-off benefit. Raises ParameterMissingError."""
    average = parameters.fen(AVERAGE, facts.region, facts.month)
    return death_by(facts, parameters, base=average, name="average_wage", sources=_SOURCES)


def death_by(
    facts: Facts,
    parameters: Parameters,
    *,
    base: Fen,
    name: str,
    sources: tuple[Source, Source],
) -> Calculation:
    """As `death`, the funeral benefit by a *base* that is called *name*."""
    funeral = Fen(rules.FUNERAL_MONTHS * base)
    steps = [
        Step(
            name=("Funeral benefit", "丧葬补助金"),
            formula=f"{{{name}}} × {{funeral_months}}",
            numbers={name: yuan_of(base), "funeral_months": str(rules.FUNERAL_MONTHS)},
            result=yuan_of(funeral),
            source=sources[0],
        )
    ]
    parts: dict[str, Fen | None] = {"funeral": funeral, "death": None}
    if facts.values["full"]:
        income = parameters.fen(INCOME, facts.region, facts.month)
        once = parts["death"] = Fen(rules.DEATH_YEARS * income)
        steps.append(
            Step(
                name=("Benefit for the death", "一次性死亡补助金"),
                formula="{urban_income} × {death_years}",
                numbers={"urban_income": yuan_of(income), "death_years": str(rules.DEATH_YEARS)},
                result=yuan_of(once),
                source=sources[1],
            )
        )
    total, total_step = total_of(parts, sources[0])
    printed = {part: None if fen is None else yuan_of(fen) for part, fen in parts.items()}
    return Calculation(results={**printed, "total": yuan_of(total)}, steps=(*steps, total_step))


def dependants(facts: Facts, parameters: Parameters) -> Calculation:
    """The pension of one of those whom the dead had supported.

    Further facts: `dependants` [[relationship, alone], …] of all, `which` of them, from 0.
    """
    wage, steps = counted_wage(facts, parameters)
    return dependant_by(facts, wage, steps, name="counted_wage", source=rules.DEPENDANT_RULE)


def dependant_by(
    facts: Facts, base: Fen, steps: list[Step], *, name: str, source: Source
) -> Calculation:
    """As `dependants`, by a *base* that is called *name*."""
    percents = [
        rules.dependant_percent(relationship, alone=alone)
        for relationship, alone in facts.values["dependants"]
    ]
    shares = rules.dependants_shares(percents, base)
    which = int(facts.values["which"])
    formula = f"{{{name}}} × {{dependant_percent}}"
    numbers = {name: yuan_of(base), "dependant_percent": f"{percents[which]}%"}
    if (total := sum(percents)) >= 100:
        formula = f"⌊{formula} × 100 ÷ {{percents}}⌋ ÷ 100 + {{left_over}}"
        numbers["percents"] = f"{total}%"
        numbers["left_over"] = yuan_of(Fen(shares[which] - base * percents[which] // total))
    step = Step(
        name=("Pension of the dependant", "供养亲属抚恤金（按月）"),
        formula=formula,
        numbers=numbers,
        result=yuan_of(shares[which]),
        source=source,
    )
    together = yuan_of(Fen(sum(shares)))
    return Calculation(
        results={"dependant": yuan_of(shares[which]), "together": together},
        steps=(*steps, step),
    )


_SOURCES = (rules.FUNERAL_RULE, rules.DEATH_RULE)
