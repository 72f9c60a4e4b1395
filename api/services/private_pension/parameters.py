"""The parameters of the private pension."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

PARAMETERS: Final[tuple[ParameterName, ...]] = (
    ParameterName(
        name="private_pension.ceiling",
        label=("most that may be paid in a year", "个人养老金年度缴费上限"),
        unit=Unit.YUAN,
    ),
    ParameterName(
        name="private_pension.deduction_ceiling",
        label=("most of a year that is deducted from the income", "个人养老金年度税前扣除限额"),
        unit=Unit.YUAN,
    ),
    ParameterName(
        name="private_pension.tax_rate",
        label=("tax on what is drawn", "个人养老金领取环节税率"),
        unit=Unit.RATE,
        most=Decimal(1),
    ),
    ParameterName(
        name="private_pension.disposable_income",
        label=(
            "disposable income of a resident in the year before",
            "上一年度居民人均可支配收入",
        ),
        unit=Unit.YUAN,
        least=Decimal(1),
        lasts=12,
    ),
    ParameterName(
        name="private_pension.unemployment_months",
        label=(
            "months of unemployment benefit within two years that open the account",
            "可提前领取的两年内失业保险金月数",
        ),
        unit=Unit.MONTHS,
        most=Decimal(24),
    ),
)
