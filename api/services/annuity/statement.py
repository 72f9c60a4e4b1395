"""What somebody may read of his annuity: the plans of the employers he was enrolled by."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.annuity.models import AnnuityPlan
from api.services.enrolment import years
from api.services.insurances import Insurance


def statement(session: Session, person: str) -> dict[str, Any]:
    """Each plan with its rates; what was paid stands in the statement of contributions."""
    employers = {
        one.employer
        for one in years.enrolments(session, person)
        if one.insurance == Insurance.ANNUITY
    }
    plans = session.scalars(
        select(AnnuityPlan)
        .where(AnnuityPlan.employer.in_(employers))
        .order_by(AnnuityPlan.employer, AnnuityPlan.from_month)
    )
    return {
        "person": person,
        "plans": [
            {
                "employer": one.employer,
                "from_month": str(one.from_month),
                "employer_rate": one.employer_rate,
                "own_rate": one.own_rate,
                "vesting_years": one.vesting_years,
            }
            for one in plans
        ],
    }
