"""A counter whose regions have set what contributions need, and files of contributions."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from api.services.enrolment import contributions, employers
from api.services.enrolment.contributions import Posted
from api.services.enrolment.file_check import RefusedRow, check_file
from api.services.enrolment.file_columns import HEADERS
from api.services.enrolment.models import Arrear, Contribution, Enrolment
from api.services.insurances import Insurance
from api.services.months import Month
from issuance.database import open_book
from reader.card_profile.profiles import V3
from reader.card_recording import Recording
from tests.insurance import CLERK, ELSEWHERE_COUNTY, EMPLOYER, STRANGER, InsuranceOffice
from tests.insurance_counter import InsuranceCounter, insurance_counter

OTHER_EMPLOYER = "91510100MA6C8D2E4P"  # in Chengdu
NAME = "张伟文"


@contextmanager
def enrolment_counter(folder: Path) -> Iterator[InsuranceCounter]:
    """Average wages of 8,000 yuan: bases from 4,800 to 24,000; due on the 15th; two employers."""
    path = folder / "book.sqlite3"
    path.write_bytes(_template())
    engine = open_book(path, create=False)
    try:
        yield InsuranceCounter(engine)
    finally:
        engine.dispose()


@cache
def _template() -> bytes:
    """Its book; made once."""
    with TemporaryDirectory() as name, insurance_counter(Path(name)) as counter:
        for province in ("430000", "510000"):
            counter.set("average_wage", province, "2025-01", "8000")
            counter.set("average_wage", province, "2026-01", "8000")
            counter.set("contribution_due_day", province, "2019-01", "15")
            counter.set("flexible_months_back", province, "2019-01", "2")
            counter.set("old_age.interest", province, "2025-01", "0.015")
        counter.change(
            lambda s: employers.register(
                s,
                OTHER_EMPLOYER,
                "成都某公司",
                office=ELSEWHERE_COUNTY,
                industry="5",
                by=STRANGER,
                at=counter.at,
            )
        )
        with counter.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        counter.engine.dispose()
        return (Path(name) / "book.sqlite3").read_bytes()


def line(
    person: str,
    *,
    month: str = "202611",
    insurance: str = "110",
    base: str = "5000",
    employer_part: str = "800",
    own_part: str = "400",
    employer: str = EMPLOYER,
    name: str = NAME,
) -> tuple[str, ...]:
    """A row of a file: 5,000 yuan, of which 16 % and 8 %."""
    return employer, month, person, name, insurance, base, employer_part, own_part


def written(
    folder: Path,
    rows: Iterable[Sequence[str]],
    *,
    name: str = "202611.csv",
    encoding: str = "utf-8",
    header: Sequence[str] = HEADERS,
) -> Path:
    """A file of contributions."""
    path = folder / name
    text = "".join(",".join(row) + "\r\n" for row in (header, *rows))
    path.write_bytes(text.encode(encoding))
    return path


def post(office: InsuranceOffice, path: Path) -> Posted:
    """Post a file."""
    return office.change(lambda s: contributions.post_file(s, path, by=CLERK, at=office.at))


def correct(office: InsuranceOffice, path: Path) -> Posted:
    """Post a file as a correction."""
    return office.change(lambda s: contributions.correct_file(s, path, by=CLERK, at=office.at))


def refused(office: InsuranceOffice, path: Path, *, correcting: bool = False) -> list[RefusedRow]:
    """The rows of a file that are refused."""

    def work(session: Any) -> list[RefusedRow]:
        with check_file(session, path, at=office.at, correcting=correcting) as report:
            return list(report.refused_rows())

    return office.look(work)


def reasons(office: InsuranceOffice, path: Path, *, correcting: bool = False) -> list[str]:
    """Why, row by row."""
    rows = refused(office, path, correcting=correcting)
    return [one.reason for row in rows for one in row.faults]


def held(office: InsuranceOffice, person: str, insurance: str = "110") -> list[Contribution]:
    """What holds, by month."""
    return list(
        office.look(
            lambda s: s.scalars(
                select(Contribution)
                .where(
                    Contribution.person == person,
                    Contribution.insurance == insurance,
                    Contribution.version == 0,
                )
                .order_by(Contribution.month)
            ).all()
        )
    )


def arrears_of(office: InsuranceOffice, person: str) -> list[Arrear]:
    """Everything somebody's employer owed."""
    return list(
        office.look(
            lambda s: s.scalars(
                select(Arrear).where(Arrear.person == person).order_by(Arrear.month)
            ).all()
        )
    )


def enrolled(office: InsuranceOffice, person: str) -> list[tuple[str, str, str, str | None]]:
    """What somebody is or was enrolled in: insurance, region, from and until."""
    rows = office.look(
        lambda s: s.scalars(
            select(Enrolment)
            .where(Enrolment.person == person)
            .order_by(Enrolment.insurance, Enrolment.number)
        ).all()
    )
    return [
        (
            row.insurance,
            row.region,
            str(row.from_month),
            None if row.until_month is None else str(row.until_month),
        )
        for row in rows
    ]


def fits_the_card(data: Iterable[Any]) -> list[str]:
    """The groups that are to be written; raises where the layout does not have an item."""
    groups = []
    for one in data:
        assert Recording.of(V3, f"{one.application}.{one.group}", one.items).commands
        groups.append(f"{one.application} {one.group}")
    return groups


def enrol(
    counter: InsuranceCounter, person: str, first: str, insurance: Insurance = Insurance.OLD_AGE
) -> None:
    """Somebody is enrolled with the employer, at 5,000 yuan."""
    month = Month.parse(first)
    counter.employed(person, month, month.after(-1), insurance=insurance)
