"""The retirement age of one person, explained."""

import re
from collections.abc import Mapping
from typing import Any

from api.services.explanation import Calculation, Step
from api.services.fields import Fields
from api.services.money import plain
from api.services.months import Month
from api.services.retirement_age import rules
from api.services.retirement_age.rules import CATEGORIES, Category

FIELDS = ("category", "birth")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def calculate(given: Mapping[str, Any]) -> Calculation:
    """From `category` and `birth` (YYYY-MM). Raises CalculationError."""
    fields = Fields(given, FIELDS)
    category = _category(fields)
    birth = _birth(fields, category)
    age = rules.legal_age(category, birth)
    month = birth.after(age)
    delay = rules.delay(category, birth)
    early, late = rules.choice(category, birth)
    minimum = plain(rules.minimum_years(month.year))
    results: dict[str, str | int | None] = {
        "retirement_age": age_text(age),
        "retirement_month": str(month),
        "months": age,
        "delay_months": delay,
        "minimum_years": minimum,
        "earliest_age": age_text(early),
        "earliest_month": str(birth.after(early)),
        "latest_age": age_text(late),
        "latest_month": str(birth.after(late)),
    }
    steps = [_age_step(category, birth), _month_step(category, birth)]
    steps.append(
        Step(
            name=("Minimum contribution years", "最低缴费年限"),
            formula="15 + min(max({retirement_year} - 2029, 0), 10) ÷ 2",
            numbers={"retirement_year": str(month.year)},
            result=minimum,
            source=rules.MINIMUM_YEARS_RULE,
        )
    )
    if delay:
        steps += _choice_steps(category, birth)
    return Calculation(results=results, steps=tuple(steps))


def age_text(months: int) -> str:
    """An age as the official tables print it."""
    return f"{months // 12}岁{months % 12}个月"


def _category(fields: Fields) -> Category:
    name = fields.text("category")
    if name not in CATEGORIES:
        names = ", ".join(CATEGORIES)
        raise fields.wrong(
            "category",
            ("is no category of the tables", "不是对照表中的人员类别"),
            (f"Give one of: {names}.", f"请填写其中之一：{names}。"),
        )
    return CATEGORIES[name]


def _birth(fields: Fields, category: Category) -> Month:
    found = _MONTH.fullmatch(fields.text("birth"))
    if not found:
        raise fields.wrong(
            "birth",
            ("is not a month", "不是年月"),
            ("Give year and month like 1965-04.", "请按 1965-04 的形式填写年月。"),
        )
    birth = Month.of(int(found[1]), int(found[2]))
    first, last = rules.first_birth_of_tables(category), rules.LAST_BIRTH
    if not first <= birth <= last:
        raise fields.wrong(
            "birth",
            (f"is not from {first} to {last}", f"不在 {first} 至 {last} 之间"),
            ("Check the month of birth and the category.", "请核对出生年月与人员类别。"),
        )
    return birth


def _age_step(category: Category, birth: Month) -> Step:
    age = str(rules.legal_age(category, birth))
    since = birth.number - category.first_birth.number
    if since < 0:
        return Step(
            name=("Retirement age in months", "法定退休年龄（月）"),
            formula="{original_age}",
            numbers={"original_age": str(category.original_age)},
            result=age,
            source=rules.FORMER_RULE,
        )
    return Step(
        name=("Retirement age in months", "法定退休年龄（月）"),
        formula="{original_age} + min(⌊{months_since} ÷ {step_months}⌋ + 1, {most_delay})",
        numbers={
            "original_age": str(category.original_age),
            "months_since": str(since),
            "step_months": str(category.step),
            "most_delay": str(category.most_delay),
        },
        result=age,
        source=rules.DELAY_RULE,
    )


def _month_step(category: Category, birth: Month) -> Step:
    age = rules.legal_age(category, birth)
    delayed = rules.delay(category, birth)
    return Step(
        name=("Retirement month", "退休时间"),
        formula="{birth} + {age_in_months}",
        numbers={"birth": str(birth), "age_in_months": str(age)},
        result=str(birth.after(age)),
        source=rules.DELAY_RULE if delayed else rules.FORMER_RULE,
    )


def _choice_steps(category: Category, birth: Month) -> list[Step]:
    age = str(rules.legal_age(category, birth))
    early, late = rules.choice(category, birth)
    return [
        Step(
            name=(
                "Earliest by choice, with the minimum years (age in months)",
                "弹性提前最早年龄（须达到最低缴费年限；月）",
            ),
            formula=f"max({{original_age}}, {{age_in_months}} - {rules.MOST_CHOICE})",
            numbers={"original_age": str(category.original_age), "age_in_months": age},
            result=str(early),
            source=rules.CHOICE_RULE,
        ),
        Step(
            name=(
                "Latest by choice, agreed with the employer (age in months)",
                "弹性延迟最晚年龄（须与单位协商一致；月）",
            ),
            formula=f"{{age_in_months}} + {rules.MOST_CHOICE}",
            numbers={"age_in_months": age},
            result=str(late),
            source=rules.CHOICE_RULE,
        ),
    ]
