"""Enterprise annuities for tests: a plan, and a member of it."""

from datetime import date
from decimal import Decimal
from typing import Any

from api.services.annuity import plans
from api.services.insurances import Insurance
from api.services.months import Month
from tests.insurance import CLERK, EMPLOYER, VILLAGE, number_of
from tests.insurance_counter import InsuranceCounter

BALANCES = {"own_balance": "20000", "employer_balance": "50000.01"}


def set_plan(
    counter: InsuranceCounter,
    employer_rate: str,
    own_rate: str,
    years: int = 8,
    *,
    month: str = "2020-01",
    by: str = CLERK,
) -> None:
    """The employer sets a plan."""
    counter.change(
        lambda s: plans.set_plan(
            s,
            EMPLOYER,
            Month.parse(month),
            employer_rate=Decimal(employer_rate),
            own_rate=Decimal(own_rate),
            vesting_years=years,
            by=by,
            at=counter.at,
        )
    )


def member_of(counter: InsuranceCounter) -> str:
    """A man of 60 and nine months, in the plan of his employer: retired in May 2026."""
    number = counter.live_at(number_of(date(1966, 2, 1)), VILLAGE)
    counter.enrol(number, Insurance.RESIDENT_OLD_AGE)
    counter.enrol(number, Insurance.ANNUITY)
    set_plan(counter, "0.08", "0.04")
    return number


def results(counter: InsuranceCounter, matter: str) -> Any:
    """What would be decided on a matter."""
    return counter.propose(matter).calculation.results
