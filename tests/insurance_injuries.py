"""An injury at work for tests: a region, somebody insured, and what is brought to the counter."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from api.services.insurances import Insurance
from api.services.months import Month
from tests.insurance import EMPLOYER, InsuranceOffice, insurance_office
from tests.insurance_benefits import awards, decided, paid
from tests.insurance_edges import moment

REPORT = {
    "employer": EMPLOYER,
    "happened_on": "2026-03-10",
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


@contextmanager
def injury_office(folder: Path) -> Iterator[InsuranceOffice]:
    """Its province has set what awards of 2026 need; the average wage is 7,000 yuan."""
    with insurance_office(folder) as opened:
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


def insured(office: InsuranceOffice) -> str:
    """Insured since January 2025, on 5,000 yuan a month."""
    person = office.person(date(1985, 5, 6))
    office.employed(person, Month.of(2025, 1), Month.of(2026, 2), insurance=Insurance.WORK_INJURY)
    office.at = moment("2026-04-01")
    return person


def appraised(office: InsuranceOffice, person: str, **changed: str) -> None:
    """An injury is reported, found to be one, and appraised; *changed* of the appraisal."""
    office.at = moment("2026-04-01")
    decided(office, "work_injury.report", person, REPORT)
    office.at = moment("2026-04-21")
    decided(office, "work_injury.determine", person, FINDING)
    office.at = moment("2026-06-15")
    decided(office, "work_injury.appraise", person, {**APPRAISAL, **changed})


def granted(office: InsuranceOffice, person: str) -> dict[str, dict[str, int]]:
    """What was made payable, by benefit and month."""
    return {one.benefit: paid(office, one) for one in awards(office, person, Insurance.WORK_INJURY)}
