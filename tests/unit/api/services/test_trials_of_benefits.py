"""`onecard services what-if …` for those who lost work or were hurt; and the yearly adjustment."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.services.cli import services
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.platform_work import posting
from onecard.console import Exit
from onecard.settings import load
from tests.insurance import CLERK, REGION, InsuranceOffice, insurance_office
from tests.insurance_platforms import MEALS, order_file, platforms


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        yield opened


def run(folder: Path, *words: str, language: str = "en") -> Result:
    where = replace(
        load({"ONECARD_DATABASE": str(folder / "book.sqlite3")}, None), language=language
    )
    return CliRunner().invoke(services, [*words, "--operator", CLERK], obj=where)


def test_trials_are_explained_and_change_nothing(office: InsuranceOffice, tmp_path: Path) -> None:
    platforms(office)
    person = office.person(date(1985, 5, 6))
    for insurance in (Insurance.UNEMPLOYMENT, Insurance.WORK_INJURY):
        office.employed(person, Month.of(2021, 1), Month.of(2026, 11), insurance=insurance)
    content = order_file([(MEALS, REGION, "2026-10", person, "30", "")])
    office.change(lambda s: posting.post(s, content, by=CLERK, at=office.at))
    for name, value in {
        "unemployment.amount": "1500",
        "average_wage": "7000",
        "minimum_wage": "2010",
        "platform_work.average_wage": "6000",
    }.items():
        office.set(name, "430000", "2026-01", value)
    month = ("--month", "2026-11")
    trials = {
        # 5 years and 11 months: 18 x 1500; 13 x 5000; 13 x 3600.
        ("what-if", "unemployment", "--person", person, "--lost", "2026-11"): "27000.00",
        ("what-if", "work-injury", "--person", person, "--grade", "7", *month): "65000.00",
        ("what-if", "platform-work", "--person", person, "--grade", "7", *month): "46800.00",
    }
    for words, total in trials.items():
        found = json.loads(run(tmp_path, *words, "--json").stdout)
        assert found["total"] == total
        assert all(step["source"] for step in found["explanation"])
        read = run(tmp_path, *words, language="zh")
        assert read.exit_code == Exit.OK, read.output
        assert total in read.stdout


def test_a_trial_that_the_rules_refuse_is_one_line(office: InsuranceOffice, tmp_path: Path) -> None:
    person = office.person(date(1985, 5, 6))
    refused = run(tmp_path, "what-if", "work-injury", "--person", person, "--grade", "7")
    assert (refused.exit_code, refused.stderr.count("\n")) == (Exit.STATE, 1)
    wrong = run(tmp_path, "what-if", "unemployment", "--person", person, "--lost", "2026-13")
    assert wrong.exit_code == Exit.USAGE


def test_nobody_to_adjust(office: InsuranceOffice, tmp_path: Path) -> None:
    words = ("work-injury", "adjust", "--region", "430000", "--month", "2026-07", "--json")
    assert json.loads(run(tmp_path, *words).stdout)["changed"] == 0
