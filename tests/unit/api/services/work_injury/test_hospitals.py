"""The hospitals for injuries at work: chosen at the counter, and written onto the card."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.services.insurances import Insurance
from api.services.months import Month
from tests.insurance import InsuranceOffice, insurance_office
from tests.insurance_benefits import decided, refusal

KIND = "work_injury.institutions"
FIRST, SECOND, THIRD = "444811012", "44488123X", "444900017"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def worker(office: InsuranceOffice) -> str:
    person = office.person(date(1985, 5, 6))
    office.employed(person, Month.of(2025, 1), Month.of(2026, 2), insurance=Insurance.WORK_INJURY)
    return person


def test_three_hospitals_go_onto_the_card(office: InsuranceOffice, worker: str) -> None:
    raw = {"institution_1": FIRST, "institution_2": SECOND, "institution_3": THIRD}
    done = decided(office, KIND, worker, raw)
    assert done.card_data == [
        {
            "application": "DF04",
            "group": "medical_insurance",
            "items": {
                "work_injury_institution_1": FIRST,
                "work_injury_institution_2": SECOND,
                "work_injury_institution_3": THIRD,
            },
        }
    ]
    assert done.says == [
        [
            f"Injuries at work are treated at: {FIRST}, {SECOND}, {THIRD}.",
            f"工伤治疗的协议医疗机构：{FIRST}、{SECOND}、{THIRD}。",
        ]
    ]


def test_one_that_is_not_named_stays_as_it_is(office: InsuranceOffice, worker: str) -> None:
    done = decided(office, KIND, worker, {"institution_1": FIRST})
    assert done.card_data[0]["items"] == {"work_injury_institution_1": FIRST}


@pytest.mark.parametrize("second", [FIRST, "44488123-", "协议医疗机构代码一"])
def test_a_code_that_cannot_be_or_stands_twice_is_refused(
    office: InsuranceOffice, worker: str, second: str
) -> None:
    refused = refusal(office, KIND, worker, {"institution_1": FIRST, "institution_2": second})
    assert "9 letters and digits" in refused.cause[0]


def test_who_was_never_insured_is_enrolled_first(office: InsuranceOffice) -> None:
    refused = refusal(office, KIND, office.person(date(1985, 5, 6)), {"institution_1": FIRST})
    assert refused.remedy[1] == "请先办理参保登记。"
