"""What an injury at work would give; nothing is kept."""

from sqlalchemy.orm import Session

from api.services.determination.facts import Facts
from api.services.enrolment import record
from api.services.explanation import Calculation
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.people import registry
from api.services.work_injury import injuries
from api.services.work_injury.determination import disability
from api.services.work_injury.errors import NotInsuredThenError
from api.services.work_injury.models import Injury

NO_CARE = "4"  # code table 33


def what_if(
    session: Session,
    person: str,
    *,
    happened: Month,
    grade: int,
    care: str = NO_CARE,
    leaves: bool = False,
    parameters: ParameterBook,
) -> Calculation:
    """If somebody were hurt in *happened*, appraised in the same month, and *leaves* at once.

    Raises UnknownError, NotInsuredThenError, ParameterMissingError.
    """
    holder = registry.get(session, person)
    enrolled = record.latest(session, person, Insurance.WORK_INJURY)
    if enrolled is None or enrolled.employer is None:
        raise NotInsuredThenError
    injury = Injury(
        person=holder.number, employer=enrolled.employer, happened_on=happened.first_day
    )
    facts = Facts(
        region=enrolled.region,
        month=happened.after(1),
        values={
            **injuries.wage_facts(session, injury),
            "grade": grade,
            "care": care,
            "lump_before": 0,
            "leaves": str(happened) if leaves else None,
        },
    )
    return disability(facts, parameters.view())
