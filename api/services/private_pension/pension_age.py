"""When somebody reaches the age of the basic pension: by law, or by the pension he draws."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards.models import Award
from api.services.enrolment import record
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.old_age.benefits import PENSION as EMPLOYEES_PENSION
from api.services.people.models import InsuredPerson
from api.services.private_pension.rules import RESIDENTS_AGE
from api.services.resident_old_age.benefits import PENSION as RESIDENTS_PENSION
from api.services.retirement_age.rules import CATEGORIES, legal_age

PENSIONS = (EMPLOYEES_PENSION, RESIDENTS_PENSION)


def pension_month(session: Session, person: InsuredPerson) -> Month:
    """The month in which he reaches it: of the pension that he draws, else by the legal age.

    Who is in the residents' insurance alone reaches it at 60 (国发〔2014〕8号 六).
    """
    drawn = session.scalar(
        select(func.min(Award.from_month)).where(
            Award.person == person.number,
            Award.insured == person.number,
            Award.benefit.in_(PENSIONS),
            Award.until_month.is_(None) | (Award.until_month >= Award.from_month),
        )
    )
    birth = Month.of_day(person.birth)
    employed = record.latest(session, person.number, Insurance.OLD_AGE) is not None
    age = legal_age(CATEGORIES[person.category], birth) if employed else RESIDENTS_AGE
    return birth.after(age) if drawn is None else min(drawn, birth.after(age))
