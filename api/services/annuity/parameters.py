"""The parameters of the enterprise annuity: what the law lets a plan be."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

PARAMETERS: Final[tuple[ParameterName, ...]] = (
    ParameterName(
        name="annuity.employer_ceiling",
        label=("most of the wages that an employer pays", "企业年金单位缴费上限比例"),
        unit=Unit.RATE,
        most=Decimal(1),
    ),
    ParameterName(
        name="annuity.total_ceiling",
        label=("most of the wages that both pay", "企业年金缴费合计上限比例"),
        unit=Unit.RATE,
        most=Decimal(1),
    ),
    ParameterName(
        name="annuity.spread",
        label=(
            "most that goes to one account, in averages",
            "企业缴费计入个人账户最高额与平均额的最大倍数",
        ),
        unit=Unit.NUMBER,
        least=Decimal(1),
        most=Decimal(100),
    ),
    ParameterName(
        name="annuity.vesting_years",
        label=("most years until all is the person's", "企业缴费完全归属的最长年限"),
        unit=Unit.NUMBER,
        most=Decimal(40),
    ),
)
