"""What is right at first sight is right at a close look; a file is posted whole or not at all."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.enrolment import contributions, file_columns, straight_posting
from api.services.enrolment.errors import FileRefusedError
from api.services.enrolment.file_columns import FileRow
from api.services.enrolment.file_lookup import Lookup
from api.services.enrolment.models import Contribution, ContributionFile, Employer, Enrolment
from api.services.enrolment.posting import ContributionRow
from api.services.enrolment.row_check import RowCheck
from api.services.enrolment.tariff import Tariff
from api.services.enrolment.usual_rows import UsualRows
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from issuance.database import reading
from tests.insurance import CLERK, COUNTY, EMPLOYER, number_of
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import (
    NAME,
    OTHER_EMPLOYER,
    arrears_of,
    enrol,
    enrolment_counter,
    held,
    line,
    post,
    refused,
    written,
)

BIRTH = date(1990, 1, 15)
TODAY = date(2026, 11, 27)
PEOPLE = [number_of(BIRTH, serial=serial) for serial in (1, 2, 3, 4, 5)]
STRANGER = number_of(BIRTH, serial=9)
EMPLOYED, MOVED, BACK_AGAIN, HIMSELF, RESIDENT = PEOPLE
CLOSED = "91430102MA4L0E5N0X"

# Of 5,000, of the least and of the greatest base, and of one whose shares are rounded: 16 % of
# 4,805.03 is 768.8048, 8 % of it 384.4024.
RIGHT_AMOUNTS = [
    ("5000.00", "800.00", "400.00"),
    ("4800.00", "768.00", "384.00"),
    ("24000.00", "3840.00", "1920.00"),
    ("4805.03", "768.80", "384.40"),
]
amounts = st.sampled_from(
    [
        *RIGHT_AMOUNTS,
        ("5000.00", "0.00", "1000.00"),  # who pays himself: 20 %
        ("5000.00", "25.00", "25.00"),  # against unemployment
        ("5000", "800", "400"),
        ("5000.0", "800.0", "400.0"),
        ("4799.99", "768.00", "384.00"),
        ("24000.01", "3840.00", "1920.00"),
        ("4805.03", "768.81", "384.40"),
        ("5000.00", "800.00", "400.01"),
        ("500000", "800.00", "400.00"),
        ("50_00.00", "800.00", "400.00"),
        ("+5000.00", "800.00", "400.00"),
        ("５０００.00", "800.00", "400.00"),
        ("05000.00", "800.00", "400.00"),
        ("-5000.00", "-800.00", "-400.00"),
        ("200.00", "40.00", "200.00"),
        ("", "", ""),
    ]
)
rows = st.tuples(
    st.sampled_from([EMPLOYER, EMPLOYER, OTHER_EMPLOYER, CLOSED, "", "91350100M000100Y43"]),
    st.sampled_from(["202611", "2026-11", "202610", "202605", "202602", "202612", "2026", "11"]),
    st.sampled_from([*PEOPLE, EMPLOYED, STRANGER, "", EMPLOYED + " "]),
    st.sampled_from([NAME, NAME, NAME, NAME + " ", "张卫文"]),
    st.sampled_from(["110", "110", "110", "210", "410", "170", "310"]),
    amounts,
).map(lambda row: (*row[:-1], *row[-1]))


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InsuranceCounter]:
    """People who are enrolled in one way and another; one employer that is closed."""
    with enrolment_counter(tmp_path_factory.mktemp("book")) as opened:
        for serial in range(1, len(PEOPLE) + 1):
            opened.person(BIRTH, serial=serial)
        opened.set("resident.subsidy_2", "430000", "2026-01", "40")
        opened.change(_enrolled)
        yield opened


def _enrolled(session: Session) -> None:
    closed = session.get_one(Employer, EMPLOYER)
    session.add(
        Employer(
            code=CLOSED,
            name="已注销公司",
            office=closed.office,
            industry="1",
            registered_at=closed.registered_at,
            registered_by=CLERK,
            closed_on=date(2026, 6, 30),
        )
    )
    for person, insurance, category, employer, first, last in (
        (EMPLOYED, "110", "employee", EMPLOYER, "2026-03", None),
        (EMPLOYED, "210", "employee", EMPLOYER, "2026-03", None),
        (MOVED, "110", "employee", CLOSED, "2026-01", "2026-08"),
        (MOVED, "110", "employee", EMPLOYER, "2026-09", None),
        (BACK_AGAIN, "110", "employee", EMPLOYER, "2026-01", "2026-05"),
        (BACK_AGAIN, "110", "employee", EMPLOYER, "2026-10", None),
        (HIMSELF, "110", "flexible", None, "2026-03", None),
        (RESIDENT, "170", "resident", None, "2026-03", None),
    ):
        number = session.scalar(select(func.count()).where(Enrolment.person == person))
        session.add(
            Enrolment(
                person=person,
                insurance=insurance,
                number=number,
                category=category,
                region="430102",
                office="430102000000",
                employer=employer,
                from_month=Month.parse(first),
                until_month=None if last is None else Month.parse(last),
                at=closed.registered_at,
                by=CLERK,
            )
        )
        session.flush()


def _both(
    session: Session, block: Sequence[Sequence[str]]
) -> list[tuple[tuple[object, ...] | None, tuple[object, ...] | None]]:
    """Of each row: what is found at first sight, and what a close look gives; None if refused."""
    lookup = Lookup(session)
    check = RowCheck(lookup, Tariff(ParameterBook(session).view()), today=TODAY)
    read = [file_columns.read(place, row) for place, row in enumerate(block, 7)]
    known = lookup.about([row for row in read if isinstance(row, FileRow)])
    close = [check.check(row, known) if isinstance(row, FileRow) else None for row in read]
    right = [tuple(one) if isinstance(one, ContributionRow) else None for one in close]
    return [*zip(UsualRows(session, check).found(7, block), right, strict=True)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=st.lists(rows, min_size=1, max_size=40))
def test_what_is_right_at_first_sight_is_so_at_a_close_look(
    counter: InsuranceCounter, block: list[tuple[str, ...]]
) -> None:
    with reading(counter.engine) as session:
        for sight, close in _both(session, block):
            assert sight is None or sight == close


@pytest.mark.parametrize("given_amounts", RIGHT_AMOUNTS)
def test_the_usual_row_is_told_at_first_sight(
    counter: InsuranceCounter, given_amounts: tuple[str, str, str]
) -> None:
    base, ours, own = given_amounts
    block = [
        line(person, month=month, base=base, employer_part=ours, own_part=own)
        for person, month in ((EMPLOYED, "202611"), (MOVED, "202610"), (EMPLOYED, "2026-05"))
    ]
    with reading(counter.engine) as session:
        found = _both(session, block)
    assert all(sight is not None and sight == close for sight, close in found)
    assert [sight[-1] for sight, _ in found if sight] == ["regular", "late", "late"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with enrolment_counter(tmp_path) as opened:
        yield opened


def _people(office: InsuranceCounter, count: int) -> list[str]:
    people = [office.person(BIRTH, serial=serial) for serial in range(1, count + 1)]
    for person in people:
        enrol(office, person, "2026-03")
    return people


def test_a_file_of_usual_and_other_rows_is_posted_as_it_stands(
    office: InsuranceCounter, tmp_path: Path
) -> None:
    one, other = _people(office, 2)
    usual = line(one, base="5000.00", employer_part="800.00", own_part="400.00")
    late = line(one, month="202610", base="5000.00", employer_part="800.00", own_part="400.00")
    done = post(office, written(tmp_path, [usual, line(other), late]))
    assert (done.file.rows, done.file.total, done.file.employer) == (3, 360_000, EMPLOYER)
    assert (str(done.file.month), done.late_fee) == ("2026-11", 720)  # 1,200 x 12 days x 0.05 %
    assert [(row.row, row.account_part, row.kind) for row in held(office, one)] == [
        (3, 40_000, "late"),
        (1, 40_000, "regular"),
    ]
    assert [row.late_fee for row in arrears_of(office, one)] == [720]


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ({"own_part": "400.01", "month": "202608"}, "own-part"),
        ({}, "twice-in-file"),
        ({"month": "202609"}, None),
    ],
)
def test_a_row_that_is_wrong_after_many_that_were_posted_takes_all_of_them_back(
    office: InsuranceCounter, tmp_path: Path, last: dict[str, str], reason: str | None
) -> None:
    one, other = _people(office, 2)
    before = line(one, month="202609")
    post(office, written(tmp_path, [before], name="before.csv"))
    late = line(one, month="202610")
    path = written(tmp_path, [late, line(one), line(other), line(one, **last)])
    with pytest.raises(FileRefusedError, match="1 of 4"):
        post(office, path)
    (row,) = refused(office, path)
    assert (row.place, row.faults[0].reason) == (4, reason or "paid-already")
    assert [str(row.month) for row in held(office, one)] == ["2026-09"]
    assert (held(office, other), len(arrears_of(office, one))) == ([], 1)
    assert office.look(lambda s: s.scalar(select(func.count()).select_from(ContributionFile))) == 1


def test_a_file_that_changes_while_it_is_read_is_not_posted_straight(
    office: InsuranceCounter, tmp_path: Path
) -> None:
    path = written(tmp_path, [line(*_people(office, 1))])
    known = office.look(lambda s: contributions.known(s, path))
    assert known is None

    def straight(session: Session) -> object:
        return straight_posting.post(
            session, path, sha256="0" * 64, office=COUNTY, by=CLERK, at=office.at
        )

    assert office.change(straight) is None
    assert office.look(lambda s: s.scalar(select(func.count()).select_from(Contribution))) == 0
