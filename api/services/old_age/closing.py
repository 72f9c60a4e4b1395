"""Ending an enrolment because somebody retires or dies."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.services.enrolment.models import Enrolment
from api.services.months import Month
from issuance import audit


def end_enrolment(
    session: Session, row: Enrolment, last: Month, *, reason: str, at: datetime, by: str
) -> bool:
    """Let *last* be its last month, or its first one where that is later; False where it ended."""
    if row.until_month is not None:
        return False
    row.until_month, row.end_reason = max(last, row.from_month), reason
    session.flush()
    detail: audit.Detail = {
        "insurance": row.insurance,
        "last": str(row.until_month),
        "reason": reason,
    }
    things = [(f"enrolment {audit.masked(row.person)}", detail)]
    audit.append(session, "enrolment.end", things, chain=row.region, by=by, at=at)
    return True
