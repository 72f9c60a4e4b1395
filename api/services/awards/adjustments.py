"""The yearly adjustment of an award: once for a month, with a calculation of its own."""

import hashlib
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.models import Award
from api.services.determination import store
from api.services.determination.facts import Determine, Facts
from api.services.money import fen_of
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from issuance.instants import local_day

ADJUSTED = "adjusted"


def adjust(
    session: Session,
    award: Award,
    facts: Facts,
    *,
    subject: str,
    determine: Determine,
    result: str,
    parameters: ParameterBook,
    at: datetime,
    by: str,
) -> bool:
    """Let the *result* of a determination be the amount from the month of the *facts* on.

    False where it was adjusted for that month before, or the amount is the same. Months that were
    paid get the difference as a further item. Raises ParameterMissingError.
    """
    text = f"{award.id} {ADJUSTED} {result} {facts.month}"
    name = hashlib.sha256(text.encode()).hexdigest()[:32]
    if any(one.calculation == name for one in grants.amounts(session, award.id)):
        return False
    view = parameters.view()
    found = determine(facts, view)
    kept = store.keep(
        session,
        found,
        id=name,
        subject=subject,
        person=award.person,
        facts=facts,
        used=view.used,
        at=at,
        by=by,
    )
    changed = grants.change_amount(
        session,
        award,
        from_month=facts.month,
        amount=fen_of(Decimal(str(found.results[result]))),
        calculation=kept.id,
        reason=ADJUSTED,
        at=at,
        by=by,
    )
    if changed:
        through = Month.of_day(local_day(at))
        run = f"{ADJUSTED} {facts.month}"
        payables.settle(session, award, through=through, run=run, at=at)
    return changed


def inside(region: str) -> str:
    """How the regions begin that lie in one: 430000 is a province, 430100 a city."""
    if region.endswith("0000"):
        return region[:2]
    return region[:4] if region.endswith("00") else region
