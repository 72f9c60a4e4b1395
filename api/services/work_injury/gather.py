"""The facts of an injury's benefits from the book of today: the wage before it happened.

Grade, care and dependants are those of the decision: another one is a matter of its own.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.models import Award, AwardAmount
from api.services.awards.pending import Pending
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.parameters.view import Parameters
from api.services.work_injury import injuries
from api.services.work_injury.models import Injury, InjuryAward


def _by_wage(
    session: Session, row: StoredCalculation, _parameters: Parameters, _pending: Pending
) -> Facts:
    values = dict(row.facts)
    injury = session.scalars(
        select(Injury)
        .join(InjuryAward, InjuryAward.injury == Injury.id)
        .join(AwardAmount, AwardAmount.award == InjuryAward.award)
        .where(AwardAmount.calculation.in_(store.lineage(session, row)))
        .limit(1)
    ).first()
    if injury is not None:
        values |= injuries.wage_facts(session, injury)
    return Facts(region=row.region, month=row.month, values=values)


def _rise(
    session: Session, row: StoredCalculation, _parameters: Parameters, pending: Pending
) -> Facts:
    """What was paid before; where another decision begins in the same month it stays as it was."""
    values, lineage = dict(row.facts), store.lineage(session, row)
    award = session.scalars(
        select(Award)
        .join(AwardAmount, AwardAmount.award == Award.id)
        .where(AwardAmount.calculation.in_(lineage))
        .limit(1)
    ).first()
    if award is not None:
        amounts = grants.amounts(session, award.id)
        others = [one for one in amounts if one.calculation not in lineage]
        if all(one.from_month != row.month for one in others):
            values["before"] = int(pending.amount_at(session, award, row.month.after(-1)))
    return Facts(region=row.region, month=row.month, values=values)


GATHER = {
    "work_injury.disability": _by_wage,
    "work_injury.dependant": _by_wage,
    "work_injury.rise": _rise,
}
