"""What is paid back of contributions."""

from typing import Final

from api.services.awards.benefits import Benefit
from api.services.insurances import Insurance

BENEFITS: Final[tuple[Benefit, ...]] = (
    Benefit(
        name="account_refund",
        label=("account of months paid for twice", "重复缴费个人账户退还"),
        insurance=Insurance.OLD_AGE,
        monthly=False,
    ),
)
