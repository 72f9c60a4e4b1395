"""A courier who was hurt: the platform whose order it was, and the pilot's own benefits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.services.insurances import Insurance
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.platform_work import posting
from api.services.platform_work.what_if import what_if
from tests.insurance import CLERK, COUNTY, EMPLOYER, REGION, InsuranceOffice, insurance_office
from tests.insurance_benefits import awards, decided, paid, proposal, received, refusal
from tests.insurance_platforms import MEALS, RIDES, order_file, platforms

REPORT = {
    "employer": MEALS,
    "order": "D20261003-77",
    "place": COUNTY,
    "happened_on": "2026-10-03",
    "what": "送餐途中摔伤",
    "circumstance": "14-1",
    "reporter": "employer",
}
FINDING = {"number": "ZS-2026-1", "finding": "1", "on": "2026-10-20", "body": "长沙市人社局"}
APPRAISAL = {
    "number": "LD-2026-1",
    "grade": "05",
    "care": "4",
    "incapacity": "0",
    "on": "2026-10-25",
    "body": "长沙市劳动能力鉴定委员会",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        platforms(opened)
        for name, value in {"average_wage": "6000", "care_wage": "6500"}.items():
            opened.set(f"platform_work.{name}", "430000", "2026-01", value)
        opened.set("work_injury.urban_income", "000000", "2026-01", "56000")
        opened.at = datetime(2026, 10, 28, 4, tzinfo=UTC)
        yield opened


@pytest.fixture
def courier(office: InsuranceOffice) -> str:
    return office.person(date(1998, 2, 2))


def posted(office: InsuranceOffice, *rows: tuple[str, str]) -> None:
    """Orders of October, by platform and person."""
    content = order_file((code, REGION, "2026-10", person, "30", "") for code, person in rows)
    office.change(lambda s: posting.post(s, content, by=CLERK, at=office.at))


def appraised(office: InsuranceOffice, person: str, **changed: str) -> None:
    decided(office, "platform_work.report", person, REPORT)
    decided(office, "platform_work.determine", person, FINDING)
    decided(office, "platform_work.appraise", person, {**APPRAISAL, **changed})


def granted(office: InsuranceOffice, person: str) -> dict[str, dict[str, int]]:
    found = awards(office, person, Insurance.PLATFORM_INJURY)
    return {one.benefit: paid(office, one) for one in found}


def test_grade_five_is_paid_once_and_nothing_by_a_platform(
    office: InsuranceOffice, courier: str
) -> None:
    posted(office, (MEALS, courier))
    appraised(office, courier)
    done = decided(office, "platform_work.award", courier)
    # The base is 60 % of 6000, 3600: 18 months, and 30 months instead of an allowance.
    assert granted(office, courier) == {
        "platform_work_lump": {"2026-10": 6_480_000},
        "platform_work_once": {"2026-10": 10_800_000},
    }
    assert done.card_data == []


def test_grade_one_with_care_is_paid_by_the_month(office: InsuranceOffice, courier: str) -> None:
    posted(office, (MEALS, courier))
    appraised(office, courier, grade="01", care="1")
    office.at = datetime(2026, 11, 9, 4, tzinfo=UTC)
    decided(office, "platform_work.award", courier)
    # 27 x 3600; 90 % of 3600; 50 % of 6500.
    assert granted(office, courier) == {
        "platform_work_lump": {"2026-10": 9_720_000},
        "platform_work_allowance": {"2026-11": 324_000},
        "platform_work_care": {"2026-11": 325_000},
    }


def test_of_two_platforms_the_one_whose_order_it_was_answers(
    office: InsuranceOffice, courier: str
) -> None:
    posted(office, (MEALS, courier), (RIDES, courier))
    found = proposal(office, received(office, "platform_work.report", courier, REPORT))
    assert [text for text, _ in found.says][1:] == [
        "某外卖 answers for it: its order was being carried.",
        "Not 某出行.",
    ]
    decided(office, "platform_work.report", courier, REPORT)
    other = {**REPORT, "employer": RIDES, "order": "R-5"}
    assert "D20261003-77" in refusal(office, "platform_work.report", courier, other).cause[0]


def test_only_who_took_an_order_of_a_platform_is_insured(
    office: InsuranceOffice, courier: str
) -> None:
    firm = {**REPORT, "employer": EMPLOYER}
    assert refusal(office, "platform_work.report", courier, firm).code == "not-a-platform"
    # The platform's file may come after the report; before the award it has to be there.
    appraised(office, courier)
    assert refusal(office, "platform_work.award", courier).code == "injury-not-insured"
    other = office.person(date(1999, 3, 3), serial=2)
    posted(office, (MEALS, other), (RIDES, courier))
    assert refusal(office, "platform_work.award", courier).code == "injury-not-insured"
    again = office.person(date(1997, 3, 3), serial=3)
    assert refusal(office, "platform_work.report", again, REPORT).code == "not-a-platform-worker"


def test_a_death_on_an_order(office: InsuranceOffice, courier: str) -> None:
    wife = office.person(date(1999, 1, 1), male=False)
    posted(office, (MEALS, courier))
    decided(office, "platform_work.report", courier, REPORT)
    decided(office, "platform_work.determine", courier, FINDING)
    death = {"died_on": "2026-10-03", "when": "at_once", "payee": wife}
    decided(office, "platform_work.death", courier, death)
    support = {"deceased": courier, "relationship": "1"}
    office.at = datetime(2026, 11, 9, 4, tzinfo=UTC)
    done = decided(office, "platform_work.dependant", wife, support)
    # 6 x 3600; 20 x 56000; 40 % of 3600.
    assert granted(office, wife) == {
        "platform_work_funeral": {"2026-10": 2_160_000},
        "platform_work_death": {"2026-10": 112_000_000},
        "platform_work_dependant": {"2026-11": 144_000},
    }
    assert "scheme" not in done.card_data[0]["items"]


def test_what_if_a_courier_were_hurt(office: InsuranceOffice, courier: str) -> None:
    posted(office, (MEALS, courier))
    found = office.look(
        lambda s: what_if(
            s, courier, happened=Month.of(2026, 11), grade=6, parameters=ParameterBook(s)
        )
    )
    assert found.results["total"] == "147600.00"  # 16 and 25 months of 3600
