"""The parameters of contributions: average wages, bounds of the base, rates, interest."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

ONE = Decimal(1)

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
)
