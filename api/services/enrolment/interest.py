"""The years of a personal account: what came in, its interest, what is carried on (月积数法).

劳办发〔1997〕116号 附件: a year's interest is the sum of each amount times the months it lay in the
account, times the rate, over twelve; what was there before lay there the whole year, what comes in
from the month in which it came. A year whose rate is not announced earns none yet; a pension may be
granted by the last rate before it, as the region sets (`account_interest.provisional`). A year is
closed, and an account moves, by announced rates alone.

An account belongs to a province: what was paid in another one is an account of its own, until it is
added up. So what a transfer brings is to the fen what the other province had, in any order.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Protocol

from api.services.insurances import Insurance
from api.services.money import Fen, share_of
from api.services.months import Month
from api.services.parameters.view import Parameters

INTEREST: Final = "old_age.interest"
PROVISIONAL: Final = "account_interest.provisional"
YEARS_BACK: Final = 3  # that a rate may stand for later ones
RATES: Final = {
    Insurance.OLD_AGE: INTEREST,
    Insurance.RESIDENT_OLD_AGE: "resident.interest",
}
OF_ACCOUNTS: Final = frozenset({*RATES.values(), PROVISIONAL})  # what a balance asks for


class Paid(Protocol):
    """What an account knows of a contribution."""

    @property
    def region(self) -> str:
        """Where it was paid."""

    @property
    def account_part(self) -> Fen:
        """What of it is the person's own."""

    @property
    def paid_month(self) -> Month:
        """When it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """A year of an account, up to its December or a month within it; amounts in fen.

    *weighted*: the sum of each amount times its months. *rate* None: not announced.
    """

    region: str
    year: int
    opening: Fen
    credited: Fen
    weighted: int
    rate: Decimal | None
    interest: Fen

    @property
    def closing(self) -> Fen:
        """What is carried on."""
        return Fen(self.opening + self.credited + self.interest)


def province_of(region: str) -> str:
    """The region of the province, which keeps the account."""
    return f"{region[:2]}0000"


def years_of(
    paid: Iterable[Paid],
    *,
    until: Month,
    region: str,
    parameters: Parameters,
    name: str = INTEREST,
    provisional: bool = False,
) -> list[Year]:
    """The years of all accounts up to *until*, province by province.

    The rate is that of the province; where none is known there, that of *region*, which keeps the
    account now. *name* is the parameter of the rate. *provisional*: a year that is not announced
    may earn the rate of the last one that is; what is granted by it is made again when its own
    comes.
    """
    by_region: dict[str, list[Paid]] = defaultdict(list)
    for one in paid:
        if one.paid_month.number <= until.number:
            by_region[one.region].append(one)
    by_province: dict[str, list[Paid]] = defaultdict(list)
    for place, rows in by_region.items():
        by_province[province_of(place)] += rows
    found: list[Year] = []
    for province in sorted(by_province):

        def rate(year: int, province: str = province) -> Decimal | None:
            places, january = (province, region), Month.of(year, 1)
            return _rate(parameters, name, places, january, provisional=provisional)

        found += _years(province, by_province[province], until=until, rates=rate)
    return found


def _rate(
    parameters: Parameters, name: str, places: Sequence[str], january: Month, *, provisional: bool
) -> Decimal | None:
    """The rate of a year in the first of *places* that knows one; None: not announced yet.

    *provisional*: then that of the last year that was announced, if the region says so.
    """
    back = provisional and parameters.find(PROVISIONAL, places[-1], january) == 1
    for years in range(YEARS_BACK + 1 if back else 1):
        for place in places:
            if (found := parameters.find(name, place, january.after(-12 * years))) is not None:
                return found
    return None


def _years(
    province: str, paid: Sequence[Paid], *, until: Month, rates: Callable[[int], Decimal | None]
) -> Iterator[Year]:
    opening = Fen(0)
    credited: dict[int, int] = defaultdict(int)  # by year
    moved: dict[int, int] = defaultdict(int)  # each amount times the number of its month
    for one in paid:
        month = one.paid_month.number
        credited[month // 12] += one.account_part
        moved[month // 12] += one.account_part * month
    for number in range(min(credited), until.year + 1):
        last = min(Month.of(number, 12), until)
        # An amount lies there from its month to the last one, both included.
        weighted = opening * (last.since(Month.of(number, 1)) + 1)
        weighted += credited[number] * (last.number + 1) - moved[number]
        rate = rates(number)
        year = Year(
            region=province,
            year=number,
            opening=opening,
            credited=Fen(credited[number]),
            weighted=weighted,
            rate=rate,
            interest=share_of(rate or Decimal(0), weighted, over=12),
        )
        yield year
        opening = year.closing
