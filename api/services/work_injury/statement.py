"""What somebody may read of his injuries at work, as an employee or taking orders of a platform."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.work_injury.models import Injury


def statement(session: Session, person: str) -> dict[str, Any]:
    """Every injury with its determination and appraisal."""
    rows = session.scalars(
        select(Injury).where(Injury.person == person).order_by(Injury.happened_on, Injury.id)
    )
    return {"person": person, "injuries": [_injury(one) for one in rows]}


def _injury(one: Injury) -> dict[str, Any]:
    return {
        "id": one.id,
        "insurance": one.insurance,
        "employer": one.employer,
        "region": one.region,
        "happened_on": one.happened_on.isoformat(),
        "what": one.what,
        "reported_on": one.reported_on.isoformat(),
        "recurrence_of": one.recurrence_of,
        "determination": one.determination,
        "finding": one.finding,
        "determined_on": _day(one.determined_on),
        "appraisal": one.appraisal,
        "grade": one.grade,
        "care": one.care,
        "appraised_on": _day(one.appraised_on),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
