"""The benefits of the basic old-age insurance of employees."""

from typing import Final

from api.services.awards.benefits import Benefit
from api.services.insurances import Insurance

PENSION: Final = "pension"
FUNERAL: Final = "old_age_funeral"
SURVIVORS: Final = "old_age_survivors"
ACCOUNT: Final = "old_age_account"

BENEFITS: Final[tuple[Benefit, ...]] = (
    Benefit(
        name=PENSION,
        label=("pension", "基本养老金"),
        insurance=Insurance.OLD_AGE,
        monthly=True,
        lives=True,
    ),
    Benefit(
        name=FUNERAL,
        label=("funeral benefit", "丧葬补助金"),
        insurance=Insurance.OLD_AGE,
        monthly=False,
    ),
    Benefit(
        name=SURVIVORS,
        label=("survivors' benefit", "抚恤金"),
        insurance=Insurance.OLD_AGE,
        monthly=False,
    ),
    Benefit(
        name=ACCOUNT,
        label=("account left to the heirs", "个人账户余额继承"),
        insurance=Insurance.OLD_AGE,
        monthly=False,
    ),
)
