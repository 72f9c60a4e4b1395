"""Residents: who may draw a pension and how much, how it follows, what a death leaves."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.services.awards import grants
from api.services.determination.facts import Facts
from api.services.months import Month
from api.services.resident_old_age import errors, rules
from api.services.resident_old_age.determination import pension
from tests.insurance import InsuranceOffice, insurance_office
from tests.insurance_benefits import decided, paid, proposal, received, refusal
from tests.insurance_old_age import parameters, run
from tests.insurance_residents import resident, set_county

DRAW = "resident_old_age.draw"
BEGAN = Month.of(2011, 7)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("birth", "years"),
    [
        ("1951-07", 0),  # sixty when it began
        ("1951-08", 1),
        ("1956-07", 5),
        ("1956-08", 6),
        ("1966-07", 15),  # 45
        ("1980-01", 15),
    ],
)
def test_years_needed_by_the_age_when_the_scheme_began(birth: str, years: int) -> None:
    assert rules.years_needed(Month.parse(birth), BEGAN) == years


def test_basic_pension_account_years_and_age() -> None:
    view = parameters(
        {"resident.base": "176", "resident.extra_per_year": "1", "resident.age_70": "10"},
        region="430102",
    )
    values = {"months": 20 * 12 + 11, "account": 1_390_000, "birth": "1955-01"}
    found = pension(Facts(region="430102", month=Month.of(2025, 1), values=values), view)
    # 176 + 13900 / 139 + (20 - 15) x 1 + 10.
    assert found.results["total"] == "291.00"
    younger = pension(Facts(region="430102", month=Month.of(2024, 12), values=values), view)
    assert younger.results["total"] == "281.00"


def test_it_is_paid_since_the_month_after_sixty_whenever_somebody_comes(
    office: InsuranceOffice,
) -> None:
    set_county(office)
    number = resident(office, date(1966, 6, 20), range(2011, 2027))
    decided(office, DRAW, number)
    (award,) = office.look(lambda s: grants.of_person(s, number))
    # 16 years x 360 yuan over 139 beside 200: 5760 / 139 = 41.44.
    assert paid(office, award) == {f"2026-{month:02}": 24_144 for month in range(7, 12)}
    assert isinstance(refusal(office, DRAW, number), errors.OtherPensionError)


def test_before_sixty_and_without_the_years_it_is_refused(office: InsuranceOffice) -> None:
    set_county(office)
    early = refusal(office, DRAW, resident(office, date(1967, 1, 20), range(2011, 2027)))
    assert isinstance(early, errors.ResidentAgeError)
    assert str(early.earliest) == "2027-01"
    short = refusal(office, DRAW, resident(office, date(1966, 9, 2), range(2014, 2027)))
    assert isinstance(short, errors.ResidentYearsError)
    assert (short.needed, short.months) == (15, 13 * 12)


def test_who_makes_up_years_after_sixty_draws_from_the_month_after(
    office: InsuranceOffice,
) -> None:
    set_county(office)
    # 60 in 2021-07: ten years were left when it began; the tenth came in March 2026.
    number = resident(office, date(1961, 7, 2), range(2017, 2027))
    found = proposal(office, received(office, DRAW, number, {}))
    assert str(found.awards[0].from_month) == "2026-04"


def test_pensions_follow_the_region_and_the_age_once(office: InsuranceOffice) -> None:
    set_county(office)
    office.set("resident.age_65", "430102", "2026-01", "10")
    number = resident(office, date(1966, 6, 20), range(2011, 2027))
    decided(office, DRAW, number)
    office.set("resident.base", "430102", "2027-07", "230")
    what = ("pensions", "adjust-residents", "--region", "430000", "--json", "--month")
    done = json.loads(run(office, *what, "2027-07").stdout)
    assert (done["changed"], done["monthly"]) == (1, "30.00")
    assert json.loads(run(office, *what, "2027-07").stdout)["changed"] == 0
    assert json.loads(run(office, *what, "2031-05").stdout)["changed"] == 0
    assert json.loads(run(office, *what, "2031-06").stdout)["monthly"] == "10.00"  # he is 65


def test_the_heirs_get_what_is_left_and_the_funeral_benefit_of_the_region(
    office: InsuranceOffice,
) -> None:
    set_county(office, funeral_months="12")
    number = resident(office, date(1966, 6, 20), range(2011, 2027))
    decided(office, DRAW, number)
    heir = office.person(date(1990, 3, 3), serial=7)
    office.at = datetime(2026, 12, 20, tzinfo=UTC)
    decided(office, "resident_old_age.death", number, {"died_on": "2026-10-31", "payee": heir})
    (award,) = office.look(lambda s: grants.of_person(s, number))
    assert max(paid(office, award)) == "2026-10"
    left = office.look(lambda s: grants.of_person(s, heir))
    assert {one.benefit: sum(paid(office, one).values()) for one in left} == {
        "resident_funeral": 240_000,  # 12 x 200
        "resident_account": 576_000 - 4 * 4_144,
    }


@given(first=st.integers(0, 600), more=st.integers(0, 120), account=st.integers(0, 10**7))
def test_more_years_and_a_greater_account_never_make_a_smaller_pension(
    first: int, more: int, account: int
) -> None:
    view = parameters({"resident.base": "176", "resident.extra_per_year": "2"}, region="430102")

    def total(months: int, saved: int) -> float:
        values = {"months": months, "account": saved, "birth": "1960-01"}
        facts = Facts(region="430102", month=Month.of(2025, 1), values=values)
        return float(str(pension(facts, view).results["total"]))

    assert total(first, account) <= total(first + more, account) <= total(first + more, account + 1)
