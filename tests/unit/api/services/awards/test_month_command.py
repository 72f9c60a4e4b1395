"""A month in one go: the contribution file posted, then what is due made payable."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.services.beside import Beside
from api.services.cli import services
from api.services.enrolment import contributions, record
from api.services.enrolment.errors import FileRefusedError
from api.services.enrolment.file_check import FileReport, check_file
from api.services.enrolment.file_columns import HEADERS
from api.services.insurances import Insurance
from api.services.months import Month
from issuance.database import reading, transaction
from onecard.settings import load
from tests.insurance import CLERK, EMPLOYER, InsuranceOffice, insurance_office
from tests.insurance_engine import granted, moment

NOVEMBER = Month.of(2026, 11)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        opened.set("average_wage", "430000", "2026-01", "5000")
        yield opened


def insured(office: InsuranceOffice, serial: int) -> str:
    person = office.person(date(1980, 1, 15), serial=serial)
    office.employed(person, NOVEMBER.after(-1), NOVEMBER.after(-1))
    return person


def file(folder: Path, rows: list[tuple[str, str]]) -> Path:
    """Rows of person and own share, for November, of 5,000 yuan."""
    path = folder / "202611.csv"
    lines = [",".join(HEADERS)]
    lines += [f"{EMPLOYER},202611,{one},张伟文,110,5000,800.00,{own}" for one, own in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_files_of_the_month_are_posted_before_it_is_paid(
    office: InsuranceOffice, tmp_path: Path
) -> None:
    person = insured(office, 1)
    office.change(lambda s: granted(s, 0, amount=100, first=NOVEMBER))
    path = file(tmp_path, [(person, "400.00")])
    words = ["month", "--month", "2026-11", "--region", "430000", "--contributions", str(path)]
    settings = load({"ONECARD_DATABASE": str(office.engine.url.database)}, None)
    for _ in range(2):
        done = CliRunner().invoke(services, [*words, "--operator", "Liu", "--json"], obj=settings)
        found = json.loads(done.stdout)
        assert found["posted"] == [{"file": "202611.csv", "rows": 1, "total": "1200.00"}]
        assert (found["items"], found["total"]) == (1, "1.00")
    paid = office.look(lambda s: record.record(s, person, Insurance.OLD_AGE, until=NOVEMBER))
    assert paid.paid_months == 2


def test_processes_beside_refuse_the_same_rows(office: InsuranceOffice, tmp_path: Path) -> None:
    people = [insured(office, serial) for serial in (1, 2, 3)]
    rows = [(people[0], "400.00"), (people[1], "399.99"), (people[2], "400.00")]
    path = file(tmp_path, [*rows, rows[0], ("110101199003070017", "400.00"), rows[0]])
    found = []
    with Beside(office.engine, workers=1) as pool, reading(office.engine) as session:
        for processes in (None, pool):
            with check_file(session, path, at=moment(NOVEMBER), pool=processes) as report:
                found.append(said(report))
        with pytest.raises(FileRefusedError), transaction(office.engine) as change:
            contributions.post_file(change, path, by=CLERK, at=moment(NOVEMBER), pool=pool)
        right = file(tmp_path, rows[::2])
        with transaction(office.engine) as change:
            done = contributions.post_file(change, right, by=CLERK, at=moment(NOVEMBER), pool=pool)
    assert (done.file.rows, done.file.total) == (2, 240_000)
    assert found[0] == found[1]
    assert found[0] == [
        (2, "own-part"),
        (4, "twice-in-file"),
        (5, "person-unknown"),
        (6, "twice-in-file"),
    ]


def said(report: FileReport) -> list[tuple[int, str]]:
    return [(one.place, one.faults[0].reason) for one in report.refused_rows()]
