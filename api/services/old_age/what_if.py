"""The pensions that somebody may choose between, month by month (待遇试算).

From the earliest month of choice to the latest, as the record stands, contributions going on with
the last base until then. In the values of today: wages, bases and the account's interest of years
to come are not known and not guessed; nothing is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from api.services.determination.facts import Facts
from api.services.enrolment import accounts, record
from api.services.enrolment.interest import RATES
from api.services.enrolment.record import ContributionRecord, PaidMonth, paid_by
from api.services.errors import UnknownError
from api.services.explanation import Calculation
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.offices import tree
from api.services.old_age.determination import facts_values, pension
from api.services.old_age.eligibility import NAMES, Way, legal_month, minimum_months
from api.services.parameters.book import ParameterBook
from api.services.people import registry
from api.services.retirement_age.calculation import age_text
from api.services.retirement_age.rules import CATEGORIES, Category, choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Retiring in *month*, at an *age* in months, with so many contribution *months*.

    *missing* of the minimum: then there is no *calculation*.
    """

    month: Month
    age: int
    way: Way
    months: int
    missing: int
    calculation: Calculation | None

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        results = {} if self.calculation is None else dict(self.calculation.results)
        return {
            "month": str(self.month),
            "age": age_text(self.age),
            "way": self.way.value,
            "way_name": dict(zip(("en", "zh"), NAMES[self.way], strict=True)),
            "contribution_months": self.months,
            "missing_months": self.missing,
            "basic": results.get("basic"),
            "account": results.get("account"),
            "transition": results.get("transition"),
            "extra": results.get("extra"),
            "total": results.get("total"),
        }


def what_if(
    session: Session, number: str, *, now: Month, parameters: ParameterBook
) -> list[Choice]:
    """What each month of choice would bring, from *now* on. Raises UnknownError,
    ParameterMissingError."""
    person = registry.get(session, number)
    enrolled = record.latest(session, number, Insurance.OLD_AGE)
    if enrolled is None:
        raise UnknownError("enrolment", Insurance.OLD_AGE.value)
    found = record.record(session, number, Insurance.OLD_AGE, until=now)
    category, birth = CATEGORIES[person.category], Month.of_day(person.birth)
    earliest, latest = choice(category, birth)
    first = max(birth.after(earliest), now)
    region = enrolled.region or tree.region_of(person.office)
    came = paid_by(session, number, Insurance.OLD_AGE, until=now)
    return [
        _choice(
            category,
            birth,
            month,
            found,
            came,
            now=now,
            region=region,
            parameters=parameters,
            goes_on=enrolled.until_month is None,
        )
        for month in first.through(birth.after(latest))
    ]


def _choice(
    category: Category,
    birth: Month,
    month: Month,
    found: ContributionRecord,
    came: Sequence[PaidMonth],
    *,
    now: Month,
    region: str,
    parameters: ParameterBook,
    goes_on: bool,
) -> Choice:
    legal = legal_month(category, birth)
    to_come = _to_come(found, now, month) if goes_on else []
    paid = [*found.paid, *to_come]
    months = len(paid) + found.deemed_months
    needed = minimum_months(min(month, legal).year)
    way = Way.EARLY if month < legal else Way.LEGAL if month == legal else Way.LATE
    missing, age = max(needed - months, 0), month.since(birth)
    calculation = None
    if not missing:
        view = parameters.view()
        saved = accounts.balance_of(
            came,
            until=now,
            region=region,
            parameters=view,
            name=RATES[Insurance.OLD_AGE],
            provisional=True,
        )
        values = facts_values(
            age=age,
            account=Fen(saved + sum(one.account_part for one in to_come)),
            # Months to come are held against today's wage.
            paid=[[one.region, str(min(one.month, now)), int(one.base)] for one in paid],
            deemed=[[one.months, str(one.index)] for one in found.deemed],
            transition=None,
        )
        calculation = pension(Facts(region=region, month=now, values=values), view)
    return Choice(
        month=month, age=age, way=way, months=months, missing=missing, calculation=calculation
    )


def _to_come(found: ContributionRecord, now: Month, month: Month) -> list[PaidMonth]:
    """The months up to *month* that are not paid yet, each as the last one was."""
    if not found.paid:
        return []
    last = found.paid[-1]
    return [
        PaidMonth(one, last.region, last.base, last.account_part, one)
        for one in last.month.after(1).through(month)
    ]
