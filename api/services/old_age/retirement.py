"""Retiring: the pension of an employee, from the month after the one in which he retires.

社会保险法 第十六条 (since 2011-07-01); the choice of the month, and that the pension begins in the
month after: 人社部发〔2024〕94号 (since 2025-01-01).
"""

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from api.services.awards import pensions
from api.services.awards.grants import AwardPlan
from api.services.enrolment import record
from api.services.enrolment.models import Enrolment
from api.services.enrolment.record import ContributionRecord
from api.services.enrolment.rules import drawing_province
from api.services.insurances import Insurance
from api.services.matters.rule import CardData, Proposal, Request
from api.services.money import fen_of
from api.services.months import Month
from api.services.old_age import gather
from api.services.old_age.benefits import PENSION
from api.services.old_age.determination import pension
from api.services.old_age.eligibility import NAMES, Claim, Way, legal_month, way_of
from api.services.old_age.errors import (
    AlreadyDrawnError,
    DrawnElsewhereError,
    TooEarlyError,
)
from api.services.people.errors import DeadPersonError
from api.services.people.models import InsuredPerson
from api.services.retirement_age.rules import CATEGORIES

# 个人就业或离退休（职）状态, code table 17 of 人社信息函〔2012〕37号.
RETIRED: Final = CardData(
    application="DF01", group="personal_state", items={"employment_state": "3"}
)


def retire(session: Session, request: Request) -> Proposal:
    """The pension, explained. Raises ServiceError."""
    person, month = request.person, request.given["month"]
    _require_none_yet(session, person)
    if month > request.month:
        raise TooEarlyError(month)
    found = record.record(session, person.number, Insurance.OLD_AGE, until=month)
    way = way_of(_claim(session, request, found))
    _require_here(person, found, request.region)
    view = request.parameters.view()
    facts = gather.pension(
        session,
        person,
        region=request.region,
        month=month,
        transition=request.given.get("transition"),
        parameters=view,
    )
    calculation = pension(facts, view)
    first = month.after(1)
    return Proposal(
        calculation=calculation,
        subject="old_age.pension",
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
        card_data=[RETIRED, _card_data(request, found, month)],
        says=_says(way, first),
    )


def _claim(session: Session, request: Request, found: ContributionRecord) -> Claim:
    person, month = request.person, request.given["month"]
    category, birth = CATEGORIES[person.category], Month.of_day(person.birth)
    legal = legal_month(category, birth)
    by_then = [one for one in found.paid if one.month <= legal]
    return Claim(
        category=category,
        birth=birth,
        month=month,
        months=found.paid_months + found.deemed_months,
        months_of_age=len(by_then) + found.deemed_months,
        employed=_is_employed(
            record.latest(session, person.number, Insurance.OLD_AGE), before=month
        ),
        notice=request.given.get("notice"),
        agreed=request.given["employer_agrees"],
    )


def _is_employed(enrolled: Enrolment | None, *, before: Month) -> bool:
    """Whether an employer insured him up to his retirement."""
    if enrolled is None or enrolled.employer is None:
        return False
    return enrolled.until_month is None or enrolled.until_month >= before.after(-1)


def _require_none_yet(session: Session, person: InsuredPerson) -> None:
    if person.died_on is not None:
        raise DeadPersonError
    if pensions.own(session, person.number, [PENSION]):
        raise AlreadyDrawnError


def _require_here(person: InsuredPerson, found: ContributionRecord, region: str) -> None:
    """Raise DrawnElsewhereError unless the province of *region* grants it."""
    months: dict[str, int] = {}
    for one in found.paid:
        months[one.region[:2]] = months.get(one.region[:2], 0) + 1
    order = list(dict.fromkeys(one.region[:2] for one in reversed(found.paid)))[::-1]
    household = person.household_region
    place = drawing_province(
        months, order=order, household=None if household is None else household[:2]
    )
    if order and place != region[:2]:
        raise DrawnElsewhereError(place)


def _card_data(request: Request, found: ContributionRecord, month: Month) -> CardData:
    items = {
        "scheme": Insurance.OLD_AGE.value,
        "insured_region": request.region,
        "retirement_date": month.first_day.isoformat(),
        "benefit_start_date": month.after(1).first_day.isoformat(),
        "update_date": request.today.isoformat(),
    }
    if found.paid:
        items["account_opening_date"] = found.paid[0].month.first_day.isoformat()
    return CardData(application="DF03", group="pension_insurance", items=items)


def _says(way: Way, first: Month) -> list[tuple[str, str]]:
    en, zh = NAMES[way]
    return [
        (f"Retirement {en}.", f"退休方式：{zh}。"),
        (
            f"A pension is paid from {first} on.",
            f"自 {first} 起按月发放基本养老金。",
        ),
    ]
