"""What somebody would draw who lost his work; nothing is kept."""

from sqlalchemy.orm import Session

from api.services.enrolment import record
from api.services.explanation import Calculation
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.offices import tree
from api.services.parameters.book import ParameterBook
from api.services.people import registry
from api.services.unemployment import claim, determination, standing


def what_if(
    session: Session, person: str, *, lost: Month, parameters: ParameterBook
) -> Calculation:
    """If the employment ended in *lost*, against his will, and he registered in the month after.

    Raises UnknownError, UnemploymentConditionError, ParameterMissingError.
    """
    holder = registry.get(session, person)
    stands = standing.standing(session, person, until=lost)
    claim.require_a_year(stands)
    enrolled = record.latest(session, person, Insurance.UNEMPLOYMENT)
    region = enrolled.region if enrolled else tree.region_of(holder.office)
    return determination.claim(claim.facts_of(region, lost.after(1), stands), parameters.view())
