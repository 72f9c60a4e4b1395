"""When somebody reaches the age of the basic pension: by law, or by the pension he draws."""

from sqlalchemy.orm import Session

from api.services.awards import pensions
from api.services.enrolment import record
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.people.models import InsuredPerson
from api.services.private_pension.rules import RESIDENTS_AGE
from api.services.retirement_age.rules import CATEGORIES, legal_age


def pension_month(session: Session, person: InsuredPerson) -> Month:
    """The month in which he reaches it: of the pension that he draws, else by the legal age.

    Who is in the residents' insurance alone reaches it at 60 (国发〔2014〕8号 六).
    """
    drawn = pensions.own(session, person.number)
    birth = Month.of_day(person.birth)
    employed = record.latest(session, person.number, Insurance.OLD_AGE) is not None
    age = legal_age(CATEGORIES[person.category], birth) if employed else RESIDENTS_AGE
    return min([birth.after(age), *(one.from_month for one in drawn[:1])])
