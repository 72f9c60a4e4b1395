"""A region raises its amounts: claims that run get them from that month on (第四十七条)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import adjustments
from api.services.awards.models import Award
from api.services.determination.facts import Facts
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.unemployment import rules
from api.services.unemployment.benefits import UNEMPLOYMENT
from api.services.unemployment.determination import amounts


def adjust(session: Session, region: str, month: Month, *, at: datetime, by: str) -> int:
    """Adjust the claims of a region (and of what lies in it) from *month* on; how many changed.

    Raises ParameterMissingError.
    """
    parameters = ParameterBook(session)
    rows = session.scalars(
        select(Award)
        .where(
            Award.benefit == UNEMPLOYMENT,
            Award.region.startswith(adjustments.inside(region)),
            Award.from_month < month,
            Award.until_month >= month,
        )
        .order_by(Award.id)
    ).all()
    changed = {
        row.id
        for row in rows
        for first, result in _stages(row, month)
        if adjustments.adjust(
            session,
            row,
            Facts(region=row.region, month=first, values={}),
            subject="unemployment.amounts",
            determine=amounts,
            result=result,
            parameters=parameters,
            at=at,
            by=by,
        )
    }
    return len(changed)


def _stages(row: Award, month: Month) -> list[tuple[Month, str]]:
    """From when on each amount holds, of those that still come."""
    later = row.from_month.after(rules.FIRST_STAGE)
    stages = [(month, "monthly_amount")] if month < later else []
    if row.until_month is not None and row.until_month >= later:
        stages.append((max(month, later), "later_amount"))
    return stages
