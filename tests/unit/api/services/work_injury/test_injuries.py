"""An injury at work at the counter: report, finding, appraisal, award."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.services.errors import ParameterMissingError
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.people import changes
from api.services.work_injury.what_if import what_if
from tests.insurance import CLERK, REGION, InsuranceOffice
from tests.insurance_benefits import decided, proposal, received, refusal
from tests.insurance_edges import moment
from tests.insurance_injuries import (
    APPRAISAL,
    FINDING,
    REPORT,
    appraised,
    granted,
    injury_office,
    insured,
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with injury_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def worker(office: InsuranceOffice) -> str:
    return insured(office)


def test_grade_seven_who_leaves_his_employer(office: InsuranceOffice, worker: str) -> None:
    appraised(office, worker)
    done = decided(office, "work_injury.award", worker, {"leaves": "yes"})
    # 13 and 6 months of 5000 from the fund; 25 months from the employer, shown and not payable.
    assert granted(office, worker) == {
        "work_injury_lump": {"2026-06": 6_500_000},
        "work_injury_medical": {"2026-06": 3_000_000},
    }
    assert done.card_data[0]["items"] == {
        "insured_region": REGION,
        "update_date": "2026-06-15",
    }


def test_what_the_employer_pays_is_said_and_not_granted(
    office: InsuranceOffice, worker: str
) -> None:
    appraised(office, worker, grade="05")
    found = proposal(office, received(office, "work_injury.award", worker, {}))
    assert [plan.benefit for plan in found.awards] == ["work_injury_lump"]
    assert any("3500.00" in text for text, _ in found.says)  # 70 % of 5000


def test_grade_two_with_care_is_paid_from_the_month_after_the_appraisal(
    office: InsuranceOffice, worker: str
) -> None:
    appraised(office, worker, grade="02", care="2")
    office.at = moment("2026-08-03")
    done = decided(office, "work_injury.award", worker)
    # 25 x 5000; 85 % of 5000; care of grade 2: 40 % of 7000.
    assert granted(office, worker) == {
        "work_injury_lump": {"2026-06": 12_500_000},
        "work_injury_allowance": {"2026-07": 425_000, "2026-08": 425_000},
        "work_injury_care": {"2026-07": 280_000, "2026-08": 280_000},
    }
    assert done.card_data[0]["items"]["benefit_start_date"] == "2026-07-01"
    assert refusal(office, "work_injury.award", worker).code == "injury-award"


def test_the_wage_is_the_mean_of_twelve_months_within_the_bounds(office: InsuranceOffice) -> None:
    person = office.person(date(1985, 5, 6))
    # Eight months only: 3000 each, below 60 % of 7000, which is 4200.
    office.employed(
        person,
        Month.of(2025, 7),
        Month.of(2026, 2),
        base=Fen(300_000),
        insurance=Insurance.WORK_INJURY,
    )
    appraised(office, person, grade="10")
    decided(office, "work_injury.award", person)
    assert granted(office, person) == {"work_injury_lump": {"2026-06": 7 * 420_000}}


def test_finding_and_appraisal_go_onto_the_card(office: InsuranceOffice, worker: str) -> None:
    decided(office, "work_injury.report", worker, REPORT)
    office.at = moment("2026-04-21")
    found = decided(office, "work_injury.determine", worker, FINDING)
    assert found.card_data[0]["items"] == {
        "determination_number": "2026-0001",
        "employer_name": "长沙某公司",
        "finding": "1",
        "determination_date": "2026-04-20",
        "determination_body": "长沙市人社局",
    }
    office.at = moment("2026-06-15")
    found = decided(office, "work_injury.appraise", worker, APPRAISAL)
    assert found.card_data[0]["items"] == {
        "appraisal_number": "LD-0001",
        "matter": "10",
        "disability_grade": "07",
        "self_care_grade": "4",
        "incapacity_finding": "0",
        "appraisal_date": "2026-06-12",
        "appraisal_body": "长沙市劳动能力鉴定委员会",
    }


def test_the_employer_has_thirty_days_and_the_person_a_year(
    office: InsuranceOffice, worker: str
) -> None:
    office.at = moment("2026-04-10")  # the 31st day
    late = refusal(office, "work_injury.report", worker, REPORT)
    assert (late.code, "2026-04-09" in late.cause[0]) == ("injury-report-late", True)
    own = {**REPORT, "reporter": "person"}
    office.at = moment("2027-03-11")
    assert refusal(office, "work_injury.report", worker, own).code == "injury-report-late"
    office.at = moment("2027-03-10")
    decided(office, "work_injury.report", worker, own)
    office.at = moment("2026-04-15")
    extended = {**REPORT, "happened_on": "2026-03-11", "extended": "yes"}
    decided(office, "work_injury.report", worker, extended)


def test_of_who_died_only_what_happened_before_is_reported(
    office: InsuranceOffice, worker: str
) -> None:
    died = {"reason": "死亡医学证明", "by": CLERK, "at": office.at}
    office.change(lambda s: changes.record_death(s, worker, date(2026, 3, 10), **died))
    refused = refusal(office, "work_injury.report", worker, {**REPORT, "happened_on": "2026-03-11"})
    assert "died on 2026-03-10" in refused.cause[0]
    decided(office, "work_injury.report", worker, REPORT)  # of that very day


def test_the_order_of_the_law_is_kept(office: InsuranceOffice, worker: str) -> None:
    assert refusal(office, "work_injury.determine", worker, FINDING).code == "injury-unknown"
    decided(office, "work_injury.report", worker, REPORT)
    assert refusal(office, "work_injury.report", worker, REPORT).code == "service-refused"
    assert refusal(office, "work_injury.award", worker).code == "injury-award"
    assert refusal(office, "work_injury.appraise", worker, APPRAISAL).code == "injury-appraisal"
    office.at = moment("2026-04-21")
    taken = {**FINDING, "finding": "2"}  # 视同工伤 goes with 第十五条 only
    assert refusal(office, "work_injury.determine", worker, taken).code == "injury-finding"
    drunk = {**FINDING, "excluded": "16-2"}
    assert refusal(office, "work_injury.determine", worker, drunk).code == "injury-finding"
    decided(office, "work_injury.determine", worker, FINDING)
    assert "appraised" in refusal(office, "work_injury.award", worker).cause[0]


def test_who_was_not_insured_gets_nothing_from_the_fund(office: InsuranceOffice) -> None:
    person = office.person(date(1985, 5, 6))
    appraised(office, person)
    assert refusal(office, "work_injury.award", person).code == "injury-not-insured"


def test_no_average_wage_no_award(office: InsuranceOffice, worker: str) -> None:
    office.set("average_wage", "430000", "2026-03", "")
    appraised(office, worker)
    with pytest.raises(ParameterMissingError):
        proposal(office, received(office, "work_injury.award", worker, {}))


def test_what_if_somebody_were_hurt(office: InsuranceOffice, worker: str) -> None:
    found = office.look(
        lambda s: what_if(
            s,
            worker,
            happened=Month.of(2026, 3),
            grade=7,
            leaves=True,
            parameters=ParameterBook(s),
        )
    )
    # 65000 and 30000 from the fund.
    assert (found.results["total"], found.results["employment"]) == ("95000.00", "125000.00")
