"""The benefits of the basic old-age insurance of employees."""

from typing import Final

from api.services.awards.benefits import Benefit
from api.services.insurances import Insurance

BENEFITS: Final[tuple[Benefit, ...]] = (
    Benefit(
        name="pension",
        label=("pension", "基本养老金"),
        insurance=Insurance.OLD_AGE,
        monthly=True,
        lives=True,
    ),
)
