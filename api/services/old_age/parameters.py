"""The parameters of the pension of employees, of its adjustment, and of what survivors get.

A number that is a choice says so in its label: 1 is yes, 0 or nothing set is no.
"""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

ONE = Decimal(1)


def _choice(name: str, en: str, zh: str) -> ParameterName:
    return ParameterName(
        name=name, label=(f"{en} (1: yes)", f"{zh}（1 为是）"), unit=Unit.NUMBER, most=ONE
    )


def _of_a_year(name: str, en: str, zh: str, *, unit: Unit = Unit.YUAN) -> ParameterName:
    most = ONE if unit is Unit.RATE else Decimal(1_000_000)
    return ParameterName(name=name, label=(en, zh), unit=unit, most=most, lasts=12)


PARAMETERS: Final[tuple[ParameterName, ...]] = (
    ParameterName(
        name="old_age.base",
        label=("base of pensions", "养老金计发基数"),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
    ParameterName(
        name="old_age.city_base",
        label=("base for the indexed wage, where it is another", "本人指数化工资所用基数"),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
    _choice(
        "old_age.provisional",
        "grant by the year before while this year's base is not announced",
        "当年基数公布前按上年度标准预发",
    ),
    _choice(
        "old_age.years_exact",
        "years are exact twelfths, not rounded to two decimals",
        "缴费年限按月数精确折算，不保留两位小数",
    ),
    ParameterName(
        name="old_age.accounts_since",
        label=(
            "month in which accounts began, as 199601: months before it count for the transition",
            "建立个人账户年月（如 199601），此前缴费计入过渡性养老金年限",
        ),
        unit=Unit.NUMBER,
        least=Decimal(199_001),
        most=Decimal(201_012),
    ),
    ParameterName(
        name="old_age.transition_coefficient",
        label=("transition coefficient for a year", "过渡系数"),
        unit=Unit.RATE,
        least=Decimal("0.005"),
        most=Decimal("0.02"),
    ),
    ParameterName(
        name="old_age.transition_base",
        label=("base of the transitional pension, where it is another", "过渡性养老金基数"),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
    _choice(
        "old_age.transition_own_index",
        "the transition goes by the index of its own months, not by the average one",
        "过渡性养老金按过渡年限本身的指数计算",
    ),
    ParameterName(
        name="old_age.increase_fixed",
        label=("fixed increase of new pensions", "新核定养老金定额增发"),
        unit=Unit.YUAN,
    ),
    ParameterName(
        name="old_age.increase_per_year",
        label=("increase of new pensions for each year", "新核定养老金每年增发额"),
        unit=Unit.YUAN,
    ),
    ParameterName(
        name="old_age.increase_rate",
        label=(
            "increase of new pensions for each year, as a share of the indexed wage",
            "新核定养老金每年按指数化工资增发比例",
        ),
        unit=Unit.RATE,
        most=Decimal("0.05"),
    ),
    _of_a_year("old_age.adjustment_fixed", "adjustment: fixed amount", "调整：定额"),
    _of_a_year(
        "old_age.adjustment_per_year", "adjustment: for each year", "调整：缴费年限每年挂钩额"
    ),
    _of_a_year(
        "old_age.adjustment_per_year_15",
        "adjustment: for each year beyond 15",
        "调整：超过15年部分每年挂钩额",
    ),
    _of_a_year(
        "old_age.adjustment_per_year_30",
        "adjustment: for each year beyond 30",
        "调整：超过30年部分每年挂钩额",
    ),
    _of_a_year(
        "old_age.adjustment_least_years",
        "adjustment: least years that count",
        "调整：挂钩年限下限",
        unit=Unit.NUMBER,
    ),
    _of_a_year(
        "old_age.adjustment_rate",
        "adjustment: share of the pension",
        "调整：按养老金水平挂钩比例",
        unit=Unit.RATE,
    ),
    *(
        _of_a_year(
            f"old_age.adjustment_age_{age}",
            f"adjustment: from {age} years of age on",
            f"调整：年满{age}周岁倾斜额",
        )
        for age in (70, 75, 80)
    ),
    _of_a_year(
        "old_age.urban_income",
        "monthly disposable income of urban residents, of the year before",
        "上一年度城镇居民月人均可支配收入",
    ),
    ParameterName(
        name="life_proof.grace_months",
        label=(
            "months that are still paid after a proof of life has lapsed",
            "资格认证到期后宽限月数",
        ),
        unit=Unit.MONTHS,
        most=Decimal(24),
    ),
)
