"""What follows an award for an injury at work: reviews, refusals, pensions, deaths, the years."""

from collections.abc import Iterator
from datetime import date
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
from api.services.work_injury import adjustment, injuries
from tests.insurance import CLERK, REGION, InsuranceOffice
from tests.insurance_benefits import awards, decided, paid, refusal, settled
from tests.insurance_edges import moment
from tests.insurance_injuries import APPRAISAL, appraised, granted, injury_office, insured


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with injury_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def worker(office: InsuranceOffice) -> str:
    return insured(office)


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
