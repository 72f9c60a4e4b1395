"""The pension of an employee from his record and the region's parameters: what is kept of it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from api.services.determination.facts import Determine, Facts
from api.services.explanation import Calculation, Step
from api.services.money import Fen, fen_of, plain, to_fen, yuan_of
from api.services.months import Month
from api.services.old_age import adjustment, index, rules, survivors
from api.services.old_age.index import Indexed
from api.services.old_age.provisional import Lookup
from api.services.old_age.sheet import HUNDRED, Sheet, Transition, award, years_text
from api.services.parameters.view import Parameters


def pension(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `paid` [[region, month, base in fen]…], `deemed` [[months, index]…], `account` in fen,
    `age` in months at retirement; `transition` in fen where the region's rule is none of the
    formula. Raises ServiceError."""
    values, region, month = facts.values, facts.region, facts.month
    lookup = Lookup(parameters, region, month)
    base = lookup.fen("old_age.base", region, month)
    city_base = lookup.find("old_age.city_base", region, month) or base
    exact = parameters.find("old_age.years_exact", region, month) == 1
    paid, deemed = index.paid(values, lookup), index.deemed(values)
    every = index.both(paid, deemed)
    years = rules.years_of(every.months, exact=exact)
    age = min(values["age"], rules.LAST_AGE * 12)
    extra, extra_steps = _increase(facts, parameters, Fraction(every.average) * city_base, years)
    made = award(
        Sheet(
            provincial_base=base,
            city_base=city_base,
            avg_index=every.average,
            years=years,
            account=Fen(values["account"]),
            divisor=rules.divisor_at(age),
            age=age,
            transition=_transition(facts, parameters, lookup, every=every, base=base, exact=exact),
            extra=extra,
            extra_steps=extra_steps,
        )
    )
    return Calculation(
        results={**made.results, "contribution_months": every.months},
        steps=(
            *_provisional(lookup, base),
            *index.steps(paid, deemed, exact=exact),
            *made.steps,
        ),
    )


def _transition(
    facts: Facts,
    parameters: Parameters,
    lookup: Lookup,
    *,
    every: Indexed,
    base: Fen,
    exact: bool,
) -> Transition | Fen | None:
    """For deemed months, and those paid before the region's accounts began."""
    values, region, month = facts.values, facts.region, facts.month
    if values.get("transition") is not None:
        return Fen(values["transition"])
    began = parameters.find("old_age.accounts_since", region, month)
    months = index.deemed(values)
    if began is not None:
        first = Month.of(*divmod(int(began), 100))
        months = index.both(months, index.paid(values, lookup, before=first))
    if not months.months:
        return None
    own = parameters.find("old_age.transition_own_index", region, month) == 1
    return Transition(
        base=lookup.find("old_age.transition_base", region, month) or base,
        index=months.average if own else every.average,
        years=rules.years_of(months.months, exact=exact),
        coefficient=parameters.number("old_age.transition_coefficient", region, month),
    )


def _increase(
    facts: Facts, parameters: Parameters, indexed_wage: Fraction, years: Fraction
) -> tuple[Fen | None, tuple[Step, ...]]:
    """What the region adds (地方增发): fixed, for each year, and by the indexed wage."""
    found = {
        name: parameters.find(f"old_age.{name}", facts.region, facts.month)
        for name in ("increase_fixed", "increase_per_year", "increase_rate")
    }
    given = {name: value for name, value in found.items() if value}
    if not given:
        return None, ()
    increase = rules.local_increase(
        fixed=fen_of(given["increase_fixed"]) if "increase_fixed" in given else Fen(0),
        per_year=fen_of(given["increase_per_year"]) if "increase_per_year" in given else Fen(0),
        rate=given.get("increase_rate") or HUNDRED * 0,
        indexed_wage=indexed_wage,
        years=years,
    )
    parts = {
        "increase_fixed": "{increase_fixed}",
        "increase_per_year": "{increase_per_year} × {years}",
        "increase_rate": "{indexed_wage} × {years} × {increase_rate}",
    }
    numbers = {
        name: f"{plain(value * HUNDRED)}%" if name == "increase_rate" else yuan_of(fen_of(value))
        for name, value in given.items()
    }
    if "increase_rate" in given:
        numbers["indexed_wage"] = yuan_of(to_fen(indexed_wage))
    if len(numbers) > 1 or "increase_per_year" in given:
        numbers["years"] = years_text(years)
    step = Step(
        name=("Local increase", "地方增发"),
        formula=" + ".join(parts[name] for name in given),
        numbers=numbers,
        result=yuan_of(increase),
        source=rules.LOCAL_AMOUNT,
    )
    return increase, (step,)


def _provisional(lookup: Lookup, base: Fen) -> list[Step]:
    """Said where the base is last year's: the award is provisional."""
    if not lookup.provisional:
        return []
    return [
        Step(
            name=(
                "Provisional: by the year before, until this year's is announced",
                "预发：本年度基数公布前按上年度标准，公布后重新核定并补差",
            ),
            formula="{provincial_base}",
            numbers={"provincial_base": yuan_of(base)},
            result=yuan_of(base),
            source=rules.PROVISIONAL,
        )
    ]


DETERMINATIONS: Final[Mapping[str, Determine]] = {
    "old_age.pension": pension,
    "old_age.adjustment": adjustment.adjustment,
    "old_age.survivors": survivors.survivors,
}


def facts_values(
    *, paid: Any, deemed: Any, account: Fen, age: int, transition: Fen | None
) -> dict[str, Any]:
    """The values of a pension's facts; *transition* is left out where the formula applies."""
    values = {"age": age, "account": int(account), "paid": paid, "deemed": deemed}
    return values if transition is None else {**values, "transition": int(transition)}
