"""The pension of a resident at the counter: who may draw it, and since when.

国发〔2014〕8号 六, 七 (since 2014-02-21): sixty years old, fifteen of contributions (fewer for who
was over 45 when the scheme began), and no other basic pension. It is paid from the month after all
of that was met, whenever somebody comes.
"""

from decimal import Decimal

from sqlalchemy.orm import Session

from api.services.awards import pensions
from api.services.awards.grants import AwardPlan
from api.services.insurances import Insurance
from api.services.matters.rule import CardData, Proposal, Request
from api.services.money import fen_of
from api.services.months import Month
from api.services.people.errors import DeadPersonError
from api.services.resident_old_age import gather, rules
from api.services.resident_old_age.benefits import PENSION
from api.services.resident_old_age.determination import pension
from api.services.resident_old_age.errors import OtherPensionError, ResidentAgeError


def draw(session: Session, request: Request) -> Proposal:
    """The pension, from the month after its conditions were met. Raises ServiceError."""
    person, birth = request.person, Month.of_day(request.person.birth)
    if person.died_on is not None:
        raise DeadPersonError
    require_no_pension(session, person.number)
    sixty = birth.after(rules.AGE)
    if sixty > request.month:
        raise ResidentAgeError(sixty)
    view = request.parameters.view()
    met = gather.met_in(session, person, region=request.region, now=request.month, parameters=view)
    first = met.after(1)
    facts = gather.pension(
        session, person, region=request.region, met=met, month=first, parameters=view
    )
    calculation = pension(facts, view)
    return Proposal(
        calculation=calculation,
        subject="resident_old_age.pension",
        facts=facts,
        used=view.used,
        awards=[
            AwardPlan(
                benefit=PENSION,
                region=request.region,
                person=person.number,
                insured=person.number,
                from_month=first,
                amount=fen_of(Decimal(str(calculation.results["total"]))),
            )
        ],
        card_data=[_card_data(request, met)],
        says=[
            (
                f"The pension of residents is paid from {first} on.",
                f"自 {first} 起按月发放城乡居民基本养老金。",
            )
        ],
    )


def require_no_pension(session: Session, person: str) -> None:
    """Raise OtherPensionError for who draws a basic pension, of residents or of employees."""
    if pensions.own(session, person):
        raise OtherPensionError


def _card_data(request: Request, met: Month) -> CardData:
    return CardData(
        application="DF03",
        group="pension_insurance",
        items={
            "scheme": Insurance.RESIDENT_OLD_AGE.value,
            "insured_region": request.region,
            "benefit_start_date": met.after(1).first_day.isoformat(),
            "update_date": request.today.isoformat(),
        },
    )
