"""The benefits of unemployment insurance."""

from typing import Final

from api.services.awards.benefits import Benefit
from api.services.insurances import Insurance

UNEMPLOYMENT: Final = "unemployment"
FUNERAL: Final = "unemployment_funeral"
BEREAVEMENT: Final = "unemployment_bereavement"

BENEFITS: Final[tuple[Benefit, ...]] = (
    Benefit(
        name=UNEMPLOYMENT,
        label=("unemployment benefit", "失业保险金"),
        insurance=Insurance.UNEMPLOYMENT,
        monthly=True,
        results=("monthly_amount", "later_amount"),
        until="until_month",
    ),
    Benefit(
        name=FUNERAL,
        label=("funeral benefit (unemployment)", "失业人员丧葬补助金"),
        insurance=Insurance.UNEMPLOYMENT,
        monthly=False,
        results=("funeral",),
    ),
    Benefit(
        name=BEREAVEMENT,
        label=("bereavement benefit (unemployment)", "失业人员遗属抚恤金"),
        insurance=Insurance.UNEMPLOYMENT,
        monthly=False,
        results=("bereavement",),
    ),
)
