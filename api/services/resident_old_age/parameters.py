"""The parameters of the pension of residents; what is not set, a region does not have."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

AGES: Final = (90, 80, 75, 70, 65)  # of supplements, the highest first

PARAMETERS: Final[tuple[ParameterName, ...]] = (
    ParameterName(
        name="resident.base",
        label=("regional basic pension of residents", "城乡居民基础养老金标准"),
        unit=Unit.YUAN,
        least=Decimal(1),
    ),
    ParameterName(
        name="resident.extra_per_year",
        label=("increase for each full year beyond 15", "缴费超过15年每年加发基础养老金"),
        unit=Unit.YUAN,
    ),
    *(
        ParameterName(
            name=f"resident.age_{age}",
            label=(f"supplement from {age} years of age on", f"年满{age}周岁加发基础养老金"),
            unit=Unit.YUAN,
        )
        for age in reversed(AGES)
    ),
    ParameterName(
        name="resident.began",
        label=("month in which the scheme began here, as 201107", "当地制度实施年月（如 201107）"),
        unit=Unit.NUMBER,
        least=Decimal(200_901),
        most=Decimal(201_412),
    ),
    ParameterName(
        name="resident.funeral",
        label=("funeral benefit of residents", "城乡居民丧葬补助金标准"),
        unit=Unit.YUAN,
    ),
    ParameterName(
        name="resident.funeral_months",
        label=(
            "funeral benefit of residents, as months of the basic pension",
            "城乡居民丧葬补助金（基础养老金月数）",
        ),
        unit=Unit.MONTHS,
        most=Decimal(60),
    ),
)
