"""What an injury in the course of an order would give; nothing is kept."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.determination.facts import Facts
from api.services.explanation import Calculation
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.people import registry
from api.services.platform_work.determination import disability
from api.services.platform_work.errors import NotAWorkerError
from api.services.platform_work.models import PlatformWorkerMonth
from api.services.work_injury.what_if import NO_CARE


def what_if(
    session: Session,
    person: str,
    *,
    happened: Month,
    grade: int,
    care: str = NO_CARE,
    parameters: ParameterBook,
) -> Calculation:
    """If somebody were hurt in *happened* and appraised in the same month, where he last worked.

    Raises UnknownError, NotAWorkerError, ParameterMissingError.
    """
    holder = registry.get(session, person)
    region = session.scalar(
        select(PlatformWorkerMonth.region)
        .where(
            PlatformWorkerMonth.person == holder.number,
            PlatformWorkerMonth.month <= happened,
            PlatformWorkerMonth.version == 0,
        )
        .order_by(PlatformWorkerMonth.month.desc(), PlatformWorkerMonth.orders.desc())
        .limit(1)
    )
    if region is None:
        raise NotAWorkerError
    facts = Facts(
        region=region,
        month=happened.after(1),
        values={"happened": str(happened), "grade": grade, "care": care, "lump_before": 0},
    )
    return disability(facts, parameters.view())
