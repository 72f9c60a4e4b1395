"""The parameters of the pilot for platform workers."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit
from api.services.platform_work.industries import INDUSTRIES, rate_name

ONE = Decimal(1)

PARAMETERS: Final[tuple[ParameterName, ...]] = (
    *(
        ParameterName(
            name=rate_name(code),
            label=(f"yuan for an order, {en}", f"每单缴费额（元），{zh}"),
            unit=Unit.NUMBER,
            most=Decimal(10),
        )
        for code, (en, zh) in INDUSTRIES.items()
    ),
    ParameterName(
        name="platform_work.average_wage",
        label=(
            "monthly average wage in private urban units, year before",
            "上年度统筹地区城镇私营单位就业人员月平均工资",
        ),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
    ParameterName(
        name="platform_work.benefit_share",
        label=("share of that wage that benefits go by", "待遇计发基数占比"),
        unit=Unit.RATE,
        most=ONE,
    ),
    ParameterName(
        name="platform_work.care_wage",
        label=("monthly average wage that care goes by", "生活护理费计发基数"),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
)
