"""The yearly adjustment of what is drawn by the month (工伤保险条例 第四十条, since 2011-01-01).

The rises and the average wage are parameters. Each award is adjusted once for a month, with a
calculation of its own; where a parameter is missing, nobody in the region is.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.declared import DECLARED
from api.services.awards.models import Award
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.money import fen_of
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.work_injury.determination import rise
from api.services.work_injury.models import InjuryAward
from api.services.work_injury.rules import MONTHLY_PERCENT
from issuance.instants import local_day

ADJUSTED = "adjusted"
PARTS = ("work_injury_allowance", "work_injury_care", "work_injury_dependant")


def adjust(session: Session, region: str, month: Month, *, at: datetime, by: str) -> int:
    """Adjust the awards of a region (and of what lies in it) from *month* on; how many changed.

    Raises ParameterMissingError.
    """
    parameters = ParameterBook(session)
    changed = [
        _adjust(session, row, grade, month, parameters, at=at, by=by)
        for row, grade in _rows(session, region, month)
    ]
    return sum(changed)


def _rows(session: Session, region: str, month: Month) -> Sequence[tuple[Award, str | None]]:
    """What ran before *month* and runs in it, with the grade that it holds by."""
    inside = region.rstrip("0") if region.endswith("00") else region
    rows = session.execute(
        select(Award, InjuryAward.grade)
        .join(InjuryAward, InjuryAward.award == Award.id)
        .where(
            Award.benefit.in_(PARTS),
            Award.region.startswith(inside),
            Award.from_month < month,
            or_(Award.until_month.is_(None), Award.until_month >= month),
        )
        .order_by(Award.id)
    )
    return [(row, grade) for row, grade in rows]


def _adjust(
    session: Session,
    row: Award,
    grade: str | None,
    month: Month,
    parameters: ParameterBook,
    *,
    at: datetime,
    by: str,
) -> bool:
    name = hashlib.sha256(f"{row.id} {ADJUSTED} {month}".encode()).hexdigest()[:32]
    held = grants.amounts(session, row.id)
    if any(one.calculation == name for one in held):
        return False
    benefit = DECLARED[row.benefit]
    facts = Facts(
        region=row.region,
        month=month,
        values={
            "benefit": benefit.result,
            "before": grants.amount_at(held, month),
            "grade": int(grade) if grade and int(grade) in MONTHLY_PERCENT else None,
            "care": grade or "",
        },
    )
    view = parameters.view()
    found = rise(facts, view)
    kept = store.keep(
        session,
        found,
        id=name,
        subject="work_injury.rise",
        person=row.person,
        facts=facts,
        used=view.used,
        at=at,
        by=by,
    )
    changed = grants.change_amount(
        session,
        row,
        from_month=month,
        amount=fen_of(Decimal(str(found.results[benefit.result]))),
        calculation=kept.id,
        reason=ADJUSTED,
        at=at,
        by=by,
    )
    through = Month.of_day(local_day(at))
    payables.settle(session, row, through=through, run=f"{ADJUSTED} {month}", at=at)
    return changed
