"""The matters of the basic old-age insurance of employees."""

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from api.services.awards.grants import AwardPlan
from api.services.determination.facts import Facts
from api.services.enrolment import accounts, record
from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.matters.rule import CardData, Field, FieldKind, MatterRule, Proposal, Request
from api.services.money import fen_of
from api.services.months import Month
from api.services.old_age.determination import pension
from api.services.retirement_age.rules import CATEGORIES, choice


def _retire(session: Session, request: Request) -> Proposal:
    """The pension, from the month after the one in which somebody retires."""
    person, month = request.person, request.given["month"]
    birth = Month.of_day(person.birth)
    age = month.since(birth)
    earliest, latest = choice(CATEGORIES[person.category], birth)
    if not earliest <= age <= latest or month > request.month:
        raise RefusedError(
            (
                f"A pension may begin from {birth.after(earliest)} on.",
                f"最早可于 {birth.after(earliest)} 办理退休。",
            ),
            ("Come back in that month.", "请届时办理。"),
        )
    found = record.record(session, person.number, Insurance.OLD_AGE, until=month)
    view = request.parameters.view()
    saved = accounts.balance_of(found.paid, until=month, region=request.region, parameters=view)
    facts = Facts(
        region=request.region,
        month=month,
        values={
            "age": age,
            "account": int(saved),
            "paid": [[one.region, str(one.month), int(one.base)] for one in found.paid],
            "deemed": [[one.months, str(one.index)] for one in found.deemed],
        },
    )
    calculation = pension(facts, view)
    plan = AwardPlan(
        benefit="pension",
        region=request.region,
        person=person.number,
        insured=person.number,
        from_month=month.after(1),
        amount=fen_of(Decimal(str(calculation.results["total"]))),
    )
    return Proposal(
        calculation=calculation,
        subject="old_age.pension",
        facts=facts,
        used=view.used,
        awards=[plan],
        card_data=[
            CardData(
                application="DF03",
                group="pension_insurance",
                items={
                    "scheme": Insurance.OLD_AGE.value,
                    "insured_region": request.region,
                    "retirement_date": month.first_day.isoformat(),
                    "benefit_start_date": month.after(1).first_day.isoformat(),
                    "update_date": request.today.isoformat(),
                },
            )
        ],
        says=[
            (
                f"A pension is paid from {month.after(1)} on.",
                f"自 {month.after(1)} 起按月发放基本养老金。",
            )
        ],
    )


MATTERS: Final[tuple[MatterRule, ...]] = (
    MatterRule(
        kind="old_age.retire",
        label=("retirement", "退休待遇申领"),
        about=("The pension of an employee who retires.", "企业职工退休，核定基本养老金。"),
        propose=_retire,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(name="month", label=("month of retirement", "退休年月"), kind=FieldKind.MONTH),
        ),
        reviewed=True,
        group="old_age",
    ),
)
