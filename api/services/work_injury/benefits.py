"""The benefits of work-injury insurance that its fund pays."""

from typing import Final

from api.services.awards.benefits import Benefit
from api.services.insurances import Insurance

_INSURANCE: Final = Insurance.WORK_INJURY

BENEFITS: Final[tuple[Benefit, ...]] = (
    Benefit(
        name="work_injury_lump",
        label=("lump sum for disability", "一次性伤残补助金"),
        insurance=_INSURANCE,
        monthly=False,
        results=("lump",),
    ),
    Benefit(
        name="work_injury_allowance",
        label=("disability allowance", "伤残津贴"),
        insurance=_INSURANCE,
        monthly=True,
        lives=True,
        results=("monthly_allowance",),
    ),
    Benefit(
        name="work_injury_care",
        label=("care allowance", "生活护理费"),
        insurance=_INSURANCE,
        monthly=True,
        lives=True,
        results=("care",),
    ),
    Benefit(
        name="work_injury_medical",
        label=("medical lump sum", "一次性工伤医疗补助金"),
        insurance=_INSURANCE,
        monthly=False,
        results=("medical",),
    ),
    Benefit(
        name="work_injury_funeral",
        label=("funeral benefit (injury)", "工伤丧葬补助金"),
        insurance=_INSURANCE,
        monthly=False,
        results=("funeral",),
    ),
    Benefit(
        name="work_injury_death",
        label=("benefit for a death at work", "一次性工亡补助金"),
        insurance=_INSURANCE,
        monthly=False,
        results=("death",),
    ),
    Benefit(
        name="work_injury_dependant",
        label=("pension of a dependant", "供养亲属抚恤金"),
        insurance=_INSURANCE,
        monthly=True,
        lives=True,
        results=("dependant",),
    ),
)
