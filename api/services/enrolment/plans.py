"""From what is filled in to what is to be enrolled, and what the person is told of it.

Nobody has to be registered anywhere: the residence, the employer's office, or the one that somebody
names decides which office insures (社会保险法 第九十五条, since 2011-07-01; 国发〔2014〕8号 三).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards.models import Award
from api.services.enrolment import employers, enrolments, rules
from api.services.enrolment.categories import INSURANCES, Category
from api.services.enrolment.enrolments import EnrolmentPlan
from api.services.enrolment.errors import EnrolmentMonthError
from api.services.enrolment.models import Contribution, Enrolment
from api.services.enrolment.tariff import Tariff
from api.services.errors import ParameterMissingError, RefusedError
from api.services.explanation import Calculation
from api.services.insurances import NAMES, Insurance
from api.services.matters.rule import Field, FieldKind, Request
from api.services.money import Fen, yuan_of
from api.services.months import Month
from api.services.offices import tree
from api.services.offices.tree import Tier
from api.services.platform_work.industries import INDUSTRIES as PLATFORMS

LEAST_AGE: Final = (
    16 * 12
)  # 劳动法 第十五条 (since 1995-01-01); 国发〔2014〕8号 三 (since 2014-02-21)

EMPLOYER: Final = Field(
    name="employer",
    label=("employer", "用人单位"),
    kind=FieldKind.EMPLOYER,
    hint=("unified social credit code", "统一社会信用代码"),
)
FROM: Final = Field(name="from_month", label=("from month", "参保起始年月"), kind=FieldKind.MONTH)
WAGE: Final = Field(name="wage", label=("monthly wage", "月工资"), kind=FieldKind.AMOUNT, least=1)
OFFICE: Final = Field(
    name="office",
    label=("office to be insured at", "参保地经办机构"),
    kind=FieldKind.OFFICE,
    required=False,
    hint=("by default that of the residence", "默认为居住地经办机构"),
)


def at_employer(session: Session, given: Mapping[str, Any]) -> str | None:
    """The office of the employer that is named."""
    code = given.get("employer")
    return employers.get(session, code).office if code else None


def at_office(_session: Session, given: Mapping[str, Any]) -> str | None:
    """The office that is named."""
    return given.get("office")


def employee(session: Session, request: Request) -> list[EnrolmentPlan]:
    """The three insurances of an employee (社会保险法 第十条, 第三十三条, 第四十四条)."""
    employer = employers.get_open(session, request.given["employer"])
    if employer.industry in PLATFORMS:
        raise RefusedError(
            ("A platform is no employer of its couriers.", "平台企业不为网约劳动者办理职工参保。"),
            ("Register the person as a platform worker.", "请按新就业形态人员登记。"),
        )
    office = tree.at_tier(session, employer.office, Tier.COUNTY).code
    return plans_of(
        request, Category.EMPLOYEE, office, employer=employer.code, base=request.given["wage"]
    )


def by_himself(
    session: Session, request: Request, category: Category, base: Fen
) -> list[EnrolmentPlan]:
    """Of somebody who pays himself, at the office named or that of the residence."""
    office = request.given.get("office") or request.person.office
    return plans_of(request, category, tree.at_tier(session, office, Tier.COUNTY).code, base=base)


def plans_of(
    request: Request,
    category: Category,
    office: str,
    *,
    employer: str | None = None,
    base: Fen | None,
) -> list[EnrolmentPlan]:
    """One for each insurance of the category. Raises EnrolmentMonthError."""
    month: Month = request.given["from_month"]
    require_month(request, month)
    return [
        EnrolmentPlan(
            insurance=insurance,
            category=category,
            office=office,
            employer=employer,
            base=base,
            from_month=month,
        )
        for insurance in INSURANCES[category]
    ]


def require_month(request: Request, month: Month) -> None:
    """Raise EnrolmentMonthError for a month to come beyond the next, or before the age of 16."""
    if month > request.month.after(1):
        raise EnrolmentMonthError(
            (f"{month} is still to come.", f"{month} 尚未到来。"),
            ("Give this month, the next, or an earlier one.", "请填写本月、下月或之前的年月。"),
        )
    if month.since(Month.of_day(request.person.birth)) < LEAST_AGE:
        raise EnrolmentMonthError(
            ("The person is not 16 years old by then.", "届时该人员未满 16 周岁。"),
            ("Enrol from the month of the 16th birthday on.", "请自年满 16 周岁之月起参保。"),
        )


def require_no_pension(session: Session, person: str, insurance: Insurance) -> None:
    """Raise RefusedError for somebody who draws a pension of it (社会保险法 第十六条)."""
    drawn = session.scalar(
        select(Award.id)
        .where(
            Award.insured == person,
            Award.person == person,
            Award.insurance == insurance.value,
            Award.until_month.is_(None),
        )
        .limit(1)
    )
    if drawn is not None:
        en, zh = NAMES[insurance]
        raise RefusedError(
            (f"The person draws a pension of {en}.", f"该人员已领取{zh}待遇。"),
            ("Who draws a pension pays no contributions.", "领取待遇人员不再缴费。"),
        )


def first_month(session: Session, person: str, insurance: Insurance) -> Month | None:
    """The first month that was paid for: when the account was opened."""
    return session.scalar(
        select(func.min(Contribution.month)).where(
            Contribution.person == person, Contribution.insurance == insurance
        )
    )


def ending(rows: Sequence[tuple[Enrolment, Month]]) -> list[tuple[str, str]]:
    """What the person is told of enrolments that end, each with a month."""
    told = []
    for row, last in rows:
        enrolments.require_month(row, last)
        en, zh = NAMES[Insurance(row.insurance)]
        told.append((f"{en[0].upper()}{en[1:]} ends with {last}.", f"{zh}至 {last} 终止。"))
    return told


def told(session: Session, plans: Sequence[EnrolmentPlan]) -> list[tuple[str, str]]:
    """What the person is told of what is opened."""
    sentences = []
    for plan in plans:
        en, zh = NAMES[plan.insurance]
        place = tree.get(session, plan.office).name
        base = ("", "")
        if plan.base is not None:
            amount = yuan_of(plan.base)
            base = (f", declared wage {amount} yuan", f"，申报工资 {amount} 元")
        sentences.append(
            (
                f"{en[0].upper()}{en[1:]} from {plan.from_month} on at {place}{base[0]}.",
                f"自 {plan.from_month} 起在{place}参加{zh}{base[1]}。",
            )
        )
    return sentences


def base_explained(request: Request, plan: EnrolmentPlan) -> Calculation | None:
    """How the base comes from the declared wage; None where the region has not set its bounds yet.

    Enrolment does not wait for a parameter: a contribution does.
    """
    if plan.base is None:
        return None
    try:
        bounds = Tariff(request.parameters.view()).bounds(plan.region, plan.from_month)
    except ParameterMissingError:
        return None
    return Calculation(
        results={"counted_base": yuan_of(bounds.clip(plan.base))},
        steps=(rules.base_step(plan.base, bounds),),
    )
