"""The benefit stops: by a matter, or because somebody works again, draws a pension, or died.

What was paid beyond the last month is recovered; the months that are left are kept for a later
claim (社会保险法 第五十一条, 第四十六条).
"""

from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from api.services.awards import grants, payables, pensions
from api.services.enrolment.models import Enrolment
from api.services.months import Month
from api.services.people import registry
from api.services.unemployment import rules, standing
from api.services.unemployment.models import UnemploymentClaim
from issuance.instants import local_day

EMPLOYEE = "employee"


def stop(
    session: Session, person: str, *, reason: str, on: date, run: str, at: datetime, by: str
) -> UnemploymentClaim | None:
    """End the open registration and its benefit; None where there is none.

    *reason* is one of `rules.STOPS`, *on* the day on which it arose; *run* names what makes the
    items that take back months too many.
    """
    found = standing.open_claim(session, person)
    if found is None:
        return None
    found.ended_on, found.end_reason = on, reason
    session.flush()
    if found.award is not None:
        award = grants.get(session, found.award, lock=True)
        last = rules.last_month(reason, Month.of_day(on))
        grants.end(session, award, last_month=last, reason=reason, at=at, by=by)
        payables.settle(session, award, through=Month.of_day(local_day(at)), run=run, at=at)
    holder = registry.get(session, person)
    registry.note(session, "unemployment.stop", holder, by=by, at=at, reason=reason, on=str(on))
    return found


def follow(session: Session, person: str, *, run: str, at: datetime, by: str) -> None:
    """Stop what an employment, a pension or a death has ended; doing it again changes nothing."""
    found = standing.open_claim(session, person)
    if found is None:
        return
    holder = registry.get(session, person)
    if holder.died_on is not None:
        stop(session, person, reason="death", on=holder.died_on, run=run, at=at, by=by)
        return
    begun = [
        (month, reason)
        for month, reason in (
            (_employed_since(session, found), "employed"),
            (_pension_since(session, person), "pension"),
        )
        if month is not None
    ]
    if begun:
        month, reason = min(begun, key=lambda one: one[0])
        stop(session, person, reason=reason, on=month.first_day, run=run, at=at, by=by)


def _employed_since(session: Session, claim: UnemploymentClaim) -> Month | None:
    """The first month of an employment that began after this one was lost."""
    lost = Month.of_day(claim.lost_on)
    return session.scalars(
        select(Enrolment.from_month)
        .where(
            Enrolment.person == claim.person,
            Enrolment.category == EMPLOYEE,
            or_(
                Enrolment.from_month > lost,
                and_(Enrolment.from_month == lost, Enrolment.at > claim.at),
            ),
        )
        .order_by(Enrolment.from_month)
        .limit(1)
    ).first()


def _pension_since(session: Session, person: str) -> Month | None:
    """The first month of a pension of his own."""
    found = pensions.own(session, person)
    return found[0].from_month if found else None
