"""A death at work: the funeral, the one-off benefit, and those who were supported."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.work_injury import rules
from tests.insurance import EMPLOYER, InsuranceOffice, insurance_office
from tests.insurance_benefits import awards, decided, paid, refusal, settled

DEATH = {"died_on": "2026-03-10", "when": "at_once"}


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        opened.set("average_wage", "430000", "2026-01", "7000")
        opened.set("work_injury.urban_income", "000000", "2026-01", "56000")
        yield opened


@pytest.fixture
def dead(office: InsuranceOffice) -> str:
    """He died of an accident at work that was found to be one; his wage was 5,000 yuan."""
    person = office.person(date(1985, 5, 6))
    office.employed(person, Month.of(2025, 1), Month.of(2026, 2), insurance=Insurance.WORK_INJURY)
    office.at = moment("2026-04-01")
    report = {
        "employer": EMPLOYER,
        "happened_on": "2026-03-10",
        "what": "坠落",
        "circumstance": "14-1",
        "reporter": "employer",
    }
    finding = {"number": "2026-0009", "finding": "1", "on": "2026-04-01", "body": "长沙市人社局"}
    decided(office, "work_injury.report", person, report)
    decided(office, "work_injury.determine", person, finding)
    return person


def support(office: InsuranceOffice, dead: str, person: str, **given: str) -> None:
    decided(office, "work_injury.dependant", person, {"deceased": dead, **given})


def test_funeral_and_one_off_benefit(office: InsuranceOffice, dead: str) -> None:
    wife = office.person(date(1986, 1, 1), male=False)
    decided(office, "work_injury.death", dead, {**DEATH, "payee": wife})
    found = {one.benefit: paid(office, one) for one in awards(office, wife, Insurance.WORK_INJURY)}
    assert found == {
        "work_injury_funeral": {"2026-03": 4_200_000},  # 6 x 7000
        "work_injury_death": {"2026-03": 112_000_000},  # 20 x 56000
    }


def test_dependants_together_get_no_more_than_the_wage(office: InsuranceOffice, dead: str) -> None:
    wife = office.person(date(1986, 1, 1), male=False)
    son = office.person(date(2015, 9, 9), serial=2)
    mother = office.person(date(1950, 3, 3), male=False, serial=3)
    claim = {"relationship": "1"}
    assert refusal(office, "work_injury.dependant", wife, {"deceased": dead, **claim})
    decided(office, "work_injury.death", dead, {**DEATH, "payee": wife})
    office.at = moment("2026-05-02")
    support(office, dead, wife, relationship="1")
    support(office, dead, son, relationship="2")
    support(office, dead, mother, relationship="5", alone="yes")
    settled(office, "2026-05")
    found = [
        paid(office, awards(office, person, Insurance.WORK_INJURY)[-1])
        for person in (wife, son, mother)
    ]
    # 40, 30 and 40 % are 110 %: 5000 x 40/110 = 1818.18, 1363.63, 1818.18, and a fen to the first.
    assert [one["2026-04"] for one in found] == [181_819, 136_363, 181_818]
    assert [one["2026-05"] for one in found] == [181_819, 136_363, 181_818]
    (son_award,) = awards(office, son, Insurance.WORK_INJURY)
    assert str(son_award.until_month) == "2033-09"
    again = {"deceased": dead, "relationship": "1"}
    assert refusal(office, "work_injury.dependant", wife, again).code == "injury-award"


def test_the_card_of_a_dependant(office: InsuranceOffice, dead: str) -> None:
    wife = office.person(date(1986, 1, 1), male=False)
    decided(office, "work_injury.death", dead, {**DEATH, "payee": wife})
    done = decided(office, "work_injury.dependant", wife, {"deceased": dead, "relationship": "1"})
    assert done.card_data[0]["items"] == {
        "scheme": "410",
        "insured_region": "430102",
        "relationship": "1",
        "benefit_start_date": "2026-04-01",
        "update_date": "2026-04-01",
    }


def test_a_later_death_is_for_the_first_four_grades(office: InsuranceOffice, dead: str) -> None:
    wife = office.person(date(1986, 1, 1), male=False)
    later = {"died_on": "2026-03-20", "when": "later", "payee": wife}
    assert refusal(office, "work_injury.death", dead, later).code == "injury-award"


@given(
    percents=st.lists(st.sampled_from([30, 40, 50]), min_size=1, max_size=8),
    wage=st.integers(100, 10**7),
)
def test_shares_never_exceed_the_wage_and_lose_no_fen(percents: list[int], wage: int) -> None:
    shares = rules.dependants_shares(percents, Fen(wage))
    assert sum(shares) <= wage
    if sum(percents) >= 100:
        assert sum(shares) == wage
