"""The personal account: what lies in it at the end of a month, with its interest.

劳办发〔1997〕116号 附件: the balance of the year before earns a full year; what comes in earns from
the month in which it came (月积数法). A year whose interest is not announced earns none yet.
"""

from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy.orm import Session

from api.services.enrolment.record import PaidMonth, record
from api.services.insurances import Insurance
from api.services.money import Fen, to_fen
from api.services.months import Month
from api.services.parameters.view import Parameters

INTEREST = "old_age.interest"


def balance(
    session: Session,
    person: str,
    insurance: Insurance,
    *,
    until: Month,
    region: str,
    parameters: Parameters,
) -> Fen:
    """What lies in the account at the end of *until*. *region* is that of the interest."""
    paid = record(session, person, insurance, until=until).paid
    return balance_of(paid, until=until, region=region, parameters=parameters)


def balance_of(
    paid: Sequence[PaidMonth], *, until: Month, region: str, parameters: Parameters
) -> Fen:
    """The balance from the months themselves; each year's interest is rounded to the fen."""
    if not paid:
        return Fen(0)
    total = 0
    for year in range(min(one.paid_month for one in paid).year, until.year + 1):
        december = Month.of(year, 12)
        last = min(december, until)
        rate = parameters.find(INTEREST, region, Month.of(year, 1))
        came = [one for one in paid if one.paid_month.year == year and one.paid_month <= until]
        weighted = sum(one.account_part * (last.since(one.paid_month) + 1) for one in came)
        months = last.since(Month.of(year, 1)) + 1
        interest = Fraction(rate or 0) * (Fraction(total * months) + weighted) / 12
        total += sum(one.account_part for one in came) + to_fen(interest)
    return Fen(total)
