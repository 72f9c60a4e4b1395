"""Injuries at work whose grade changes, and those that meet a pension or a death."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from api.services import consequences
from api.services.determination.facts import Facts
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.people import registry
from api.services.work_injury.determination import disability
from tests.insurance import CLERK, EMPLOYER, REGION, InsuranceOffice, insurance_office
from tests.insurance_benefits import awards, decided, paid, refusal, settled
from tests.insurance_edges import granted, moment, monthly
from tests.insurance_old_age import PROVINCE, parameters


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        opened.set("minimum_wage", PROVINCE, "2026-01", "2010")
        opened.set("work_injury.review_lump", PROVINCE, "2026-01", "1")
        opened.set("work_injury.urban_income", "000000", "2026-01", "56000")
        for year in (2026, 2027, 2028):
            opened.set("average_wage", PROVINCE, f"{year}-01", "5000")
        yield opened


def hurt(office: InsuranceOffice, person: str, grade: str) -> None:
    office.employed(person, Month.of(2025, 1), Month.of(2026, 2), insurance=Insurance.WORK_INJURY)
    office.at = moment("2026-04-01")
    report = {
        "employer": EMPLOYER,
        "happened_on": "2026-03-10",
        "what": "机器伤手",
        "circumstance": "14-1",
        "reporter": "employer",
    }
    decided(office, "work_injury.report", person, report)
    finding = {"number": "2026-1", "finding": "1", "on": "2026-04-01", "body": "长沙市人社局"}
    decided(office, "work_injury.determine", person, finding)
    appraised(office, person, grade, "2026-06-12")


def appraised(office: InsuranceOffice, person: str, grade: str, on: str) -> None:
    office.at = moment(on)
    appraisal = {
        "number": f"LD-{on}",
        "grade": grade,
        "care": "4",
        "incapacity": "0",
        "on": on,
        "body": "长沙市劳动能力鉴定委员会",
    }
    decided(office, "work_injury.appraise", person, appraisal)
    decided(office, "work_injury.award", person)


def allowance(office: InsuranceOffice, person: str) -> dict[str, int]:
    """What is paid by month, of all allowances."""
    found: dict[str, int] = {}
    for award in awards(office, person, Insurance.WORK_INJURY):
        if award.benefit == "work_injury_allowance":
            for month, fen in paid(office, award).items():
                found[month] = found.get(month, 0) + fen
    return found


def test_an_allowance_that_a_lighter_grade_ended_begins_anew_with_a_graver_one(
    office: InsuranceOffice,
) -> None:
    person = office.person(date(1985, 5, 6))
    hurt(office, person, "04")
    settled(office, "2027-06")
    appraised(office, person, "05", "2027-06-12")  # from grade 5 on the employer pays
    appraised(office, person, "04", "2028-06-12")
    settled(office, "2028-08")
    found = allowance(office, person)
    assert (max(m for m in found if m < "2028"), min(m for m in found if m > "2028")) == (
        "2027-06",
        "2028-07",
    )
    assert set(found.values()) == {375_000}  # 75 % of 5000
    lumps = [one for one in awards(office, person, Insurance.WORK_INJURY) if "lump" in one.benefit]
    assert [paid(office, one) for one in lumps] == [{"2026-06": 10_500_000}]  # 21 x 5000, once
    assert refusal(office, "work_injury.award", person).code == "injury-award"


def test_a_graver_grade_beside_a_pension_gives_the_difference_alone(
    office: InsuranceOffice,
) -> None:
    person = office.person(date(1966, 1, 15))
    hurt(office, person, "03")
    granted(office, person, monthly(person, "2026-09", 200_000))
    appraised(office, person, "02", "2027-06-12")
    settled(office, "2027-08")
    found = allowance(office, person)
    # 80 % of 5000 less 2000; from July 85 % less 2000.
    months = ("2026-08", "2026-09", "2027-06", "2027-07")
    assert [found[one] for one in months] == [400_000, 200_000, 200_000, 225_000]


def test_a_review_explains_only_what_it_pays() -> None:
    view = parameters(
        {"average_wage": "5000", "minimum_wage": "2010", "work_injury.review_lump": "1"},
        region="430000",
    )
    values = {
        "happened": "2026-03",
        "wages": [500_000],
        "declared": 0,
        "grade": 2,
        "care": "4",
        "lump_before": 23,
        "leaves": None,
    }
    found = disability(Facts(region=REGION, month=Month.of(2027, 7), values=values), view)
    lumps = [one.result for one in found.steps if "lump_months" in one.numbers]
    assert lumps == [found.results["lump"]] == ["10000.00"]  # 5000 x (25 - 23)


def test_a_pension_of_a_child_ends_with_its_death(office: InsuranceOffice) -> None:
    person, son = office.person(date(1985, 5, 6)), office.person(date(2015, 9, 9), serial=2)
    hurt(office, person, "03")
    office.at = moment("2026-06-25")
    raw = {"died_on": "2026-06-20", "when": "at_once", "payee": son}
    decided(office, "work_injury.death", person, raw)
    decided(office, "work_injury.dependant", son, {"deceased": person, "relationship": "2"})
    settled(office, "2026-11")

    def work(session: Session) -> None:
        registry.get(session, son).died_on = date(2026, 9, 3)
        consequences.follow(session, son, run="test", at=office.at, by=CLERK)

    office.at = moment("2026-11-20")
    office.change(work)
    (pension,) = [
        one
        for one in awards(office, son, Insurance.WORK_INJURY)
        if one.benefit == "work_injury_dependant"
    ]
    assert list(paid(office, pension)) == ["2026-07", "2026-08", "2026-09"]
