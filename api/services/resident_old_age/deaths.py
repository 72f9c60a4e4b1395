"""The death of a resident who was insured or drew the pension (国发〔2014〕8号 六, 七; 2014-02-21).

The heirs get what is left of the account, and the funeral benefit where the region has one; the
pension ends with the month of death.
"""

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from api.services.awards import funerals, grants
from api.services.awards.grants import AwardPlan
from api.services.awards.pending import Pending
from api.services.matters.rule import Proposal, Request
from api.services.money import fen_of
from api.services.months import Month
from api.services.old_age import deaths
from api.services.old_age.errors import DeathSettledError
from api.services.resident_old_age import gather
from api.services.resident_old_age.benefits import ACCOUNT, FUNERAL
from api.services.resident_old_age.determination import death as determine

BENEFITS: Final = {"funeral": FUNERAL, "account_left": ACCOUNT}


def death(session: Session, request: Request) -> Proposal:
    """What the death of a resident brings. Raises ServiceError."""
    person, died_on = request.person, request.given["died_on"]
    deaths.require_day(person, died_on, today=request.today)
    month = Month.of_day(died_on)
    if any(one.benefit in BENEFITS.values() for one in grants.of_insured(session, person.number)):
        raise DeathSettledError
    view = request.parameters.view()
    funeral = funerals.granted(session, person.number)
    facts = gather.death(
        session,
        person.number,
        region=request.region,
        month=month,
        funeral_paid=funeral is not None,
        parameters=view,
        pending=Pending(),
    )
    calculation = determine(facts, view)
    given = {
        name: fen_of(Decimal(str(calculation.results[name])))
        for name in BENEFITS
        if calculation.results[name] is not None
    }
    said = deaths.said_of(session, person, month)
    return Proposal(
        calculation=calculation if given else None,
        subject="resident_old_age.death",
        facts=facts,
        used=view.used,
        awards=[
            AwardPlan(
                benefit=BENEFITS[name],
                region=request.region,
                person=request.given["payee"],
                insured=person.number,
                from_month=month,
                amount=amount,
            )
            for name, amount in given.items()
        ],
        says=said if funeral is None else [*said, funerals.ONLY_ONE],
    )
