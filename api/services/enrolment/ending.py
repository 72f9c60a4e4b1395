"""What ends somebody's enrolments whoever forgot them: a pension of his own, and death.

Who draws a pension pays no more for it, nor for unemployment (社会保险法 第十六条, 第五十一条,
since 2011-07-01); work-injury insurance ends with the work he did until then, and not with work
that he takes up later.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from api.services.awards import pensions
from api.services.enrolment import enrolments
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.old_age.benefits import PENSION as EMPLOYEES_PENSION
from api.services.people import registry
from api.services.resident_old_age.benefits import PENSION as RESIDENTS_PENSION

DIED: Final = "died"
RETIRED: Final = "retired"
ENDS: Final[Mapping[str, tuple[Insurance, ...]]] = MappingProxyType(
    {
        EMPLOYEES_PENSION: (Insurance.OLD_AGE, Insurance.UNEMPLOYMENT, Insurance.WORK_INJURY),
        RESIDENTS_PENSION: (Insurance.RESIDENT_OLD_AGE,),
    }
)


def follow(session: Session, person: str, *, at: datetime, by: str) -> None:
    """End what a pension or a death has ended; doing it again changes nothing."""
    died_on = registry.get(session, person).died_on
    drawn = {
        insurance: award.from_month
        for award in reversed(pensions.own(session, person))
        for insurance in ENDS[award.benefit]
    }
    for row in enrolments.open_of(session, person):
        pension = drawn.get(Insurance(row.insurance))
        if pension is not None and not (
            row.insurance == Insurance.WORK_INJURY and row.from_month >= pension
        ):
            last, reason = pension.after(-1), RETIRED
        elif died_on is not None:
            last, reason = Month.of_day(died_on), DIED
        else:
            continue
        enrolments.end(session, row, last=max(last, row.from_month), reason=reason, at=at, by=by)
