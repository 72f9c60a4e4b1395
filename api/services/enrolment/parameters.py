"""The parameters of contributions: average wages, bounds of the base, rates, tiers, interest."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

ONE = Decimal(1)
RISK_CLASSES = range(1, 9)  # 人社部发〔2015〕71号 一
TIERS = range(1, 21)  # of residents; 国发〔2014〕8号 names twelve, provinces add their own

PARAMETERS: Final[tuple[ParameterName, ...]] = (
    ParameterName(
        name="average_wage",
        label=("monthly average wage that bases and indices go by", "缴费基数核定用月平均工资"),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
    ParameterName(
        name="base_floor",
        label=("least base, as a share of the average wage", "缴费基数下限比例"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="base_ceiling",
        label=("greatest base, as a multiple of the average wage", "缴费基数上限倍数"),
        unit=Unit.NUMBER,
        least=ONE,
        most=Decimal(10),
    ),
    ParameterName(
        name="base_least",
        label=("least base as the region announced it", "公布的缴费基数下限"),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
    ParameterName(
        name="base_most",
        label=("greatest base as the region announced it", "公布的缴费基数上限"),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
    ParameterName(
        name="contribution_due_day",
        label=(
            "day of the following month by which contributions are due",
            "次月缴费截止日",
        ),
        unit=Unit.NUMBER,
        least=ONE,
        most=Decimal(31),
    ),
    ParameterName(
        name="flexible_months_back",
        label=(
            "months that flexible workers may pay for afterwards",
            "灵活就业人员可补缴月数",
        ),
        unit=Unit.MONTHS,
        most=Decimal(24),
    ),
    ParameterName(
        name="old_age.employer_rate",
        label=("old-age insurance, employer's rate", "养老保险单位费率"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="old_age.own_rate",
        label=("old-age insurance, own rate", "养老保险个人费率"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="old_age.account_rate",
        label=("share of the base that goes to the account", "个人账户计入比例"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="old_age.flexible_rate",
        label=("rate of flexible workers", "灵活就业人员养老保险费率"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="old_age.interest",
        label=("yearly interest of accounts", "个人账户记账利率"),
        unit=Unit.RATE,
        most=ONE,
        lasts=12,
    ),
    ParameterName(
        name="account_interest.provisional",
        label=(
            "1: pensions go by the last rate of interest while a year's own is not announced",
            "当年记账利率公布前按最近公布利率预计：1 是",
        ),
        unit=Unit.NUMBER,
        most=ONE,
    ),
    ParameterName(
        name="unemployment.employer_rate",
        label=("unemployment insurance, employer's rate", "失业保险单位费率"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="unemployment.own_rate",
        label=("unemployment insurance, own rate", "失业保险个人费率"),
        unit=Unit.RATE,
        most=ONE,
    ),
    *(
        ParameterName(
            name=f"work_injury.rate_{number}",
            label=(
                f"work-injury insurance, rate of risk class {number}",
                f"工伤保险{number}类行业费率",
            ),
            unit=Unit.RATE,
            most=ONE,
        )
        for number in RISK_CLASSES
    ),
    *(
        ParameterName(
            name=f"resident.tier_{number}",
            label=(
                f"residents' yearly contribution, tier {number}; 0 is not offered",
                f"城乡居民养老保险第{number}档年缴费标准（0 为不设）",
            ),
            unit=Unit.YUAN,
        )
        for number in TIERS
    ),
    *(
        ParameterName(
            name=f"resident.subsidy_{number}",
            label=(
                f"yearly subsidy of the government to tier {number}",
                f"城乡居民养老保险第{number}档政府缴费补贴",
            ),
            unit=Unit.YUAN,
        )
        for number in TIERS
    ),
    ParameterName(
        name="resident.interest",
        label=("yearly interest of residents' accounts", "城乡居民养老保险个人账户计息利率"),
        unit=Unit.RATE,
        most=ONE,
        lasts=12,
    ),
)
