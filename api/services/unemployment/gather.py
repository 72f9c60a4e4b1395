"""The facts of a claim that was decided, from the book of today."""

from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.pending import Pending
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.months import Month
from api.services.parameters.view import Parameters
from api.services.unemployment import standing
from api.services.unemployment.models import UnemploymentClaim


def _claim(
    session: Session, row: StoredCalculation, _parameters: Parameters, _pending: Pending
) -> Facts:
    found, values = _decided(session, row), dict(row.facts)
    if found is not None:
        lost = Month.of_day(found.lost_on)
        stands = standing.standing(session, row.person, until=lost, before=found.number)
        values |= {"paid_months": stands.paid_months, "left": stands.left}
    return Facts(region=row.region, month=row.month, values=values)


def _decided(session: Session, row: StoredCalculation) -> UnemploymentClaim | None:
    """The claim that the calculation was made for."""
    lineage = store.lineage(session, row)
    for found in standing.claims(session, row.person):
        if found.award is not None:
            first = grants.amounts(session, found.award)[0]
            if first.calculation in lineage:
                return found
    return None


GATHER = {"unemployment.claim": _claim}
