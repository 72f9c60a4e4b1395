"""The benefits of the pilot for platform workers."""

from typing import Final

from api.services.awards.benefits import Benefit
from api.services.insurances import Insurance

_INSURANCE: Final = Insurance.PLATFORM_INJURY

BENEFITS: Final[tuple[Benefit, ...]] = (
    Benefit(
        name="platform_work_lump",
        label=("lump sum for disability (platform)", "一次性伤残补助金（职业伤害）"),
        insurance=_INSURANCE,
        monthly=False,
        results=("lump",),
    ),
    Benefit(
        name="platform_work_allowance",
        label=("disability allowance (platform)", "伤残津贴（职业伤害）"),
        insurance=_INSURANCE,
        monthly=True,
        lives=True,
        results=("monthly_allowance",),
    ),
    Benefit(
        name="platform_work_once",
        label=("one-off allowance of grades 5 and 6", "五级、六级伤残一次性津贴"),
        insurance=_INSURANCE,
        monthly=False,
        results=("once",),
    ),
    Benefit(
        name="platform_work_care",
        label=("care allowance (platform)", "生活护理费（职业伤害）"),
        insurance=_INSURANCE,
        monthly=True,
        lives=True,
        results=("care",),
    ),
    Benefit(
        name="platform_work_funeral",
        label=("funeral benefit (platform)", "职业伤害丧葬补助金"),
        insurance=_INSURANCE,
        monthly=False,
        results=("funeral",),
    ),
    Benefit(
        name="platform_work_death",
        label=("benefit for a death (platform)", "一次性职业伤害死亡补助金"),
        insurance=_INSURANCE,
        monthly=False,
        results=("death",),
    ),
    Benefit(
        name="platform_work_dependant",
        label=("pension of a dependant (platform)", "供养亲属抚恤金（职业伤害）"),
        insurance=_INSURANCE,
        monthly=True,
        lives=True,
        results=("dependant",),
    ),
)
