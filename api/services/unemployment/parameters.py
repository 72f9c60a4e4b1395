"""The parameters of unemployment insurance."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

ONE = Decimal(1)

PARAMETERS: Final[tuple[ParameterName, ...]] = (
    ParameterName(
        name="minimum_wage",
        label=("monthly minimum wage", "月最低工资标准"),
        unit=Unit.YUAN,
        least=ONE,
    ),
    ParameterName(
        name="unemployment.months_per_year",
        label=("months for each full year, where the region has a scale", "每满一年的领取月数"),
        unit=Unit.MONTHS,
        least=ONE,
        most=Decimal(24),
    ),
    ParameterName(
        name="unemployment.amount",
        label=("monthly amount", "月失业保险金标准"),
        unit=Unit.YUAN,
        least=ONE,
    ),
    ParameterName(
        name="unemployment.minimum_wage_share",
        label=("monthly amount as a share of the minimum wage", "失业保险金占最低工资标准比例"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="unemployment.later_amount",
        label=("monthly amount from month 13", "第13个月起月失业保险金标准"),
        unit=Unit.YUAN,
        least=ONE,
    ),
    ParameterName(
        name="unemployment.later_share",
        label=("share of the first amount from month 13", "第13个月起占首段标准比例"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="unemployment.funeral",
        label=("funeral benefit", "失业人员丧葬补助金标准"),
        unit=Unit.YUAN,
        least=ONE,
    ),
    ParameterName(
        name="unemployment.bereavement",
        label=("bereavement benefit", "失业人员抚恤金标准"),
        unit=Unit.YUAN,
        least=ONE,
    ),
)
