"""Death: months of the survivors' benefit, what ends, what comes back, what the heirs get."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from api.services.awards import grants
from api.services.determination.facts import Facts
from api.services.enrolment.models import Enrolment
from api.services.months import Month
from api.services.old_age import errors
from api.services.old_age.survivors import (
    months_of_insured,
    months_of_pensioner,
    survivors,
)
from api.services.people import changes, registry
from api.services.people.errors import DeathError
from tests.insurance import InsuranceOffice
from tests.insurance_benefits import decided, paid, proposal, received, refusal, settled
from tests.insurance_old_age import (
    PROVINCE,
    old_age_office,
    parameters,
    pension_of,
    retired,
    worker,
)

DEATH = "old_age.death"


def due(months: int, *, drawn: int | None = None, **more: object) -> dict[str, object]:
    values = {"months": months, "drawn": drawn, "own": 0, "account": 0, "by_work": False, **more}
    view = parameters({"old_age.urban_income": "2818.50"})
    facts = Facts(region="430102", month=Month.of(2026, 9), values=values)
    return dict(survivors(facts, view).results)


def test_published_example() -> None:
    # 21 years and 3 months, 2818.50 a month: 5637 + 2818.50 x (9 + 6 + 3/12) = 48619.13.
    found = due(21 * 12 + 3)
    assert (found["funeral"], found["survivors"]) == ("5637.00", "42982.13")
    assert found["total"] == "48619.13"


@pytest.mark.parametrize(
    ("months", "count"),
    [(1, 3), (59, 3), (60, 6), (119, 6), (120, 9), (180, 9), (192, 10), (360, 24), (480, 24)],
)
def test_months_of_the_insured(months: int, count: int) -> None:
    assert months_of_insured(months) == count


@pytest.mark.parametrize(
    ("months", "drawn", "count"),
    [
        (360, 0, Fraction(24)),
        (360, 24, Fraction(22)),
        (360, 30, Fraction(43, 2)),
        (360, 400, Fraction(9)),
        (180, 12, Fraction(9)),
    ],
)
def test_a_year_of_pension_takes_a_month_down_to_nine(
    months: int, drawn: int, count: Fraction
) -> None:
    assert months_of_pensioner(months, drawn) == count


def test_with_less_than_five_years_both_are_no_more_than_the_own_contributions() -> None:
    found = due(24, own=1_200_000)  # 2 x 2818.50 + 3 x 2818.50 would be 14092.50
    assert (found["funeral"], found["survivors"]) == ("5637.00", "6363.00")
    assert found["total"] == "12000.00"
    assert due(24, own=500_000)["total"] == "5000.00"


def test_a_death_by_work_leaves_the_account_alone() -> None:
    found = due(240, by_work=True, account=1_234_567)
    assert (found["funeral"], found["survivors"]) == (None, None)
    assert found["account_left"] == found["total"] == "12345.67"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path, urban_income="4000") as opened:
        yield opened


def test_a_pension_ends_with_the_month_of_death_and_what_was_paid_after_comes_back(
    office: InsuranceOffice,
) -> None:
    number, heir = worker(office, "2006-06", "2026-05"), office.person(date(1990, 3, 3), serial=7)
    award = retired(office, number)  # paid 2026-06 to 2026-11
    monthly = paid(office, award)["2026-11"]
    raw = {"died_on": "2026-08-31", "payee": heir}
    said = proposal(office, received(office, DEATH, number, raw)).says
    assert any(f"{3 * monthly / 100:.2f}" in english for english, _ in said)
    decided(office, DEATH, number, raw)
    assert sorted(paid(office, award)) == ["2026-06", "2026-07", "2026-08"]
    assert office.look(lambda s: registry.get(s, number)).died_on == date(2026, 8, 31)
    (noted,) = office.look(lambda s: changes.history(s, number))
    assert noted.what == "death"
    granted = {one.benefit: one for one in office.look(lambda s: grants.of_person(s, heir))}
    assert set(granted) == {"old_age_funeral", "old_age_survivors", "old_age_account"}
    # 4000 x 2; 20 years less 3 months drawn: 14 - 3/12 = 13.75 months of 4000.
    assert sum(paid(office, granted["old_age_funeral"]).values()) == 800_000
    assert sum(paid(office, granted["old_age_survivors"]).values()) == 5_500_000


def test_the_account_goes_to_the_heirs_less_what_was_drawn(office: InsuranceOffice) -> None:
    for year in range(2016, 2027):
        office.set("old_age.interest", PROVINCE, f"{year}-01", "0")
    number, heir = worker(office, "2006-06", "2026-05"), office.person(date(1990, 3, 3), serial=7)
    award = retired(office, number)
    matter = received(office, DEATH, number, {"died_on": "2026-08-31", "payee": heir})
    found = proposal(office, matter).calculation
    assert found is not None
    # 240 months of 5000 x 8 % are 96,000; at 60 years and 4 months the divisor is 136.7:
    # 702.27 a month, of which three were drawn.
    assert found.results["account_left"] == "93893.19"
    assert award.until_month is None


def test_who_was_not_retired_leaves_the_whole_account_and_no_enrolment(
    office: InsuranceOffice,
) -> None:
    number, heir = worker(office, "2026-01", "2026-03"), office.person(date(1990, 3, 3), serial=7)
    decided(office, DEATH, number, {"died_on": "2026-04-02", "payee": heir})
    (enrolled,) = office.look(lambda s: s.scalars(select(Enrolment)).all())
    assert (str(enrolled.until_month), enrolled.end_reason) == ("2026-04", "died")
    granted = office.look(lambda s: grants.of_person(s, heir))
    # Own contributions: 3 x 400 yuan; both benefits together are no more.
    assert {one.benefit: sum(paid(office, one).values()) for one in granted} == {
        "old_age_funeral": 120_000,
        "old_age_account": 120_000,
    }
    again = {"died_on": "2026-04-02", "payee": heir, "by_work": "yes"}
    assert isinstance(refusal(office, DEATH, number, again), errors.DeathSettledError)


def test_a_day_that_cannot_be_is_refused(office: InsuranceOffice) -> None:
    number = worker(office, "2006-06", "2026-05")
    for day in ("2026-11-28", "1966-01-14"):
        assert isinstance(
            refusal(office, DEATH, number, {"died_on": day, "payee": number}),
            DeathError,
        )


@given(
    death=st.integers(0, 8),
    runs=st.lists(st.integers(0, 8), min_size=1, max_size=3),
)
@settings(max_examples=6, deadline=None)
def test_whatever_was_paid_before_the_death_is_known_only_the_months_lived_stay(
    tmp_path_factory: pytest.TempPathFactory, death: int, runs: list[int]
) -> None:
    with old_age_office(tmp_path_factory.mktemp("death"), urban_income="4000") as office:
        office.set("old_age.urban_income", PROVINCE, "2027-01", "4100")
        number = worker(office, "2006-06", "2026-05")
        award = retired(office, number)
        monthly = paid(office, award)["2026-06"]
        for run in runs:
            settled(office, str(Month.of(2026, 6).after(run)))
        office.at = datetime(2027, 3, 1, tzinfo=UTC)
        day = Month.of(2026, 6).after(death).first_day
        decided(office, DEATH, number, {"died_on": day.isoformat(), "payee": number})
        last = pension_of(office, number).until_month
        assert last == Month.of_day(day)
        assert set(paid(office, award).values()) == {monthly}
        assert len(paid(office, award)) == death + 1
