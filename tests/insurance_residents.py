"""Residents for tests: a county's amounts, and people who paid year by year."""

from datetime import date

from sqlalchemy.orm import Session

from api.services.enrolment.models import Contribution, Enrolment
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from tests.insurance import CLERK, COUNTY, REGION, InsuranceOffice

COUNTY_REGION = "430102"


def set_county(office: InsuranceOffice, **more: str) -> None:
    """A basic pension of 200 since 2026; the scheme began in July 2011."""
    for name, value in ({"base": "200", "began": "201107"} | more).items():
        office.set(f"resident.{name}", COUNTY_REGION, "2011-07", value)


def resident(
    office: InsuranceOffice, birth: date, years: range, *, own: int = 30_000, subsidy: int = 6_000
) -> str:
    """Somebody who paid *own* fen in each of *years*, with the government's *subsidy*."""
    number = office.person(birth)

    def work(session: Session) -> None:
        session.add(
            Enrolment(
                person=number,
                insurance=Insurance.RESIDENT_OLD_AGE,
                number=0,
                category="resident",
                region=REGION,
                office=COUNTY,
                from_month=Month.of(years[0], 1),
                at=office.at,
                by=CLERK,
            )
        )
        session.add_all(
            Contribution(
                person=number,
                insurance=Insurance.RESIDENT_OLD_AGE,
                month=Month.of(year, 1),
                version=0,
                region=REGION,
                category="resident",
                base=Fen(own),
                employer_part=Fen(subsidy),
                own_part=Fen(own),
                account_part=Fen(own + subsidy),
                paid_month=Month.of(year, 3),
                kind="regular",
                at=office.at,
                by=CLERK,
            )
            for year in years
        )

    office.change(work)
    return number
