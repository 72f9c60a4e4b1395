"""The benefits of the old-age insurance of residents."""

from typing import Final

from api.services.awards.benefits import Benefit
from api.services.insurances import Insurance

PENSION: Final = "resident_pension"
FUNERAL: Final = "resident_funeral"
ACCOUNT: Final = "resident_account"
REFUND: Final = "resident_refund"

BENEFITS: Final[tuple[Benefit, ...]] = (
    Benefit(
        name=PENSION,
        label=("pension of residents", "城乡居民基本养老金"),
        insurance=Insurance.RESIDENT_OLD_AGE,
        monthly=True,
        lives=True,
    ),
    Benefit(
        name=FUNERAL,
        label=("funeral benefit", "丧葬补助金"),
        insurance=Insurance.RESIDENT_OLD_AGE,
        monthly=False,
    ),
    Benefit(
        name=ACCOUNT,
        label=("account left to the heirs", "个人账户余额继承"),
        insurance=Insurance.RESIDENT_OLD_AGE,
        monthly=False,
    ),
    Benefit(
        name=REFUND,
        label=("contributions for doubled months", "重复缴费清退"),
        insurance=Insurance.RESIDENT_OLD_AGE,
        monthly=False,
    ),
)
