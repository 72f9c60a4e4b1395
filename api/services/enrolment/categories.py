"""How somebody is insured, and in which insurances: nobody is kept out by where he is registered.

社会保险法 第十条, 第二十条, 第三十三条, 第四十四条 (in force since 2011-07-01); 第九十五条: people
from the country who work in towns are insured by the same rules. No rule here knows a household
region.
"""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from api.services.insurances import Insurance


@unique
class Category(StrEnum):
    """As an enrolment and a contribution have it."""

    EMPLOYEE = "employee"
    FLEXIBLE = "flexible"
    RESIDENT = "resident"
    PLATFORM = "platform"


CATEGORY_NAMES: Final[Mapping[Category, tuple[str, str]]] = MappingProxyType(
    {
        Category.EMPLOYEE: ("employee", "职工"),
        Category.FLEXIBLE: ("flexible worker", "灵活就业人员"),
        Category.RESIDENT: ("urban or rural resident", "城乡居民"),
        Category.PLATFORM: ("platform worker", "新就业形态人员"),
    }
)

# Of an employee the law wants all three.
INSURANCES: Final[Mapping[Category, tuple[Insurance, ...]]] = MappingProxyType(
    {
        Category.EMPLOYEE: (Insurance.OLD_AGE, Insurance.UNEMPLOYMENT, Insurance.WORK_INJURY),
        Category.FLEXIBLE: (Insurance.OLD_AGE,),
        Category.RESIDENT: (Insurance.RESIDENT_OLD_AGE,),
        Category.PLATFORM: (Insurance.PLATFORM_INJURY,),
    }
)

# 社会保险法 第十条第二款, 第二十条: who takes part of his own will cannot be in arrears.
OF_DUTY: Final = frozenset({Category.EMPLOYEE})
