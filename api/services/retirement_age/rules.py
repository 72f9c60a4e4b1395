"""The legal retirement age by month of birth and category, and what may be chosen around it.

Before 2025-01-01: 国发〔1978〕104号. Since: the decision of the Standing Committee of the National
People's Congress of 2024-09-13 and the State Council's measures with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from api.services.explanation import Source
from api.services.months import Month

FORMER_RULE: Final = Source("国发〔1978〕104号", "1978-06-02")
DELAY_RULE: Final = Source(
    "全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定；"
    "国务院关于渐进式延迟法定退休年龄的办法 第一条",
    "2025-01-01",
)
MINIMUM_YEARS_RULE: Final = Source("国务院关于渐进式延迟法定退休年龄的办法 第二条", "2025-01-01")
CHOICE_RULE: Final = Source(
    "国务院关于渐进式延迟法定退休年龄的办法 第三条；人社部发〔2024〕94号", "2025-01-01"
)

MOST_CHOICE = 36  # months earlier or later


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """Original age; first month of birth that is delayed; months of birth per month of delay."""

    original_age: int  # in months, as all ages here
    first_birth: Month
    step: int
    most_delay: int


CATEGORIES: Final[Mapping[str, Category]] = MappingProxyType(
    {
        "male": Category(
            original_age=60 * 12, first_birth=Month.of(1965, 1), step=4, most_delay=36
        ),
        "female55": Category(
            original_age=55 * 12, first_birth=Month.of(1970, 1), step=4, most_delay=36
        ),
        "female50": Category(
            original_age=50 * 12, first_birth=Month.of(1975, 1), step=2, most_delay=60
        ),
    }
)
# Who would have retired before the former rule began is under neither rule.
FORMER_BEGIN: Final = Month.of(1978, 6)
LAST_BIRTH: Final = Month.of(2099, 12)


def first_birth_of_tables(category: Category) -> Month:
    """The first month of birth for which there is a rule (国发〔1978〕104号, since 1978-06)."""
    return FORMER_BEGIN.after(-category.original_age)


def delay(category: Category, birth: Month) -> int:
    """Months of delay (办法 第一条, since 2025-01-01): one for each step begun, up to the most."""
    since = birth.number - category.first_birth.number
    return 0 if since < 0 else min(since // category.step + 1, category.most_delay)


def legal_age(category: Category, birth: Month) -> int:
    """The legal retirement age in months (办法 第一条, since 2025-01-01; before, the original)."""
    return category.original_age + delay(category, birth)


def choice(category: Category, birth: Month) -> tuple[int, int]:
    """Earliest and latest age in months that may be chosen (办法 第三条, since 2025-01-01).

    Three years either way, never below the original age. Earlier only with the minimum years,
    later only with the employer's consent. Who retires by the former rule has no choice.
    """
    age = legal_age(category, birth)
    if not delay(category, birth):
        return age, age
    return max(category.original_age, age - MOST_CHOICE), age + MOST_CHOICE


def minimum_years(retirement_year: int) -> Decimal:
    """Contribution years for a monthly pension (办法 第二条, since 2025-01-01).

    15 to 2029; from 2030 half a year more each year; 20 since 2039.
    """
    halves = min(max(retirement_year - 2029, 0), 10)
    return Decimal(15) + Decimal(halves) / 2
