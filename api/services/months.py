"""Months of the calendar: what contributions, parameters and benefits go by."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

# Of no other year does anybody mean a month; the calendar's ends break what is reckoned from them.
_FORM = re.compile(r"((?:19|20|21)[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar, counted from January of the year 0."""

    number: int

    @classmethod
    def of(cls, year: int, month: int) -> "Month":
        """Year, and month 1 to 12."""
        return cls(year * 12 + month - 1)

    @classmethod
    def of_day(cls, day: date) -> "Month":
        """The month that a day lies in."""
        return cls.of(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """From a text like 1965-04, of the years 1900 to 2199. Raises ValueError."""
        return _parsed(text)

    @property
    def year(self) -> int:
        """The year it lies in."""
        return self.number // 12

    @property
    def month(self) -> int:
        """1 to 12."""
        return self.number % 12 + 1

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    def after(self, months: int) -> "Month":
        """So many months later."""
        return Month(self.number + months)

    def since(self, earlier: "Month") -> int:
        """How many months after *earlier*."""
        return self.number - earlier.number

    def through(self, last: "Month") -> Iterator["Month"]:
        """From this month to *last*, both included."""
        return (Month(number) for number in range(self.number, last.number + 1))

    def __str__(self) -> str:
        return _written(self.number)


# Records name the same few hundred months over and over.
month_of = lru_cache(maxsize=2_048)(Month)


@lru_cache(maxsize=2_048)
def _written(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


@lru_cache(maxsize=2_048)
def _parsed(text: str) -> Month:
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError("not a month")
    return Month.of(int(found[1]), int(found[2]))
