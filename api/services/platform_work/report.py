"""Reporting an injury in the course of an order.

Of several platforms that somebody works for on a day, the one whose order he was carrying answers
for it; the order says which (人社部发〔2025〕24号, since 2025-07-01).
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment.models import Employer
from api.services.errors import RefusedError
from api.services.insurances import Insurance
from api.services.matters.rule import Proposal, Request
from api.services.months import Month
from api.services.offices import tree
from api.services.platform_work.errors import NotAPlatformError, NotAWorkerError
from api.services.platform_work.industries import INDUSTRIES
from api.services.platform_work.models import PlatformWorkerMonth
from api.services.platform_work.scheme import PLATFORM_WORK, is_insured, is_posted
from api.services.work_injury import injuries
from api.services.work_injury import report as injury_report
from api.services.work_injury.models import Injury


def report(session: Session, request: Request) -> Proposal:
    """The report; within 30 days by the platform, a year by the person (办法, since 2025-07-01)."""
    injury_report.require_in_time(request)
    injury = _reported(request)
    platform = session.get_one(Employer, injury.employer)
    if platform.industry not in INDUSTRIES:
        raise NotAPlatformError
    _require_one_platform(session, injury)
    month = Month.of_day(injury.happened_on)
    if is_posted(session, injury.employer, injury.region, month) and not is_insured(
        session, injury
    ):
        raise NotAWorkerError
    others = _other_platforms(session, injury, month)
    return Proposal(says=[injury_report.in_time(request), *_answers(platform, others)])


def reported(session: Session, request: Request, _proposal: Proposal) -> None:
    """Write it."""
    injury_report.write(session, request, _reported(request))


def _reported(request: Request) -> Injury:
    region = tree.region_of(request.given["place"])
    return injury_report.reported_injury(request, PLATFORM_WORK, region)


def _require_one_platform(session: Session, injury: Injury) -> None:
    """One injury belongs to one order, and that to one platform."""
    for row in injuries.of_person(session, injury.person, Insurance.PLATFORM_INJURY):
        if row.happened_on == injury.happened_on:
            raise RefusedError(
                (
                    f"An injury of that day was reported already, with order {row.order_number}.",
                    f"该日职业伤害已申报，订单编号 {row.order_number}。",
                ),
                (
                    "The platform whose order was being carried answers for it.",
                    "由执行中订单所属的平台企业承担责任。",
                ),
            )


def _other_platforms(session: Session, injury: Injury, month: Month) -> list[str]:
    """The names of other platforms that he took orders of in the month."""
    return list(
        session.scalars(
            select(Employer.name)
            .join(PlatformWorkerMonth, PlatformWorkerMonth.platform == Employer.code)
            .where(
                PlatformWorkerMonth.person == injury.person,
                PlatformWorkerMonth.month == month,
                PlatformWorkerMonth.platform != injury.employer,
                PlatformWorkerMonth.version == 0,
            )
            .order_by(Employer.name)
        )
    )


def _answers(platform: Employer, others: list[str]) -> list[tuple[str, str]]:
    name = platform.name
    lines = [
        (
            f"{name} answers for it: its order was being carried.",
            f"由执行中订单所属的 {name} 承担申报和缴费责任。",
        )
    ]
    if others:
        names = ", ".join(others)
        lines.append((f"Not {names}.", f"不涉及 {names}。"))
    return lines
