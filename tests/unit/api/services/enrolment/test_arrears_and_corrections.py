"""What is not paid in time is owed with a late fee; what was wrong is corrected and kept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.services.enrolment import arrears, versions
from api.services.enrolment.errors import EnrolmentMonthError
from api.services.insurances import Insurance
from api.services.months import Month
from tests.insurance import CLERK, EMPLOYER
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import (
    arrears_of,
    correct,
    enrol,
    enrolment_counter,
    held,
    line,
    post,
    reasons,
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


def test_what_is_not_paid_by_the_due_day_is_owed_and_settled_with_its_late_fee(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    post(counter, written(tmp_path, [line(person)], name="november.csv"))

    def note(at: datetime) -> int:
        return counter.change(
            lambda s: arrears.note_month(s, Month.of(2026, 10), region="430102", at=at, by=CLERK)
        )

    with pytest.raises(EnrolmentMonthError, match="2026-11-15"):
        note(datetime(2026, 11, 15, 2, tzinfo=UTC))
    assert (note(counter.at), note(counter.at)) == (1, 0)
    (owed,) = counter.look(lambda s: arrears.listed(s, on=date(2026, 11, 27), employer=EMPLOYER))
    # 5,000 x 24 % = 1,200; 12 days x 0.05 % = 7.20
    assert (owed.arrear.amount, owed.late_fee, owed.total) == (120_000, 720, 120_720)
    shown = counter.json("arrears", "list", "--employer", EMPLOYER)["arrears"][0]
    assert "1200.00" in shown["explanation"]["numbers"].values()
    done = post(counter, written(tmp_path, [line(person, month="202610")], name="late.csv"))
    (row,) = arrears_of(counter, person)
    assert (done.late_fee, row.late_fee, row.settled_on) == (720, 720, date(2026, 11, 27))
    assert held(counter, person)[0].kind == "late"


def test_a_correction_replaces_what_holds_and_keeps_what_was(
    counter: InsuranceCounter, person: str, tmp_path: Path
) -> None:
    post(counter, written(tmp_path, [line(person, month="202610"), line(person)]))
    assert reasons(counter, written(tmp_path, [line(person, month="202609")]), correcting=True) == [
        "not-paid"
    ]
    # 6,000 instead of 5,000: 240 more, 12 days late: 1.44
    more = line(person, month="202610", base="6000", employer_part="960", own_part="480")
    path = written(tmp_path, [more, line(person)], name="correction.csv")
    done = correct(counter, path)
    assert (done.file.rows, done.late_fee) == (1, 144)
    assert correct(counter, path).again
    was = counter.look(
        lambda s: versions.history(s, (person, Insurance.OLD_AGE.value, Month.of(2026, 10)))
    )
    assert [(row.version, row.base, row.kind) for row in was] == [
        (0, 600_000, "corrected"),
        (1, 500_000, "late"),
    ]
    nothing = line(person, base="0", employer_part="0", own_part="0")
    assert correct(counter, written(tmp_path, [nothing], name="void.csv")).file.rows == 0
    assert [str(one.month) for one in held(counter, person)] == ["2026-10"]
    # it may be paid again
    assert post(counter, written(tmp_path, [line(person)], name="anew.csv")).file.rows == 1
