"""A pension of one's own and a death end enrolments that nobody ended; the card says so."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from api.services import consequences
from api.services.enrolment.models import Enrolment
from api.services.insurances import Insurance
from api.services.months import Month
from tests.insurance import CLERK, EMPLOYER, InsuranceOffice
from tests.insurance_benefits import decided
from tests.insurance_edges import moment
from tests.insurance_old_age import LEGAL, old_age_office, run, worker
from tests.insurance_residents import resident, set_county

OLD_AGE, RESIDENTS, UNEMPLOYMENT, WORK_INJURY = "110", "170", "210", "410"
OPEN = ("None", None)
BORN = date(1985, 5, 6)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path, urban_income="4000") as opened:
        opened.set("average_wage", "430000", "2026-01", "7000")
        opened.set("work_injury.urban_income", "000000", "2026-01", "56000")
        yield opened


def also_insured(office: InsuranceOffice, person: str, first: str, *others: Insurance) -> None:
    for insurance in others:
        month = Month.parse(first)
        office.employed(person, month, month, insurance=insurance)


def insured(office: InsuranceOffice) -> str:
    """Somebody in all three insurances since January 2025."""
    person = office.person(BORN)
    every = Insurance.OLD_AGE, Insurance.UNEMPLOYMENT, Insurance.WORK_INJURY
    also_insured(office, person, "2025-01", *every)
    return person


def ended(office: InsuranceOffice, person: str) -> dict[str, tuple[str, str | None]]:
    """The last month of each enrolment, and why it was the last."""
    rows = office.look(
        lambda s: s.scalars(select(Enrolment).where(Enrolment.person == person)).all()
    )
    return {row.insurance: (str(row.until_month), row.end_reason) for row in rows}


def test_who_retires_is_insured_no_more_in_what_he_was_before(office: InsuranceOffice) -> None:
    person = worker(office, "2006-06", "2026-05")
    also_insured(office, person, "2020-01", Insurance.UNEMPLOYMENT, Insurance.WORK_INJURY)
    done = decided(office, "old_age.retire", person, {"month": LEGAL})
    # The pension begins in June.
    last = ("2026-05", "retired")
    assert ended(office, person) == {OLD_AGE: last, UNEMPLOYMENT: last, WORK_INJURY: last}
    assert done.card_data[0] == {
        "application": "DF01",
        "group": "personal_state",
        "items": {"employment_state": "3"},
    }


def test_who_works_again_beside_his_pension_stays_insured_for_injuries(
    office: InsuranceOffice,
) -> None:
    person = worker(office, "2006-06", "2026-05")
    decided(office, "old_age.retire", person, {"month": LEGAL})
    also_insured(office, person, "2026-07", Insurance.WORK_INJURY)
    office.change(lambda s: consequences.follow(s, person, run="test", at=office.at, by=CLERK))
    assert ended(office, person)[WORK_INJURY] == OPEN


def test_a_pension_of_residents_ends_their_enrolment_alone(office: InsuranceOffice) -> None:
    set_county(office)
    person = resident(office, date(1966, 6, 20), range(2011, 2027))
    also_insured(office, person, "2026-01", Insurance.WORK_INJURY)
    decided(office, "resident_old_age.draw", person)
    # Sixty in June 2026: the pension begins in July.
    assert ended(office, person) == {RESIDENTS: ("2026-06", "retired"), WORK_INJURY: OPEN}


def test_a_death_ends_every_enrolment(office: InsuranceOffice) -> None:
    person, heir = insured(office), office.person(date(1990, 3, 3), serial=7)
    decided(office, "old_age.death", person, {"died_on": "2026-04-02", "payee": heir})
    last = ("2026-04", "died")
    assert ended(office, person) == {OLD_AGE: last, UNEMPLOYMENT: last, WORK_INJURY: last}


def test_so_does_one_at_work_that_its_own_insurance_is_told_of(office: InsuranceOffice) -> None:
    person, wife = insured(office), office.person(date(1986, 1, 1), male=False)
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
    death = {"died_on": "2026-03-10", "when": "at_once", "payee": wife}
    decided(office, "work_injury.death", person, death)
    last = ("2026-03", "died")
    assert ended(office, person) == {OLD_AGE: last, UNEMPLOYMENT: last, WORK_INJURY: last}


def test_so_does_one_that_is_noted_from_the_command_line(office: InsuranceOffice) -> None:
    person = insured(office)
    told = run(office, "people", "death", person, "2026-05-20", "--reason", "死亡医学证明")
    assert told.exit_code == 0, told.output
    last = ("2026-05", "died")
    assert ended(office, person) == {OLD_AGE: last, UNEMPLOYMENT: last, WORK_INJURY: last}
