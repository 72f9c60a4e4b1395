"""Old age for tests: parameters in memory, and a region and people for the counter."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from click.testing import CliRunner, Result

from api.services.awards import grants
from api.services.awards.models import Award
from api.services.cli import services
from api.services.months import Month
from api.services.old_age.benefits import PENSION
from api.services.parameters.declared import DECLARED
from api.services.parameters.view import Parameters, Version
from onecard.settings import Settings
from tests.insurance import InsuranceOffice
from tests.insurance_benefits import decided

PROVINCE = "430000"
BORN = date(1966, 1, 15)  # a man's age by law is 60 years and 4 months: 2026-05
LEGAL = "2026-05"
YEARS = range(1980, 2046)


def parameters(values: Mapping[str, str], *, region: str = PROVINCE) -> Parameters:
    """A view of parameters that hold in every year."""

    held = {
        name: [Version(region, Month.of(year, 1).number, 0, value) for year in YEARS]
        for name, value in values.items()
    }
    return Parameters(lambda name: held.get(name, []), DECLARED)


def set_region(office: InsuranceOffice, **more: str) -> None:
    """What a pension of 2026 in the province needs; the average wage was always 5,000."""
    for year in range(2000, 2027):
        office.set("average_wage", PROVINCE, f"{year}-01", "5000")
    for name, value in ({"base": "8000"} | more).items():
        office.set(f"old_age.{name}", PROVINCE, "2026-01", value)


def worker(
    office: InsuranceOffice, first: str, last: str, *, birth: date = BORN, serial: int = 1
) -> str:
    """A man whose contributions are there from *first* to *last*; the number."""
    number = office.person(birth, serial=serial)
    office.employed(number, Month.parse(first), Month.parse(last))
    return number


def retired(office: InsuranceOffice, person: str, month: str = LEGAL, **raw: str) -> Award:
    """Somebody retires; the pension that is granted."""
    decided(office, "old_age.retire", person, {"month": month, **raw})
    return pension_of(office, person)


def pension_of(office: InsuranceOffice, person: str) -> Award:
    """The pension that somebody draws or drew."""
    rows = office.look(lambda s: grants.of_person(s, person))
    return next(one for one in rows if one.benefit == PENSION)


def run(office: InsuranceOffice, *arguments: str) -> Result:
    """`onecard services` with these arguments."""
    path = Path(str(office.engine.url.database))
    settings = Settings(
        database=str(path), session=path.with_name("session"), operator="Chen", language="en"
    )
    return CliRunner().invoke(services, list(arguments), obj=settings)
