"""What somebody may read of his old age: when he may retire, and the months that count for it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.services.enrolment.record import record
from api.services.insurances import Insurance
from api.services.money import plain
from api.services.months import Month
from api.services.people.models import InsuredPerson
from api.services.retirement_age.rules import CATEGORIES, choice, legal_age, minimum_years
from issuance.instants import local_day


def statement(session: Session, person: InsuredPerson, *, at: datetime) -> dict[str, Any]:
    """The month by law, the choice around it, and months paid up to *at* in either insurance."""
    category, birth = CATEGORIES[person.category], Month.of_day(person.birth)
    earliest, latest = choice(category, birth)
    legal = birth.after(legal_age(category, birth))
    until = Month.of_day(local_day(at))
    return {
        "person": person.number,
        "category": person.category,
        "birth": person.birth.isoformat(),
        "earliest_month": str(birth.after(earliest)),
        "legal_month": str(legal),
        "latest_month": str(birth.after(latest)),
        "minimum_years": plain(minimum_years(legal.year)),
        "months": [
            _months(session, person.number, insurance, until)
            for insurance in (Insurance.OLD_AGE, Insurance.RESIDENT_OLD_AGE)
        ],
    }


def _months(session: Session, person: str, insurance: Insurance, until: Month) -> dict[str, Any]:
    found = record(session, person, insurance, until=until)
    return {
        "insurance": insurance.value,
        "paid": found.paid_months,
        "deemed": found.deemed_months,
    }
