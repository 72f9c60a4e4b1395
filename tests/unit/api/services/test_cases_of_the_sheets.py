"""Every published case, exact to the fen or month, through the command."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from api.services.retirement_age.rules import minimum_years
from tests.calculation import calculated

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "insurance_rules.json").read_text(encoding="utf-8")
)
AGES = VECTORS["retirement_ages"]["cases"]
SHEETS = VECTORS["old_age"]["cases"]
RESIDENTS = [case for case in VECTORS["resident_old_age"]["cases"] if "formula" not in case]
A_SHEET = {"provincial_base": 7570, "avg_index": "0.758", "years": 15, "account": "139000"}


@pytest.mark.parametrize("case", SHEETS, ids=lambda case: case["id"])
def test_award_sheet_of_an_employee(case):
    official = case["official"]
    local = {name: official[name] for name in ("transition", "extra") if name in official}
    found = calculated("old-age", **case["inputs"], **local)
    for name, amount in official.items():
        printed = None if amount is None else f"{Decimal(amount):.2f}"
        assert found[name] == printed, name


@pytest.mark.parametrize("age", VECTORS["divisors"]["table"].items(), ids=lambda age: age[0])
def test_divisor_of_a_full_year(age):
    years, divisor = age
    found = calculated("old-age", **A_SHEET, retirement_age=int(years) * 12)
    assert found["months"] == str(divisor)


@pytest.mark.parametrize("point", VECTORS["divisors"]["between_ages"], ids=lambda p: p["age"])
def test_divisor_between_two_years(point):
    found = calculated("old-age", **A_SHEET, retirement_age=point["age"])
    assert found["months"] == point["months"]


def test_transition_by_its_usual_formula():
    # The sheet hlj-1964-02-M: 1653.69 is 1 % for each of 19 years.
    sheet = {"provincial_base": 7010, "avg_index": "1.2416", "years": "43.5"}
    for coefficient in ("1%", 1, "0.01"):
        transition = {"coefficient": coefficient, "years": 19}
        assert calculated("old-age", **sheet, transition=transition)["transition"] == "1653.69"


@pytest.mark.parametrize("case", RESIDENTS, ids=lambda case: str(case["account"]))
def test_pension_of_a_resident(case):
    found = calculated(
        "resident-old-age", **{name: case[name] for name in ("base", "account") if name in case}
    )
    assert found["account"] == case["account_pension"]
    assert found["total"] == case.get("total", case["account_pension"])


def test_county_that_adds_for_long_contribution():
    found = calculated("resident-old-age", base=176, account="13900", years=20, extra_per_year="1")
    assert found["total"] == "281.00"  # 176 + 100 + 5


@pytest.mark.parametrize(
    "case", VECTORS["unemployment"]["by_law"], ids=lambda case: case["contribution_years"]
)
def test_months_of_unemployment_by_law(case):
    found = calculated("unemployment", contribution_years=case["contribution_years"])
    assert found["months"] == case["max_months"]


@pytest.mark.parametrize(
    "case", VECTORS["unemployment"]["local"], ids=lambda case: str(case["years"])
)
def test_months_of_unemployment_by_a_local_scale(case):
    for scale in ({"place": case["place"]}, {"months_per_year": 2}):
        assert calculated("unemployment", years=case["years"], **scale)["months"] == case["months"]


def test_second_stage_of_unemployment_has_its_own_amount():
    found = calculated(
        "unemployment", years=10, place="上海", monthly_amount=2340, later_amount=1872
    )
    assert (found["months"], found["total"]) == (20, "43056.00")  # 12 x 2340 + 8 x 1872


def test_months_left_from_before_are_added_up_to_24():
    assert calculated("unemployment", years=1, carried_months=6)["months"] == 18
    assert calculated("unemployment", years=5, carried_months=18)["months"] == 24


@pytest.mark.parametrize(
    "case",
    VECTORS["work_injury"]["cases"],
    ids=lambda case: f"{case['grade']}-{case['own_wage']}",
)
def test_award_for_an_injury(case):
    found = calculated("work-injury", grade=case["grade"], own_wage=case["own_wage"])
    assert found["lump_months"] == case["lump_months"]
    assert found["lump"] == case["lump"]
    assert found["monthly_allowance"] == case["monthly_allowance"]


@pytest.mark.parametrize(
    ("grade", "medical", "employment", "months"), [(7, 6, 25, 44), (8, 4, 15, 30), (9, 2, 8, 19)]
)
def test_lump_sums_on_leaving_by_a_province(grade, medical, employment, months):
    found = calculated(
        "work-injury",
        grade=grade,
        own_wage=1000,
        medical_months=medical,
        employment_months=employment,
    )
    assert found["total"] == f"{months * 1000}.00"


@pytest.mark.parametrize(
    ("own", "lump"), [("3000", "54000.00"), ("2999.99", "54000.00"), ("20000", "270000.00")]
)
def test_own_wage_is_held_between_60_and_300_percent_of_the_mean(own, lump):
    found = calculated("work-injury", grade=5, own_wage=own, average_wage=5000)
    assert found["lump"] == lump


def test_allowance_is_not_below_the_minimum_wage():
    found = calculated("work-injury", grade=6, own_wage=3000, minimum_wage=2010)
    assert found["monthly_allowance"] == "2010.00"


@pytest.mark.parametrize("case", AGES, ids=lambda case: f"{case['category']}-{case['birth']}")
def test_retirement_age_of_the_tables(case):
    found = calculated("retirement-age", category=case["category"], birth=case["birth"])
    assert found["retirement_age"] == case["retire_age"]
    assert case["retire_month"] in (None, found["retirement_month"])


def test_years_needed_by_year_of_retirement():
    # Men born from 1967 to 1979 retire from 2027 to 2042: every step of the table is met.
    table = VECTORS["minimum_years"]["table"]
    met = {}
    for year in range(1964, 1980):
        found = calculated("retirement-age", category="male", birth=f"{year}-06")
        met[found["retirement_month"][:4]] = Decimal(found["minimum_years"])
    shared = met.keys() & table.keys()
    assert len(shared) >= 12
    assert {year: met[year] for year in shared} == {year: Decimal(table[year]) for year in shared}


def test_years_needed_by_the_published_cases():
    for case in VECTORS["minimum_years"]["cases"]:
        assert minimum_years(case["retire_year"]) == Decimal(case["years"])
