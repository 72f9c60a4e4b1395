"""The personal account: what lies in it at the end of a month, with its interest.

How the interest comes to be: `api.services.enrolment.interest`.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from api.services.enrolment import interest
from api.services.enrolment.interest import INTEREST, RATES
from api.services.enrolment.record import PaidMonth, paid_by
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.view import Parameters


def balance(
    session: Session,
    person: str,
    insurance: Insurance,
    *,
    until: Month,
    region: str,
    parameters: Parameters,
    provisional: bool = False,
) -> Fen:
    """What lies in the account at the end of *until*. *region* is where it is kept.

    *provisional* as of `interest.years_of`: for what is made again when the rates are announced.
    """
    paid = paid_by(session, person, insurance, until=until)
    return balance_of(
        paid,
        until=until,
        region=region,
        parameters=parameters,
        name=RATES[insurance],
        provisional=provisional,
    )


def balance_of(
    paid: Sequence[PaidMonth],
    *,
    until: Month,
    region: str,
    parameters: Parameters,
    name: str = INTEREST,
    provisional: bool = False,
) -> Fen:
    """The balance from the months themselves; each year's interest is rounded to the fen.

    *name* is the parameter of the interest.
    """
    years = interest.years_of(
        paid, until=until, region=region, parameters=parameters, name=name, provisional=provisional
    )
    last = {one.region: one.closing for one in years}
    return Fen(sum(last.values()))
