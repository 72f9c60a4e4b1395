"""Somebody who reaches the age of the law these days, whatever day it is."""

from api.services.months import Month
from api.services.retirement_age.rules import CATEGORIES, legal_age


def legal_month(birth: Month) -> Month:
    """The month in which a man born in *birth* retires by law."""
    return birth.after(legal_age(CATEGORIES["male"], birth))


def near_retirement(today: Month) -> Month:
    """The month of birth of a man who retires by law last month or this one.

    The age rises by a month with every fourth month of birth: in some months nobody retires.
    """
    births = (today.after(-months) for months in range(63 * 12, 60 * 12, -1))
    return next(birth for birth in births if legal_month(birth) in (today.after(-1), today))
