"""The parameters of the pension of employees."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

PARAMETERS: Final[tuple[ParameterName, ...]] = (
    ParameterName(
        name="old_age.base",
        label=("base of pensions", "养老金计发基数"),
        unit=Unit.YUAN,
        least=Decimal(1),
        lasts=12,
    ),
    ParameterName(
        name="old_age.city_base",
        label=("base for the indexed wage, where it is another", "本人指数化工资所用基数"),
        unit=Unit.YUAN,
        least=Decimal(1),
        lasts=12,
    ),
    ParameterName(
        name="old_age.transition_coefficient",
        label=("transition coefficient for a year", "过渡系数"),
        unit=Unit.RATE,
        least=Decimal("0.005"),
        most=Decimal("0.02"),
    ),
)
