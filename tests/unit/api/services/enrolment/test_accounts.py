"""Accounts are closed with their interest, once, when the year is over and its rate announced."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from api.services.enrolment import account_years
from api.services.enrolment.errors import EnrolmentMonthError
from api.services.enrolment.models import AccountYear
from api.services.errors import ParameterMissingError
from api.services.months import Month
from tests.insurance import CLERK
from tests.insurance_counter import InsuranceCounter
from tests.insurance_enrolment import correct, enrolment_counter, line, written
from tests.insurance_transfers import BIRTH, OLD_AGE, balance


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with enrolment_counter(tmp_path) as opened:
        yield opened


def close(counter: InsuranceCounter, year: int) -> tuple[int, int]:
    return counter.change(
        lambda s: account_years.close_year(s, year, OLD_AGE, at=counter.at, by=CLERK)
    )


def test_years_are_closed_once_and_changed_by_a_correction(
    counter: InsuranceCounter, tmp_path: Path
) -> None:
    person = counter.person(BIRTH)
    counter.employed(person, Month.of(2024, 11), Month.of(2025, 2))
    assert (close(counter, 2025), close(counter, 2025)) == ((2, 0), (0, 0))
    first, second = counter.look(lambda s: account_years.years(s, person, OLD_AGE))
    # 400 x (2 + 1) = 1,200; x 2.62 % / 12 = 2.62
    assert (first.weighted, first.interest, first.closing) == (120_000, 262, 80_262)
    # 802.62 x 12 + 400 x (12 + 11) = 18,831.44; x 1.5 % / 12 = 23.5393
    assert (second.weighted, second.interest, second.closing) == (1_883_144, 2_354, 162_616)
    assert balance(counter, person, "2025-12") == 162_616
    more = line(person, month="2024-11", base="6000", employer_part="960", own_part="480")
    counter.set("base_most", "430000", "2024-01", "30000")
    counter.set("base_least", "430000", "2024-01", "3000")
    correct(counter, written(tmp_path, [more]))
    rows = counter.look(
        lambda s: s.scalars(
            select(AccountYear).order_by(AccountYear.year, AccountYear.version)
        ).all()
    )
    assert [(row.year, row.version, row.credited) for row in rows] == [
        (2024, 0, 88_000),
        (2024, 1, 80_000),
        (2025, 0, 80_000),
        (2025, 1, 80_000),
    ]
    assert close(counter, 2025) == (0, 0)


def test_a_year_is_closed_when_it_is_over_and_its_rate_announced(
    counter: InsuranceCounter,
) -> None:
    person = counter.person(BIRTH)
    counter.employed(person, Month.of(2026, 1), Month.of(2026, 3))
    with pytest.raises(EnrolmentMonthError):
        close(counter, 2026)
    counter.at = datetime(2027, 1, 5, 2, tzinfo=UTC)
    with pytest.raises(ParameterMissingError, match=r"old_age\.interest"):
        close(counter, 2026)
