"""The insurances and pensions, by the code that card and files know them by.

人社信息函〔2012〕37号, code table 41 (险种类型代码), where it has one; X and two digits are ours,
for what is younger than the table.
"""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class Insurance(StrEnum):
    """What somebody is insured in."""

    OLD_AGE = "110"
    RESIDENT_OLD_AGE = "170"
    UNEMPLOYMENT = "210"
    WORK_INJURY = "410"
    PLATFORM_INJURY = "X41"
    ANNUITY = "X10"
    PRIVATE_PENSION = "X11"


NAMES: Final[Mapping[Insurance, tuple[str, str]]] = MappingProxyType(
    {
        Insurance.OLD_AGE: ("basic old-age insurance of employees", "企业职工基本养老保险"),
        Insurance.RESIDENT_OLD_AGE: ("old-age insurance of residents", "城乡居民基本养老保险"),
        Insurance.UNEMPLOYMENT: ("unemployment insurance", "失业保险"),
        Insurance.WORK_INJURY: ("work-injury insurance", "工伤保险"),
        Insurance.PLATFORM_INJURY: (
            "occupational-injury pilot for platform workers",
            "新就业形态人员职业伤害保障",
        ),
        Insurance.ANNUITY: ("enterprise annuity", "企业年金"),
        Insurance.PRIVATE_PENSION: ("private pension", "个人养老金"),
    }
)
