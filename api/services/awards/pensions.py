"""Who draws a basic pension of his own: the question that several insurances ask."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards.models import Award
from api.services.old_age.benefits import PENSION as EMPLOYEES_PENSION
from api.services.resident_old_age.benefits import PENSION as RESIDENTS_PENSION

PENSIONS: Final = (EMPLOYEES_PENSION, RESIDENTS_PENSION)


def own(session: Session, person: str, benefits: Sequence[str] = PENSIONS) -> Sequence[Award]:
    """The pensions from his own insurance, the earliest first; one taken back whole is none."""
    return session.scalars(
        select(Award)
        .where(
            Award.person == person,
            Award.insured == person,
            Award.benefit.in_(benefits),
            Award.until_month.is_(None) | (Award.until_month >= Award.from_month),
        )
        .order_by(Award.from_month, Award.id)
    ).all()
