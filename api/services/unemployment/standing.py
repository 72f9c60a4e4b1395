"""Where somebody stands with unemployment insurance: what was used up, what is left.

The contributions that a claim counted are used up by it; the months that it left are kept
(社会保险法 第四十六条; 失业保险金申领发放办法 第十五条).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.enrolment import record
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.unemployment.errors import NotRegisteredUnemployedError
from api.services.unemployment.models import UnemploymentClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """*all_months* and *paid_months* are contributed ones: ever, and since the last claim."""

    all_months: int
    paid_months: int
    last_paid: Month | None
    left: int
    last_drawn: Month | None


def claims(session: Session, person: str) -> Sequence[UnemploymentClaim]:
    """All registrations of somebody, in order."""
    return session.scalars(
        select(UnemploymentClaim)
        .where(UnemploymentClaim.person == person)
        .order_by(UnemploymentClaim.number)
    ).all()


def open_claim(session: Session, person: str) -> UnemploymentClaim | None:
    """The registration that has not ended."""
    return session.scalars(
        select(UnemploymentClaim)
        .where(UnemploymentClaim.person == person, UnemploymentClaim.ended_on.is_(None))
        .order_by(UnemploymentClaim.number.desc())
        .limit(1)
    ).first()


def need_open_claim(session: Session, person: str) -> UnemploymentClaim:
    """As `open_claim`. Raises NotRegisteredUnemployedError."""
    if (found := open_claim(session, person)) is None:
        raise NotRegisteredUnemployedError
    return found


def standing(session: Session, person: str, *, until: Month, before: int | None = None) -> Standing:
    """What counts for a claim after an employment that ended in *until*.

    *before*: the number of the claim, where it was decided already.
    """
    earlier = [row for row in claims(session, person) if before is None or row.number < before]
    last = next((row for row in reversed(earlier) if row.award), None)
    counted = record.record(session, person, Insurance.UNEMPLOYMENT, until=until)
    paid = [one.month for one in counted.paid]
    deemed = [month for one in counted.deemed for month in one.from_month.through(one.until_month)]
    months = {month for month in (*paid, *deemed) if month <= until}
    used = last.counted_through if last else None
    award = grants.get(session, last.award) if last and last.award else None
    drawn = 0
    if award is not None and award.until_month is not None:
        drawn = award.until_month.since(award.from_month) + 1
    return Standing(
        all_months=len(months),
        paid_months=len([month for month in months if used is None or month > used]),
        last_paid=max(paid, default=None),
        left=last.months_due - drawn if last else 0,
        last_drawn=award.until_month if award else None,
    )
