"""The pension of a resident, and what a death brings, from facts and the region's parameters."""

from collections.abc import Mapping
from typing import Any, Final

from api.services.determination.facts import Determine, Facts
from api.services.explanation import Calculation, Step
from api.services.money import Fen, fen_of, yuan_of
from api.services.months import Month
from api.services.parameters.view import Parameters
from api.services.parts import total_of
from api.services.resident_old_age import rules
from api.services.resident_old_age.calculation import calculate
from api.services.resident_old_age.parameters import AGES


def pension(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `months` of contributions, `account` in fen, `birth` (YYYY-MM).

    The facts' month is the one for which the amount holds. Raises ParameterMissingError.
    """
    values, region, month = facts.values, facts.region, facts.month
    supplement = _supplement(facts, parameters)
    per_year = parameters.find("resident.extra_per_year", region, month)
    given: dict[str, Any] = {
        "base": yuan_of(parameters.fen("resident.base", region, month)),
        "account": yuan_of(Fen(values["account"])),
        "years": str(values["months"] // rules.YEAR),
        "extra_per_year": None if per_year is None else yuan_of(fen_of(per_year)),
        "extra": None if supplement is None else yuan_of(supplement),
    }
    return calculate({name: value for name, value in given.items() if value is not None})


def death(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `account` left, in fen; `funeral_paid` by another insurance (社会保险法 第四十九条).

    Raises ParameterMissingError.

    The funeral benefit where the region has one (国发〔2014〕8号 七, since 2014-02-21).
    """
    funeral, steps = (None, []) if facts.values.get("funeral_paid") else _funeral(facts, parameters)
    account = Fen(facts.values["account"]) or None
    parts = {"funeral": funeral, "account_left": account}
    if account is not None:
        steps.append(
            Step(
                name=("What is left of the account", "个人账户余额"),
                formula="{account_left}",
                numbers={"account_left": yuan_of(account)},
                result=yuan_of(account),
                source=rules.PENSION_RULE,
            )
        )
    total = Fen(0)
    if funeral is not None or account is not None:
        total, step = total_of(parts, rules.CONDITION_RULE)
        steps.append(step)
    results = {name: None if fen is None else yuan_of(fen) for name, fen in parts.items()}
    return Calculation(results={**results, "total": yuan_of(total)}, steps=tuple(steps))


def _supplement(facts: Facts, parameters: Parameters) -> Fen | None:
    """Of the ages that somebody has reached and the region has a supplement for, the highest."""
    age = rules.age_in(Month.parse(facts.values["birth"]), facts.month)
    for tier in AGES:
        if age >= tier:
            found = parameters.find(f"resident.age_{tier}", facts.region, facts.month)
            if found is not None:
                return fen_of(found)
    return None


def _funeral(facts: Facts, parameters: Parameters) -> tuple[Fen | None, list[Step]]:
    region, month = facts.region, facts.month
    amount = parameters.find("resident.funeral", region, month)
    count = parameters.find("resident.funeral_months", region, month)
    name = ("Funeral benefit", "丧葬补助金")
    if amount:
        fen = fen_of(amount)
        numbers = {"funeral": yuan_of(fen)}
        return fen, [_step(name, "{funeral}", numbers, fen)]
    if count:
        base = parameters.fen("resident.base", region, month)
        fen = Fen(base * int(count))
        numbers = {"resident_base": yuan_of(base), "resident_funeral_months": str(int(count))}
        return fen, [_step(name, "{resident_base} × {resident_funeral_months}", numbers, fen)]
    return None, []


def _step(name: tuple[str, str], formula: str, numbers: Mapping[str, str], result: Fen) -> Step:
    return Step(
        name=name,
        formula=formula,
        numbers=numbers,
        result=yuan_of(result),
        source=rules.CONDITION_RULE,
    )


DETERMINATIONS: Final[Mapping[str, Determine]] = {
    "resident_old_age.pension": pension,
    "resident_old_age.death": death,
}
