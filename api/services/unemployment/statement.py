"""What somebody may read of his unemployment: claims, months, what he did to find work."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards.models import PayableItem
from api.services.unemployment.models import JobSearch, UnemploymentClaim


def statement(session: Session, person: str) -> dict[str, Any]:
    """Every claim with its months due and received, and the job-search record."""
    claims = session.scalars(
        select(UnemploymentClaim)
        .where(UnemploymentClaim.person == person)
        .order_by(UnemploymentClaim.number)
    )
    searches = session.scalars(
        select(JobSearch).where(JobSearch.person == person).order_by(JobSearch.number)
    )
    return {
        "person": person,
        "claims": [_claim(session, one) for one in claims],
        "job_search": [
            {"on": one.on.isoformat(), "kind": one.kind, "employer": one.employer}
            for one in searches
        ],
    }


def _claim(session: Session, one: UnemploymentClaim) -> dict[str, Any]:
    return {
        "number": one.number,
        "region": one.region,
        "lost_on": one.lost_on.isoformat(),
        "registered_on": one.registered_on.isoformat(),
        "reason": one.reason,
        "paid_months": one.paid_months,
        "carried": one.carried,
        "months_due": one.months_due,
        "months_received": _received(session, one.award),
        "award": one.award,
        "ended_on": None if one.ended_on is None else one.ended_on.isoformat(),
        "end_reason": one.end_reason,
    }


def _received(session: Session, award: str | None) -> int:
    """Months for which something is payable, all corrections counted."""
    if award is None:
        return 0
    months = (
        select(PayableItem.month)
        .where(PayableItem.award == award)
        .group_by(PayableItem.month)
        .having(func.sum(PayableItem.amount) > 0)
    )
    return session.scalar(select(func.count()).select_from(months.subquery())) or 0
