"""What each month of choice would bring."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.services.months import Month
from api.services.old_age.what_if import what_if
from api.services.parameters.book import ParameterBook
from onecard.console import Exit
from tests.insurance import InsuranceOffice
from tests.insurance_benefits import proposal, received
from tests.insurance_old_age import old_age_office, run, worker

NOW = Month.of(2026, 5)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path) as opened:
        yield opened


def test_this_month_is_what_the_matter_would_grant_and_later_ones_grow(
    office: InsuranceOffice,
) -> None:
    number = worker(office, "2006-06", "2026-05")
    found = office.look(lambda s: what_if(s, number, now=NOW, parameters=ParameterBook(s)))
    assert [str(found[0].month), str(found[-1].month)] == ["2026-05", "2029-05"]
    granted = proposal(
        office, received(office, "old_age.retire", number, {"month": "2026-05"})
    ).calculation
    assert granted is not None
    first, last = found[0].calculation, found[-1].calculation
    assert first is not None
    assert last is not None
    assert first.results == granted.results
    # Three years later: 276 months, 8000 x 23 %.
    assert (found[-1].months, last.results["basic"]) == (276, "1840.00")


def test_who_lacks_years_is_told_how_many_months(office: InsuranceOffice) -> None:
    number = worker(office, "2012-06", "2026-05")  # 168 of 180
    found = office.look(lambda s: what_if(s, number, now=NOW, parameters=ParameterBook(s)))
    assert [one.missing for one in found[:13]] == [*range(12, 0, -1), 0]
    assert found[11].calculation is None
    assert found[12].calculation is not None


def test_the_command_prints_a_line_for_each_month(office: InsuranceOffice) -> None:
    number = worker(office, "2006-06", "2026-05")
    result = run(office, "what-if", "old-age", "--person", number, "--json")
    assert result.exit_code == Exit.OK, result.output
    choices = json.loads(result.stdout)["choices"]
    assert choices[0]["way"] == "late"
    assert run(office, "what-if", "old-age", "--person", number).stdout.count("\n") == len(choices)
    assert run(office, "what-if", "old-age", "--person", "x").exit_code == Exit.NOT_FOUND
