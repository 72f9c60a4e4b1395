"""Old age for tests: parameters in memory, and a region and people for the counter."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.models import Award
from api.services.cli import services
from api.services.months import Month
from api.services.old_age.benefits import PENSION
from api.services.parameters import changes
from api.services.parameters.changes import Setting
from api.services.parameters.declared import DECLARED
from api.services.parameters.view import Parameters, Version
from issuance.database import open_book
from onecard.settings import Settings
from tests.insurance import ADMINISTRATORS, CLERK, NOW, InsuranceOffice, insurance_office
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


@contextmanager
def old_age_office(folder: Path, **more: str) -> Iterator[InsuranceOffice]:
    """An office in a province that has set what a pension of 2026 needs, and *more* of old age.

    The average wage was always 5,000, the base is 8,000.
    """
    path = folder / "book.sqlite3"
    path.write_bytes(_template())
    engine = open_book(path, create=False)
    try:
        office = InsuranceOffice(engine)
        for name, value in more.items():
            office.set(f"old_age.{name}", PROVINCE, "2026-01", value)
        yield office
    finally:
        engine.dispose()


@cache
def _template() -> bytes:
    """Made once."""
    with TemporaryDirectory() as name, insurance_office(Path(name)) as office:
        office.change(_set_region)
        with office.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return (Path(name) / "book.sqlite3").read_bytes()


def _set_region(session: Session) -> None:
    by, second = ADMINISTRATORS
    wages = [("average_wage", f"{year}-01", "5000") for year in range(2000, 2027)]
    for name, since, value in (*wages, ("old_age.base", "2026-01", "8000")):
        setting = Setting(
            name=name,
            region=PROVINCE,
            from_month=Month.parse(since),
            value=value,
            source="test",
        )
        changes.set_parameter(session, setting, by=by, second=second, at=NOW)


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
        database=str(path), session=path.with_name("session"), operator=CLERK, language="en"
    )
    return CliRunner().invoke(services, list(arguments), obj=settings)
