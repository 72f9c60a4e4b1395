"""The yearly adjustment of what is drawn by the month (工伤保险条例 第四十条, since 2011-01-01).

The rises and the average wage are parameters; where one is missing, nobody in the region is
adjusted.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.services.awards import adjustments, grants
from api.services.awards.declared import DECLARED
from api.services.awards.models import Award
from api.services.determination.facts import Facts
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.work_injury.determination import rise
from api.services.work_injury.models import InjuryAward

PARTS = ("work_injury_allowance", "work_injury_care", "work_injury_dependant")


def adjust(session: Session, region: str, month: Month, *, at: datetime, by: str) -> int:
    """Adjust the awards of a region (and of what lies in it) from *month* on; how many changed.

    Raises ParameterMissingError.
    """
    parameters = ParameterBook(session)
    return sum(
        adjustments.adjust(
            session,
            row,
            _facts(session, row, grade, month),
            subject="work_injury.rise",
            determine=rise,
            result=DECLARED[row.benefit].results[0],
            parameters=parameters,
            at=at,
            by=by,
        )
        for row, grade in _rows(session, region, month)
    )


def _rows(session: Session, region: str, month: Month) -> Sequence[tuple[Award, str | None]]:
    """What ran before *month* and runs in it, with the grade that it holds by."""
    rows = session.execute(
        select(Award, InjuryAward.grade)
        .join(InjuryAward, InjuryAward.award == Award.id)
        .where(
            Award.benefit.in_(PARTS),
            Award.region.startswith(adjustments.inside(region)),
            Award.from_month < month,
            or_(Award.until_month.is_(None), Award.until_month >= month),
        )
        .order_by(Award.id)
    )
    return [(row, grade) for row, grade in rows]


def _facts(session: Session, row: Award, grade: str | None, month: Month) -> Facts:
    return Facts(
        region=row.region,
        month=month,
        values={
            "benefit": DECLARED[row.benefit].results[0],
            "before": grants.amount_at(grants.amounts(session, row.id), month),
            "grade": int(grade) if grade else None,
            "care": grade or "",
        },
    )
