"""An injury at work at the counter: report, finding, appraisal, award, and what follows."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from api.services import consequences
from api.services.awards import differences, recalculation
from api.services.awards.grants import AwardPlan, grant
from api.services.enrolment.models import Contribution
from api.services.errors import ParameterMissingError
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.work_injury import adjustment, injuries
from api.services.work_injury.what_if import what_if
from tests.insurance import CLERK, EMPLOYER, REGION, InsuranceOffice, insurance_office
from tests.insurance_benefits import awards, decided, paid, proposal, received, refusal, settled

HURT = "2026-03-10"
REPORT = {
    "employer": EMPLOYER,
    "happened_on": HURT,
    "what": "机器伤手",
    "circumstance": "14-1",
    "reporter": "employer",
}
FINDING = {"number": "2026-0001", "finding": "1", "on": "2026-04-20", "body": "长沙市人社局"}
APPRAISAL = {
    "number": "LD-0001",
    "grade": "07",
    "care": "4",
    "incapacity": "0",
    "on": "2026-06-12",
    "body": "长沙市劳动能力鉴定委员会",
}


def moment(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        for name, value in {
            "average_wage": "7000",
            "minimum_wage": "2010",
            "work_injury.leaving_by_average": "0",
            "work_injury.review_lump": "1",
            "work_injury.medical_months_7": "6",
            "work_injury.employment_months_7": "25",
        }.items():
            opened.set(name, "430000", "2026-01", value)
        opened.set("work_injury.urban_income", "000000", "2026-01", "56000")
        opened.set("average_wage", "430000", "2025-01", "6500")
        yield opened


@pytest.fixture
def worker(office: InsuranceOffice) -> str:
    """Insured since January 2025, on 5,000 yuan a month."""
    person = office.person(date(1985, 5, 6))
    office.employed(person, Month.of(2025, 1), Month.of(2026, 2), insurance=Insurance.WORK_INJURY)
    office.at = moment("2026-04-01")
    return person


def appraised(office: InsuranceOffice, person: str, **changed: str) -> None:
    office.at = moment("2026-04-01")
    decided(office, "work_injury.report", person, REPORT)
    office.at = moment("2026-04-21")
    decided(office, "work_injury.determine", person, FINDING)
    office.at = moment("2026-06-15")
    decided(office, "work_injury.appraise", person, {**APPRAISAL, **changed})


def granted(office: InsuranceOffice, person: str) -> dict[str, dict[str, int]]:
    return {one.benefit: paid(office, one) for one in awards(office, person, Insurance.WORK_INJURY)}


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


def test_a_graver_grade_after_a_year_pays_the_difference(
    office: InsuranceOffice, worker: str
) -> None:
    office.set("average_wage", "430000", "2027-01", "7200")
    appraised(office, worker, grade="03", care="3")
    decided(office, "work_injury.award", worker)
    review = {**APPRAISAL, "number": "LD-0002", "grade": "02", "care": "4"}
    office.at = moment("2027-06-20")
    early = refusal(office, "work_injury.appraise", worker, {**review, "on": "2027-06-11"})
    assert "2027-06-12" in early.remedy[0]
    decided(office, "work_injury.appraise", worker, {**review, "on": "2027-06-12"})
    settled(office, "2027-08")
    office.at = moment("2027-08-02")
    decided(office, "work_injury.award", worker)
    lumps = [
        paid(office, one)
        for one in awards(office, worker, Insurance.WORK_INJURY)
        if one.benefit == "work_injury_lump"
    ]
    # 23 months, then 2 more; 80 % of 5000, from July 85 %; no care any more.
    assert lumps == [{"2026-06": 11_500_000}, {"2027-06": 1_000_000}]
    found = granted(office, worker)
    allowance = found["work_injury_allowance"]
    assert (allowance["2027-06"], allowance["2027-07"]) == (400_000, 425_000)
    assert max(found["work_injury_care"]) == "2027-06"


def test_an_old_injury_that_comes_back(office: InsuranceOffice, worker: str) -> None:
    appraised(office, worker)
    office.at = moment("2026-09-01")
    again = {
        "number": "FF-0001",
        "what": "旧伤复发",
        "on": "2026-08-28",
        "body": "长沙市劳动能力鉴定委员会",
    }
    done = decided(office, "work_injury.recur", worker, again)
    (confirmation,) = done.card_data[0]["items"]["confirmations"]
    assert (confirmation["matter"], confirmation["finding"]) == ("60", "1")
    first, second = office.look(lambda s: injuries.of_person(s, worker, Insurance.WORK_INJURY))
    assert second.recurrence_of == first.id


def test_a_refusal_holds_back_and_a_lost_condition_ends(
    office: InsuranceOffice, worker: str
) -> None:
    appraised(office, worker, grade="04")
    decided(office, "work_injury.award", worker)
    settled(office, "2026-10")
    office.at = moment("2026-09-05")
    decided(office, "work_injury.stop", worker, {"cause": "no_treatment", "month": "2026-09"})
    office.at = moment("2026-10-05")
    decided(office, "work_injury.resume", worker, {"month": "2026-10"})
    months = set(granted(office, worker)["work_injury_allowance"])
    assert months == {"2026-07", "2026-08", "2026-10"}
    decided(office, "work_injury.stop", worker, {"cause": "lost", "month": "2026-08"})
    assert set(granted(office, worker)["work_injury_allowance"]) == {"2026-07"}


def test_a_pension_below_the_allowance_is_made_up(office: InsuranceOffice, worker: str) -> None:
    appraised(office, worker, grade="01")
    decided(office, "work_injury.award", worker)
    pension = AwardPlan(
        benefit="pension",
        region=REGION,
        person=worker,
        insured=worker,
        from_month=Month.of(2026, 9),
        amount=Fen(412_345),
    )

    def work(session: Session) -> None:
        grant(session, pension, matter=None, calculation=None, at=office.at, by=CLERK)  # type: ignore[arg-type]
        for _ in range(2):
            consequences.follow(session, worker, run="pension", at=office.at, by=CLERK)

    office.at = moment("2026-10-09")
    office.change(work)
    settled(office, "2026-10")
    found = granted(office, worker)["work_injury_allowance"]
    # 90 % of 5000, then 4500 − 4123.45.
    assert (found["2026-08"], found["2026-09"], found["2026-10"]) == (450_000, 37_655, 37_655)


def test_a_later_death_of_grade_one_ends_the_allowance_and_pays_the_funeral(
    office: InsuranceOffice, worker: str
) -> None:
    wife = office.person(date(1986, 1, 1), male=False)
    appraised(office, worker, grade="01")
    decided(office, "work_injury.award", worker)
    office.at = moment("2026-10-20")
    settled(office, "2026-10")
    death = {"died_on": "2026-09-02", "when": "later", "payee": wife}
    decided(office, "work_injury.death", worker, death)
    assert max(granted(office, worker)["work_injury_allowance"]) == "2026-09"
    assert granted(office, wife) == {"work_injury_funeral": {"2026-09": 4_200_000}}  # 6 x 7000


def test_the_years_raise_what_is_drawn_once(office: InsuranceOffice, worker: str) -> None:
    office.set("average_wage", "430000", "2027-01", "7200")
    appraised(office, worker, grade="01", care="1")
    decided(office, "work_injury.award", worker)
    office.at = moment("2027-02-01")
    month = Month.of(2027, 1)
    with pytest.raises(ParameterMissingError):
        office.change(lambda s: adjustment.adjust(s, "430000", month, at=office.at, by=CLERK))
    office.set("work_injury.rise_1", "430000", "2027-01", "210.50")
    counts = [
        office.change(lambda s: adjustment.adjust(s, "430000", month, at=office.at, by=CLERK))
        for _ in range(2)
    ]
    assert counts == [2, 0]
    settled(office, "2027-01")
    found = granted(office, worker)
    # 4500 + 210.50; 50 % of 7000, then of 7200.
    allowance, care = found["work_injury_allowance"], found["work_injury_care"]
    assert (allowance["2026-12"], allowance["2027-01"]) == (450_000, 471_050)
    assert (care["2026-12"], care["2027-01"]) == (350_000, 360_000)


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


def test_a_wage_that_is_corrected_reaches_the_lump_sum_and_the_risen_allowance(
    office: InsuranceOffice, worker: str
) -> None:
    appraised(office, worker, grade="02")
    decided(office, "work_injury.award", worker)
    office.at = moment("2027-02-03")
    office.set("work_injury.rise_2", "430000", "2027-01", "100")
    office.change(
        lambda s: adjustment.adjust(s, "430000", Month.of(2027, 1), at=office.at, by=CLERK)
    )
    # The twelve months before had been 6,000 each, not 5,000.
    office.change(
        lambda s: s.execute(
            update(Contribution).where(Contribution.person == worker).values(base=600_000)
        )
    )
    for line in office.look(lambda s: differences.of_person(s, worker, REGION)):
        office.change(
            lambda s: recalculation.apply(s, line, run="test", by=CLERK, at=office.at)  # noqa: B023
        )
    found = granted(office, worker)
    assert found["work_injury_lump"] == {"2026-06": 25 * 600_000}
    assert found["work_injury_allowance"]["2026-12"] == 510_000  # 85 % of 6000
    assert found["work_injury_allowance"]["2027-01"] == 520_000
    assert office.look(lambda s: differences.of_person(s, worker, REGION)) == []
