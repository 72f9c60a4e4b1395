"""What the survivors of somebody insured are paid (企业职工基本养老保险遗属待遇暂行办法).

人社部发〔2021〕18号 (since 2021-09-01), under 社会保险法 第十七条; the account: 第十四条.
The measure is the monthly disposable income of urban residents of the province, of the year before.
"""

from fractions import Fraction
from typing import Final

from api.services.determination.facts import Facts
from api.services.explanation import Calculation, Source, Step
from api.services.money import Fen, to_fen, yuan_of
from api.services.parameters.view import Parameters

FUNERAL_RULE: Final = Source("人社部发〔2021〕18号 第四条", "2021-09-01")
SURVIVORS_RULE: Final = Source("人社部发〔2021〕18号 第五条", "2021-09-01")
ACCOUNT_RULE: Final = Source("社会保险法 第十四条", "2011-07-01")

FUNERAL_MONTHS: Final = 2
SHORT: Final = 5 * 12  # months of contributions below which the benefit is capped
# From so many contribution months on, so many months of the measure.
STEPS: Final = ((10 * 12, 9), (SHORT, 6), (0, 3))
FROM, UP_TO = 15 * 12, 30 * 12  # each year between brings a month more
LEAST_OF_PENSIONER: Final = 9


def months_of_insured(months: int) -> Fraction:
    """Months of the measure for contribution months (第五条（一）, since 2021-09-01).

    3 below 5 years, 6 below 10, 9 up to 15; each year more brings one, parts of a year as twelfths,
    up to 24 for 30 years.
    """
    base = next(count for since, count in STEPS if months >= since)
    return Fraction(base) + Fraction(max(min(months, UP_TO) - FROM, 0), 12)


def months_of_pensioner(months: int, drawn: int) -> Fraction:
    """As for the insured, less one for each year drawn (第五条（二）, since 2021-09-01).

    *drawn* are months; parts of a year as twelfths; never below 9.
    """
    return max(months_of_insured(months) - Fraction(drawn, 12), Fraction(LEAST_OF_PENSIONER))


def capped(funeral: Fen, lump: Fen, own: Fen) -> tuple[Fen, Fen]:
    """Both together are no more than the person's *own* contributions where he has not five years
    of them (人社部发〔2021〕18号 第五条, since 2021-09-01)."""
    first = Fen(min(funeral, own))
    return first, Fen(min(lump, own - first))


def survivors(facts: Facts, parameters: Parameters) -> Calculation:
    """Facts: `months` of contributions, `drawn` months of pension (None: none was granted), `own`
    contributions and the `account` left, in fen; `by_work`: the work injury insurance pays;
    `funeral_paid`: another insurance paid the funeral (社会保险法 第四十九条, since 2011-07-01).

    Raises ParameterMissingError.
    """
    account = Fen(facts.values["account"])
    funeral, lump, steps = (
        (None, None, []) if facts.values["by_work"] else _benefit(facts, parameters)
    )
    parts = {"funeral": funeral, "survivors": lump, "account_left": account or None}
    given = {name: fen for name, fen in parts.items() if fen}
    total = Fen(sum(given.values()))
    if account:
        steps.append(
            Step(
                name=("What is left of the account", "个人账户余额"),
                formula="{account_left}",
                numbers={"account_left": yuan_of(account)},
                result=yuan_of(account),
                source=ACCOUNT_RULE,
            )
        )
    if given:
        steps.append(
            Step(
                name=("Total", "合计"),
                formula=" + ".join(f"{{{name}}}" for name in given),
                numbers={name: yuan_of(fen) for name, fen in given.items()},
                result=yuan_of(total),
                source=SURVIVORS_RULE,
            )
        )
    return Calculation(
        results={
            **{name: yuan_of(given[name]) if name in given else None for name in parts},
            "total": yuan_of(total),
        },
        steps=tuple(steps),
    )


def _benefit(facts: Facts, parameters: Parameters) -> tuple[Fen, Fen, list[Step]]:
    months, drawn = facts.values["months"], facts.values["drawn"]
    income = parameters.fen("old_age.urban_income", facts.region, facts.month)
    count = months_of_insured(months) if drawn is None else months_of_pensioner(months, drawn)
    funeral, lump = Fen(income * FUNERAL_MONTHS), to_fen(income * count)
    printed = yuan_of(income)
    steps = [
        Step(
            name=("Funeral benefit", "丧葬补助金"),
            formula=f"{{province_income}} × {FUNERAL_MONTHS}",
            numbers={"province_income": printed},
            result=yuan_of(funeral),
            source=FUNERAL_RULE,
        )
    ]
    if facts.values.get("funeral_paid"):
        funeral, steps = Fen(0), []
    steps += [
        _months_step(months, drawn, count),
        Step(
            name=("Survivors' benefit", "抚恤金"),
            formula="{province_income} × {survivor_months}",
            numbers={"province_income": printed, "survivor_months": _text(count)},
            result=yuan_of(lump),
            source=SURVIVORS_RULE,
        ),
    ]
    if drawn is None and months < SHORT:
        own = Fen(facts.values["own"])
        both = {"funeral": yuan_of(funeral), "survivors": yuan_of(lump)}
        funeral, lump = capped(funeral, lump, own)
        steps.append(
            Step(
                name=("No more than the own contributions", "不超过本人缴费之和"),
                formula="min({funeral} + {survivors}, {own_contributions})",
                numbers={**both, "own_contributions": yuan_of(own)},
                result=yuan_of(Fen(funeral + lump)),
                source=SURVIVORS_RULE,
            )
        )
    return funeral, lump, steps


def _months_step(months: int, drawn: int | None, count: Fraction) -> Step:
    """How many months of the measure, and why."""
    base = next(least for since, least in STEPS if months >= since)
    formula = f"{base}"
    numbers = {"contribution_months": str(months)}
    if months > FROM:
        formula += f" + (min({{contribution_months}}, {UP_TO}) - {FROM}) ÷ 12"
    else:
        numbers = {}
    if drawn is not None:
        formula = f"max({formula} - {{drawn_months}} ÷ 12, {LEAST_OF_PENSIONER})"
        numbers["drawn_months"] = str(drawn)
    return Step(
        name=("Months of the survivors' benefit", "抚恤金发放月数"),
        formula=formula,
        numbers=numbers,
        result=_text(count),
        source=SURVIVORS_RULE,
    )


def _text(count: Fraction) -> str:
    """Whole months, or with twelfths behind."""
    whole, rest = divmod(count, 1)
    return f"{whole}" if not rest else f"{whole}+{rest * 12}/12"
