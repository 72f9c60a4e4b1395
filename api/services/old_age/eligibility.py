"""Whether somebody may retire in a month: by the law's age, earlier or later by choice, or after
paying on.

国务院关于渐进式延迟法定退休年龄的办法 第一至三条; 人社部发〔2024〕94号. Both are in
force since 2025-01-01.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, unique
from typing import Final

from api.services.months import Month
from api.services.old_age.errors import (
    ConsentError,
    MinimumYearsError,
    NoticeError,
    TooEarlyError,
    TooLateError,
)
from api.services.retirement_age.rules import Category, choice, legal_age, minimum_years

NOTICE_MONTHS: Final = 3


@unique
class Way(Enum):
    """How somebody retires."""

    LEGAL = "legal"
    EARLY = "early"
    LATE = "late"
    PROLONGED = "prolonged"  # paid on beyond the age, until there were enough years


NAMES: Final = {
    Way.LEGAL: ("at the age of the law", "法定退休"),
    Way.EARLY: ("earlier by choice", "弹性提前退休"),
    Way.LATE: ("later by choice", "弹性延迟退休"),
    Way.PROLONGED: ("after paying on", "延长缴费后退休"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody wants to retire in *month*. *months* count up to it, *months_of_age* up to the month
    of the law's age. *employed*: there is an employer whom notice and consent concern."""

    category: Category
    birth: Month
    month: Month
    months: int
    months_of_age: int
    employed: bool
    notice: date | None = None
    agreed: bool = False


def minimum_months(year: int) -> int:
    """The minimum of contribution months by year (办法 第二条, since 2025-01-01)."""
    return int(minimum_years(year) * 12)


def legal_month(category: Category, birth: Month) -> Month:
    """The month of the law's age (办法 第一条, since 2025-01-01)."""
    return birth.after(legal_age(category, birth))


def way_of(claim: Claim) -> Way:
    """How the claim is met (办法 第二条, 第三条; 人社部发〔2024〕94号, since 2025-01-01).

    Earlier takes the minimum of the chosen year and a notice three months before; later takes the
    employer's consent, and the minimum of the year of the law's age. Who has not the minimum by
    then pays on. Raises TooEarlyError, NoticeError, ConsentError, TooLateError, MinimumYearsError.
    """
    earliest, latest = choice(claim.category, claim.birth)
    legal = legal_month(claim.category, claim.birth)
    if claim.month < claim.birth.after(earliest):
        raise TooEarlyError(claim.birth.after(earliest))
    if claim.month < legal:
        _require(minimum_months(claim.month.year), claim.months, of_age=False)
        _require_notice(claim)
        return Way.EARLY
    needed = minimum_months(legal.year)
    _require(needed, claim.months, of_age=True)
    if claim.month == legal:
        return Way.LEGAL
    if claim.months_of_age < needed:
        return Way.PROLONGED
    if claim.month > claim.birth.after(latest):
        raise TooLateError(claim.birth.after(latest))
    if claim.employed and not claim.agreed:
        raise ConsentError(legal)
    return Way.LATE


def _require(needed: int, have: int, *, of_age: bool) -> None:
    if have < needed:
        raise MinimumYearsError(needed, have, of_age=of_age)


def _require_notice(claim: Claim) -> None:
    needed = claim.month.after(-NOTICE_MONTHS)
    if claim.employed and (claim.notice is None or Month.of_day(claim.notice) > needed):
        raise NoticeError(needed)
