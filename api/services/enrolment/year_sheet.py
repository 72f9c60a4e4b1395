"""Contributions by year, with the index and the account (个人权益记录), for pages and programs.

社会保险法 第七十四条 (since 2011-07-01): a person may ask for his record. The index of a month is
its base over the average wage (国发〔2005〕38号 六); that of a year the mean of its months.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

from sqlalchemy.orm import Session

from api.services.enrolment import interest, rules, versions
from api.services.enrolment.interest import RATES
from api.services.enrolment.models import Contribution
from api.services.insurances import NAMES, Insurance
from api.services.money import Fen, plain, rounded, yuan_of
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.parameters.view import Parameters
from api.services.people.models import InsuredPerson

INDEX_PLACES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """A year of an insurance; amounts in fen. *index* None: an average wage is not set.

    *account* is what lay in the account at the end of it, *interest* what the year earned; both are
    None where the insurance has no account.
    """

    insurance: Insurance
    year: int
    months: int
    bases: Fen
    index: Decimal | None
    employer_part: Fen
    own_part: Fen
    account_part: Fen
    interest: Fen | None
    account: Fen | None

    def as_json(self) -> dict[str, Any]:
        """For a program; amounts in yuan."""
        en, zh = NAMES[self.insurance]
        return {
            "insurance": self.insurance.value,
            "name": {"en": en, "zh": zh},
            "year": self.year,
            "months": self.months,
            "bases": yuan_of(self.bases),
            "index": None if self.index is None else plain(self.index),
            "employer_part": yuan_of(self.employer_part),
            "own_part": yuan_of(self.own_part),
            "account_part": yuan_of(self.account_part),
            "interest": None if self.interest is None else yuan_of(self.interest),
            "account": None if self.account is None else yuan_of(self.account),
        }


def lines(session: Session, person: str, *, until: Month, region: str) -> list[YearLine]:
    """Every insurance and year up to *until*, in order. *region* keeps the account now.

    A year stands by the months it is for; the account by when they came.
    """
    view = ParameterBook(session).view()
    found: list[YearLine] = []
    for insurance in Insurance:
        held = [one for one in versions.of_person(session, person, insurance) if one.month <= until]
        if held:
            found += _lines(insurance, held, until=until, region=region, view=view)
    return found


def drawing_province(session: Session, person: InsuredPerson) -> str | None:
    """The province that grants the pension, by what was paid until now; None: not to be told.

    国办发〔2009〕66号 第六条 (since 2010-01-01).
    """
    held = versions.of_person(session, person.number, Insurance.OLD_AGE)
    order = [interest.province_of(one.region) for one in held]
    household = person.household_region
    return rules.drawing_province(
        Counter(order),
        order=[province for province, _ in groupby(order)],
        household=None if household is None else interest.province_of(household),
    )


def _lines(
    insurance: Insurance,
    held: Sequence[Contribution],
    *,
    until: Month,
    region: str,
    view: Parameters,
) -> list[YearLine]:
    by_year: dict[int, list[Contribution]] = defaultdict(list)
    for one in held:
        by_year[one.month.year].append(one)
    earned: dict[int, int] = defaultdict(int)
    closing: dict[int, int] = defaultdict(int)
    name = RATES.get(insurance)
    if name is not None:
        years = interest.years_of(held, until=until, region=region, parameters=view, name=name)
        for year in years:
            earned[year.year] += year.interest
            closing[year.year] += year.closing
    return [
        YearLine(
            insurance=insurance,
            year=number,
            months=len(by_year[number]),
            bases=Fen(sum(one.base for one in by_year[number])),
            index=_index(insurance, by_year[number], view),
            employer_part=Fen(sum(one.employer_part for one in by_year[number])),
            own_part=Fen(sum(one.own_part for one in by_year[number])),
            account_part=Fen(sum(one.account_part for one in by_year[number])),
            interest=None if name is None else Fen(earned[number]),
            account=None if name is None else Fen(closing[number]),
        )
        for number in sorted({*by_year, *closing})
    ]


def _index(insurance: Insurance, held: Sequence[Contribution], view: Parameters) -> Decimal | None:
    if insurance is not Insurance.OLD_AGE or not held:
        return None
    total = Fraction(0)
    for one in held:
        wage = view.find("average_wage", one.region, one.month)
        if not wage:
            return None
        total += Fraction(one.base) / (Fraction(wage) * 100)
    mean = total / len(held)
    return Decimal(rounded(mean * 10**INDEX_PLACES)).scaleb(-INDEX_PLACES)
