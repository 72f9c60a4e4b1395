"""The own wage that benefits after an injury go by (工伤保险条例 第六十四条)."""

from typing import Final

from api.services.determination.facts import Facts
from api.services.explanation import Step
from api.services.money import Fen, yuan_of
from api.services.months import Month
from api.services.parameters.view import Parameters
from api.services.work_injury import rules

AVERAGE: Final = "average_wage"


def counted_wage(facts: Facts, parameters: Parameters) -> tuple[Fen, list[Step]]:
    """The mean of the bases before the injury, within the bounds, and how it came to be.

    Who had no contribution yet has the wage that was declared for him.
    """
    values, happened = facts.values, Month.parse(str(facts.values["happened"]))
    wages = [Fen(int(one)) for one in values["wages"]]
    own = rules.mean_wage(wages) if wages else Fen(int(values["declared"]))
    average = parameters.fen(AVERAGE, facts.region, happened)
    counted = rules.counted_wage(own, average)
    return counted, [_own_step(wages, own), _bounds_step(own, average, counted)]


def _own_step(wages: list[Fen], own: Fen) -> Step:
    formula, numbers = "{declared_wage}", {"declared_wage": yuan_of(own)}
    if wages:
        formula = "{base_sum} ÷ {base_months}"
        numbers = {"base_sum": yuan_of(Fen(sum(wages))), "base_months": str(len(wages))}
    return Step(
        name=("Own wage", "本人工资"),
        formula=formula,
        numbers=numbers,
        result=yuan_of(own),
        source=rules.WAGE_RULE,
    )


def _bounds_step(own: Fen, average: Fen, counted: Fen) -> Step:
    return Step(
        name=("Wage that counts", "计算用本人工资"),
        formula="min(max({own_wage}, {average_wage} × 60%), {average_wage} × 300%)",
        numbers={"own_wage": yuan_of(own), "average_wage": yuan_of(average)},
        result=yuan_of(counted),
        source=rules.WAGE_RULE,
    )
