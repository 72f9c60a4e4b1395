"""The benefits of an enterprise annuity: each comes out of the person's own account."""

from typing import Final

from api.services.awards.benefits import Benefit
from api.services.insurances import Insurance

BENEFITS: Final[tuple[Benefit, ...]] = (
    Benefit(
        name="annuity",
        label=("enterprise annuity, by the month", "企业年金（按月）"),
        insurance=Insurance.ANNUITY,
        monthly=True,
    ),
    Benefit(
        name="annuity_sum",
        label=("enterprise annuity, a sum", "企业年金（分次、一次性）"),
        insurance=Insurance.ANNUITY,
        monthly=False,
    ),
    Benefit(
        name="annuity_policy",
        label=("enterprise annuity, into an insurance for life", "企业年金（购买商业养老保险）"),
        insurance=Insurance.ANNUITY,
        monthly=False,
    ),
    Benefit(
        name="annuity_heirs",
        label=("enterprise annuity, to the heirs", "企业年金（继承）"),
        insurance=Insurance.ANNUITY,
        monthly=False,
    ),
)
