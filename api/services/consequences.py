"""What one insurance does to another: what ends because something else has begun.

It goes by what the book holds, so that it does not matter who changed it, and doing it again
changes nothing. Decisions call it; whoever enrols people or grants pensions otherwise does too.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.declared import DECLARED
from api.services.enrolment import ending as enrolments_ending
from api.services.months import Month
from api.services.old_age import life_proofs
from api.services.people import registry
from api.services.unemployment import stops
from api.services.work_injury import ending
from issuance.instants import local_day

DEATH = "death"


def follow(session: Session, person: str, *, run: str, at: datetime, by: str) -> None:
    """Bring somebody's enrolments and benefits in line with his work, pensions and death.

    *run* names the matter or the work that changed them, as payable items name it.
    """
    enrolments_ending.follow(session, person, at=at, by=by)
    stops.follow(session, person, run=run, at=at, by=by)
    ending.follow(session, person, run=run, at=at, by=by)
    died_on = registry.get(session, person).died_on
    if died_on is not None:
        _end(session, person, died_on, run=run, at=at, by=by)


def _end(session: Session, person: str, died_on: date, *, run: str, at: datetime, by: str) -> None:
    """The month of death is the last that is paid; what was paid beyond it is taken back."""
    last, now = Month.of_day(died_on), Month.of_day(local_day(at))
    for row in grants.of_person(session, person):
        # Payments of a fixed number are an account's: what is left of it, the heirs claim.
        if row.until_month is None or DECLARED[row.benefit].lives:
            life_proofs.lived(session, row, until=last, at=at, by=by)
            grants.end(session, row, last_month=last, reason=DEATH, at=at, by=by)
            payables.settle(session, row, through=now, run=run, at=at)
