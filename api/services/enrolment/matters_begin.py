"""Enrolling: employees, flexible workers, residents, platform workers."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from api.services.enrolment import card, employers, enrolments, plans
from api.services.enrolment.categories import Category
from api.services.enrolment.enrolments import EnrolmentPlan
from api.services.enrolment.errors import AlreadyEnrolledError
from api.services.enrolment.models import Enrolment
from api.services.enrolment.tariff import Tariff
from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.matters.rule import CardData, Field, FieldKind, MatterRule, Proposal, Request
from api.services.months import Month
from api.services.offices.tree import Tier
from api.services.platform_work.industries import INDUSTRIES as PLATFORMS

OTHER_SCHEME: Final = "other-scheme"  # why a resident's enrolment ends: he is an employee now


def _employee(session: Session, request: Request) -> Proposal:
    wanted = plans.employee(session, request)
    employer = employers.get(session, request.given["employer"])
    since = request.given["from_month"].first_day
    work = card.employed(employer, since=since, today=request.today)
    return _begin(session, request, wanted, work)


def _flexible(session: Session, request: Request) -> Proposal:
    wanted = _flexible_plans(session, request)
    work = [
        card.registered_work(
            card.BEGUN, card.FLEXIBLE, region=wanted[0].region, today=request.today
        )
    ]
    return _begin(session, request, wanted, work)


def _resident(session: Session, request: Request) -> Proposal:
    """A yearly tier that the region offers (国发〔2014〕8号 三, 四, since 2014-02-21)."""
    (wanted,) = _resident_plans(session, request)
    other = enrolments.open_in(session, request.person.number, Insurance.OLD_AGE)
    if other is not None:
        place = enrolments.place_of(session, other)
        raise AlreadyEnrolledError(Insurance.OLD_AGE, place, other.from_month)
    tariff = Tariff(request.parameters.view())
    tariff.tier(wanted.region, wanted.from_month, request.given["tier"])
    return _begin(session, request, [wanted], [])


def _platform(session: Session, request: Request) -> Proposal:
    """Only registered: each order that the platform reports insures (人社部发〔2021〕110号)."""
    platform = employers.get_open(session, request.given["employer"])
    if platform.industry not in PLATFORMS:
        raise RefusedError(
            ("This employer is no platform of the pilot.", "该单位不是试点平台企业。"),
            ("Name the platform that gives the orders.", "请填写派单的平台企业。"),
        )
    return _begin(session, request, _platform_plans(session, request), [])


def _begin(
    session: Session, request: Request, wanted: Sequence[EnrolmentPlan], work: list[CardData]
) -> Proposal:
    person = request.person.number
    for plan in wanted:
        if plan.insurance in card.PENSIONS:
            plans.require_no_pension(session, person, plan.insurance)
    enrolments.require_free(session, person, wanted)
    opened = plans.first_month(session, person, wanted[0].insurance)
    ended = _resident_before(session, person, wanted)
    return Proposal(
        calculation=None
        if wanted[0].category is Category.RESIDENT
        else plans.base_explained(request, wanted[0]),
        card_data=[*work, *card.insured(wanted, opened=opened, today=request.today)],
        says=[*plans.ending(ended), *plans.told(session, wanted)],
    )


def _resident_before(
    session: Session, person: str, wanted: Sequence[EnrolmentPlan]
) -> list[tuple[Enrolment, Month]]:
    """A resident's enrolment, which ends when somebody joins the insurance of employees; its last
    month.

    人社部发〔2014〕17号 (since 2014-07-01): the two schemes are not for the same months.
    """
    if all(plan.insurance is not Insurance.OLD_AGE for plan in wanted):
        return []
    found = enrolments.open_in(session, person, Insurance.RESIDENT_OLD_AGE)
    if found is None:
        return []
    return [(found, max(found.from_month, wanted[0].from_month.after(-1)))]


def _flexible_plans(session: Session, request: Request) -> list[EnrolmentPlan]:
    return plans.by_himself(session, request, Category.FLEXIBLE, request.given["income"])


def _resident_plans(session: Session, request: Request) -> list[EnrolmentPlan]:
    return plans.by_himself(session, request, Category.RESIDENT, request.given["tier"])


def _platform_plans(session: Session, request: Request) -> list[EnrolmentPlan]:
    platform = employers.get_open(session, request.given["employer"])
    return plans.plans_of(
        request, Category.PLATFORM, platform.office, employer=platform.code, base=None
    )


def _opening(session: Session, request: Request, wanted: Sequence[EnrolmentPlan]) -> None:
    person, at, by = request.person.number, request.at, request.by
    for row, last in _resident_before(session, person, wanted):
        enrolments.end(session, row, last=last, reason=OTHER_SCHEME, at=at, by=by)
    enrolments.open_enrolments(session, person, wanted, matter=request.matter.id, at=at, by=by)


def _open_employee(session: Session, request: Request, _proposal: Proposal) -> None:
    _opening(session, request, plans.employee(session, request))


def _open_flexible(session: Session, request: Request, _proposal: Proposal) -> None:
    _opening(session, request, _flexible_plans(session, request))


def _open_resident(session: Session, request: Request, _proposal: Proposal) -> None:
    _opening(session, request, _resident_plans(session, request))


def _open_platform(session: Session, request: Request, _proposal: Proposal) -> None:
    _opening(session, request, _platform_plans(session, request))


MATTERS: Final = (
    MatterRule(
        kind="enrolment.employee",
        living=True,
        label=("enrolment as an employee", "职工参保登记"),
        about=(
            "Old-age, unemployment and work-injury insurance with an employer.",
            "用人单位职工参加养老、失业、工伤保险。",
        ),
        propose=_employee,
        effects=_open_employee,
        where=plans.at_employer,
        fields=(plans.EMPLOYER, plans.FROM, plans.WAGE),
        decided_by=Tier.TOWNSHIP,
        needs_card=False,  # the employer registers him within thirty days (社会保险法 第五十八条)
        group="enrolment",
    ),
    MatterRule(
        kind="enrolment.flexible",
        living=True,
        label=("enrolment as a flexible worker", "灵活就业人员参保登记"),
        about=(
            "Old-age insurance of employees for somebody who pays himself, wherever he is from.",
            "灵活就业人员以个人身份参加企业职工基本养老保险，不受户籍限制。",
        ),
        propose=_flexible,
        effects=_open_flexible,
        where=plans.at_office,
        fields=(
            plans.FROM,
            Field(
                name="income",
                label=("monthly income", "月收入"),
                kind=FieldKind.AMOUNT,
                least=1,
            ),
            plans.OFFICE,
        ),
        decided_by=Tier.TOWNSHIP,
        group="enrolment",
    ),
    MatterRule(
        kind="enrolment.resident",
        living=True,
        label=("enrolment as a resident", "城乡居民参保登记"),
        about=(
            "Old-age insurance of residents, by a yearly tier.",
            "城乡居民参加基本养老保险，按年选择缴费档次。",
        ),
        propose=_resident,
        effects=_open_resident,
        where=plans.at_office,
        fields=(
            plans.FROM,
            Field(
                name="tier",
                label=("yearly tier", "年缴费档次"),
                kind=FieldKind.AMOUNT,
                least=1,
            ),
            plans.OFFICE,
        ),
        decided_by=Tier.VILLAGE,
        group="enrolment",
    ),
    MatterRule(
        kind="enrolment.platform",
        living=True,
        label=("registration as a platform worker", "新就业形态人员登记"),
        about=(
            "The occupational-injury pilot: insured by the orders that a platform reports.",
            "新就业形态人员职业伤害保障，由平台按单缴费。",
        ),
        propose=_platform,
        effects=_open_platform,
        where=plans.at_employer,
        fields=(plans.EMPLOYER, plans.FROM),
        decided_by=Tier.TOWNSHIP,
        group="enrolment",
    ),
)
