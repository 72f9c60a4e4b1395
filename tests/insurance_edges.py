"""What tests of two insurances at once need: benefits that are there, and days."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from api.services import consequences
from api.services.awards.grants import AwardPlan, grant
from api.services.money import Fen
from api.services.months import Month
from tests.insurance import CLERK, REGION, InsuranceOffice


def moment(day: str) -> datetime:
    """Noon of a day."""
    return datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)


def granted(office: InsuranceOffice, person: str, plan: AwardPlan) -> None:
    """A benefit that somebody draws, with what follows for others."""

    def work(session: Session) -> None:
        grant(session, plan, matter=None, calculation=None, at=office.at, by=CLERK)  # type: ignore[arg-type]
        consequences.follow(session, person, run="test", at=office.at, by=CLERK)

    office.change(work)


def monthly(person: str, since: str, fen: int) -> AwardPlan:
    """A pension of employees."""
    return AwardPlan(
        benefit="pension",
        region=REGION,
        person=person,
        insured=person,
        from_month=Month.parse(since),
        amount=Fen(fen),
    )
