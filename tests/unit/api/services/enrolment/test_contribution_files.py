"""A contribution file is checked whole, and posted whole or not at all."""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.enrolment import contributions, posting
from api.services.enrolment.errors import FileRefusedError
from api.services.enrolment.file_check import FileReport, check_file
from api.services.enrolment.file_columns import HEADERS
from api.services.enrolment.models import Contribution, ContributionFile, Enrolment
from api.services.enrolment.posting import ContributionRow
from api.services.insurances import Insurance
from api.services.months import Month
from issuance.errors import IntakeError
from issuance.models import AuditEntry
from tests.insurance import CLERK, number_of
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import (
    OTHER_EMPLOYER,
    enrol,
    enrolment_counter,
    held,
    line,
    post,
    reasons,
    refused,
    written,
)

BIRTH = date(1990, 1, 15)


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with enrolment_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
def person(counter: InsuranceCounter) -> str:
    number = counter.person(BIRTH)
    enrol(counter, number, "2026-03")
    return number


def test_a_file_is_posted_once_and_says_the_same_again(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    for insurance in (Insurance.UNEMPLOYMENT, Insurance.WORK_INJURY):
        enrol(counter, person, "2026-03", insurance)
    rows = [
        line(person),
        line(person, insurance="210", employer_part="25", own_part="25.00"),
        # risk class 1: 0.2 % of 5,000
        line(person, insurance="410", employer_part="10", own_part="0"),
    ]
    path = written(tmp_path, rows, encoding="gb18030")
    done, again = post(counter, path), post(counter, path)
    assert (done.again, again.again) == (False, True)
    assert (again.file.id, again.file.rows, again.file.total) == (done.file.id, 3, 126_000)
    (one,) = held(counter, person)
    assert (one.account_part, one.kind, str(one.paid_month)) == (40_000, "regular", "2026-11")
    entries = counter.look(
        lambda s: s.scalar(select(func.count()).where(AuditEntry.event == "contributions.post"))
    )
    assert entries == 1


def test_a_workbook_is_read_like_a_csv_file(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(HEADERS)
    row = [*line(person)]
    book.active.append([*row[:1], 202611, *row[2:4], 110, 5000.0, 800, 400.00])
    path = tmp_path / "202611.xlsx"
    book.save(path)
    assert post(counter, path).file.rows == 1


Row = tuple[str, ...]
WRONG: dict[str, Callable[[str], Row]] = {
    "employer-unknown": lambda p: line(p, employer="91350100M000100Y43"),
    "month": lambda p: line(p, month="2026年11月"),
    "month-to-come": lambda p: line(p, month="202612"),
    "person-unknown": lambda p: line(number_of(BIRTH, serial=9)),
    "name-differs": lambda p: line(p, name="张卫文"),
    "insurance": lambda p: line(p, insurance="310"),
    "not-enrolled": lambda p: line(p, employer=OTHER_EMPLOYER),
    "outside-enrolment": lambda p: line(p, month="2026-02"),
    "amount": lambda p: line(p, own_part="400.001"),
    "base-below": lambda p: line(p, base="4799.99"),
    "base-above": lambda p: line(p, base="24000.01"),
    "employer-part": lambda p: line(p, employer_part="799.99"),
    "own-part": lambda p: line(p, own_part="0"),
    "column-count": lambda p: (*line(p), ""),
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_wrong_row_is_named_with_reason_and_remedy_and_nothing_is_posted(
    counter: InsuranceCounter, person: str, tmp_path: Path, reason: str
) -> None:
    other = counter.person(BIRTH, serial=2)
    enrol(counter, other, "2026-03")
    path = written(tmp_path, [line(other), WRONG[reason](person)])
    (row,) = refused(counter, path)
    (fault,) = row.faults
    assert (row.place, fault.reason) == (2, reason)
    assert all((*fault.cause, *fault.remedy))
    assert "{" not in "".join((*fault.cause, *fault.remedy))
    with pytest.raises(FileRefusedError, match="1 of 2"):
        post(counter, path)
    assert held(counter, other) == []


def test_a_month_counts_once_in_the_file_and_in_the_book(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    twice = written(tmp_path, [line(person), line(person)], name="twice.csv")
    assert reasons(counter, twice) == ["twice-in-file"]
    post(counter, written(tmp_path, [line(person)]))
    again = written(tmp_path, [line(person), line(person, month="202610")], name="again.csv")
    (row,) = refused(counter, again)
    assert row.faults[0].reason == "paid-already"
    assert "contributions correct" in row.faults[0].remedy[0]


def test_a_parameter_that_a_region_lacks_refuses_the_row(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    counter.set("average_wage", "430000", "2026-11", "")
    (row,) = refused(counter, written(tmp_path, [line(person)]))
    assert row.faults[0].facts == ("average_wage", "430102", "2026-11")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("\r\n".join([",".join(HEADERS[:-1]), ""]).encode(), "missing_column"),
        (",".join(HEADERS).encode() + b"\r\n\xff\xfe\x80,\r\n", "encoding"),
        (",".join(HEADERS).encode() + b"\r\n", "no_rows"),
        (b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(
    counter: InsuranceCounter, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    with pytest.raises(IntakeError) as fault:
        post(counter, path)
    assert fault.value.reason == reason


def test_refused_rows_come_back_as_a_file_that_can_be_handed_in_again(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    path, back = written(tmp_path, [line(person, own_part="1")]), tmp_path / "back.csv"
    result = counter.run("contributions", "post", str(path), "--refused", str(back))
    assert (result.exit_code, "own-part" in result.stdout) == (1, True)
    with back.open(encoding="utf-8", newline="") as file:
        header, row = csv.reader(file)
    assert header[2:] == [*HEADERS]
    assert "应为 400.00" in row[1]
    row[-1] = "400"
    again = written(tmp_path, [row], name="again.csv", header=header)
    assert counter.json("contributions", "post", str(again))["rows"] == 1


def test_what_fails_in_the_middle_leaves_nothing_and_goes_through_afterwards(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    path = written(tmp_path, [line(person, month=f"2026{month:02}") for month in (10, 11)])

    def until_the_disk_is_full(report: FileReport) -> Iterator[ContributionRow]:
        yield next(report.accepted_rows())
        raise OSError("no space left")

    def half(session: Session) -> None:
        with check_file(session, path, at=counter.at) as report:
            rows, origin = until_the_disk_is_full(report), contributions.origin(report)
            posting.post(session, origin, rows, by=CLERK, at=counter.at)

    with pytest.raises(OSError, match="no space"):
        counter.change(half)
    left = counter.look(lambda s: s.scalar(select(func.count()).select_from(ContributionFile)))
    assert (left, held(counter, person)) == (0, [])
    assert post(counter, path).file.rows == 2


def test_who_pays_himself_has_no_employer_and_limits_of_his_own(
    counter: InsuranceCounter, tmp_path: Path
) -> None:
    counter.set("resident.subsidy_2", "430000", "2026-01", "40")
    flexible, resident = counter.person(BIRTH, serial=3), counter.person(BIRTH, serial=4)

    def enrolled(person: str, insurance: Insurance, category: str) -> Enrolment:
        return Enrolment(
            person=person,
            insurance=insurance.value,
            number=0,
            category=category,
            region="430102",
            office="430102000000",
            from_month=Month.of(2026, 3),
            at=counter.at,
            by=CLERK,
        )

    counter.change(
        lambda s: s.add_all(
            [
                enrolled(flexible, Insurance.OLD_AGE, "flexible"),
                enrolled(resident, Insurance.RESIDENT_OLD_AGE, "resident"),
            ]
        )
    )
    late = line(flexible, month="202608", employer="", employer_part="0", own_part="1000")
    assert reasons(counter, written(tmp_path, [late], name="late.csv")) == ["too-late"]
    rows = [
        line(flexible, month="202609", employer="", employer_part="0", own_part="1000"),
        line(
            resident,
            month="2026",
            insurance="170",
            base="200",
            employer_part="40",
            own_part="200",
            employer="",
        ),
    ]
    post(counter, written(tmp_path, rows))
    (paid,) = held(counter, flexible)
    assert (paid.account_part, paid.kind) == (40_000, "regular")  # 8 of the 20 %
    (year,) = held(counter, resident, "170")
    assert (str(year.month), year.account_part) == ("2026-01", 24_000)


def test_a_thousand_and_more_rows_are_checked_in_chunks(
    counter: InsuranceCounter, tmp_path: Path
) -> None:
    people = [counter.person(BIRTH, serial=serial) for serial in (5, 6)]
    for number in people:
        enrol(counter, number, "1980-01")
    months = [Month.of(1980, 1).after(offset) for offset in range(520)]
    rows = [line(one, month=str(month)) for one in people for month in months]
    rows[1_010] = rows[3]
    found = refused(counter, written(tmp_path, rows))
    assert [row.place for row in found if row.faults[0].reason == "twice-in-file"] == [1_011]
    counted = counter.look(lambda s: s.scalar(select(func.count()).select_from(Contribution)))
    assert counted == 0
