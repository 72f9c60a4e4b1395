"""Made again when a parameter changes: shown first, confirmed by two, paid as differences."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from api.services.awards import differences, recalculation
from api.services.awards.differences import Tally
from api.services.awards.models import PayableItem
from api.services.cli import services
from api.services.determination.errors import RecalculationBlockedError, RecalculationChangedError
from api.services.determination.models import StoredCalculation
from api.services.determination.recalculation import Cause
from api.services.months import Month
from issuance import audit
from issuance.book_errors import DutyError
from onecard.settings import load
from tests.insurance import ADMINISTRATORS, InsuranceOffice, insurance_office
from tests.insurance_engine import dumped, kept_pension, sums

PROVINCE, BASE = "430000", "old_age.base"
CAUSE = Cause(parameter=BASE, region=PROVINCE, from_month=Month.of(2025, 1))
BY, SECOND = ADMINISTRATORS
NOVEMBER = Month.of(2026, 11)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with insurance_office(tmp_path) as opened:
        for year in range(2010, 2026):
            opened.set("average_wage", PROVINCE, f"{year}-01", "5000")
        opened.set(BASE, PROVINCE, "2025-01", "8000")
        yield opened


def shown(office: InsuranceOffice, cause: Cause = CAUSE) -> Tally:
    tally = Tally(cause)
    office.look(lambda s: list(tally.passing(differences.lines(s, cause))))
    return tally


def applied(office: InsuranceOffice, cause: Cause = CAUSE) -> None:
    digest = shown(office, cause).digest
    done = office.change(
        lambda s: recalculation.confirm(s, cause, digest, by=BY, second=SECOND, at=office.at)
    )
    list(recalculation.carry_out(office.engine, done.id, by=BY, at=office.at, chunk=2))


def test_what_is_set_and_shown_changes_no_past_award(office: InsuranceOffice) -> None:
    office.change(lambda s: kept_pension(s, 0, settled=NOVEMBER))
    before = office.look(dumped)
    office.set(BASE, PROVINCE, "2025-01", "8100")
    tally = shown(office)
    assert (tally.lines, tally.problems) == (1, [])
    assert office.look(dumped) == before


def test_the_difference_of_every_month_is_paid_once(office: InsuranceOffice) -> None:
    for number in range(5):
        office.change(lambda s: kept_pension(s, number, settled=NOVEMBER))  # noqa: B023
    old = office.look(sums)
    office.set(BASE, PROVINCE, "2025-01", "8100")
    # Index 1, 15 years: the basic pension is the base x 15 %, 1,200.00 before and 1,215.00 now.
    assert shown(office).monthly == 5 * 1500
    applied(office)
    new = office.look(sums)
    assert {new[key] - old[key] for key in old} == {1500}
    numbers = office.look(lambda s: set(s.scalars(select(PayableItem.number))))
    assert (len(new), numbers) == (5 * 11, {0, 1})
    assert shown(office).lines == 0
    office.look(audit.verify)


def test_there_and_back_ends_at_the_same_sums_and_each_calculation_is_kept(
    office: InsuranceOffice,
) -> None:
    office.change(lambda s: kept_pension(s, 0, settled=NOVEMBER))
    old = office.look(sums)
    for value in ("8100", "7900", "8000"):
        office.set(BASE, PROVINCE, "2025-01", value)
        applied(office)
    assert office.look(sums) == old
    rows = office.look(lambda s: s.scalars(select(StoredCalculation)).all())
    assert len(rows) == 4
    assert len({row.replaces for row in rows}) == 4  # a line of four, each in the last one's place
    basic = sorted(str(row.results["basic"]) for row in rows)
    assert basic == ["1185.00", "1200.00", "1200.00", "1215.00"]


def test_a_county_that_sets_its_own_takes_the_place_of_the_province(
    office: InsuranceOffice,
) -> None:
    office.change(lambda s: kept_pension(s, 0))
    office.set(BASE, "430200", "2025-01", "9000")  # another city
    other = Cause(parameter=BASE, region="430200", from_month=Month.of(2025, 1))
    assert shown(office, other).lines == 0
    office.set(BASE, "430100", "2025-01", "9000")
    own = Cause(parameter=BASE, region="430100", from_month=Month.of(2025, 1))
    assert shown(office, own).lines == 1
    office.set(BASE, "430100", "2025-01", "")  # ended: the province's holds again
    assert shown(office, own).lines == 0


def test_a_version_for_other_months_touches_nothing(office: InsuranceOffice) -> None:
    office.change(lambda s: kept_pension(s, 0))
    office.set(BASE, PROVINCE, "2026-01", "9000")
    assert shown(office).lines == 0


def test_only_what_two_people_saw_is_done(office: InsuranceOffice) -> None:
    office.change(lambda s: kept_pension(s, 0, settled=NOVEMBER))
    office.set(BASE, PROVINCE, "2025-01", "8100")
    digest = shown(office).digest
    with pytest.raises(DutyError):
        office.change(
            lambda s: recalculation.confirm(s, CAUSE, digest, by=BY, second=BY, at=office.at)
        )
    office.set(BASE, PROVINCE, "2025-01", "8200")
    with pytest.raises(RecalculationChangedError):
        office.change(
            lambda s: recalculation.confirm(s, CAUSE, digest, by=BY, second=SECOND, at=office.at)
        )


def test_cut_off_in_the_middle_it_goes_on_only_with_what_was_confirmed(
    office: InsuranceOffice,
) -> None:
    for number in range(3):
        office.change(lambda s: kept_pension(s, number, settled=NOVEMBER))  # noqa: B023
    old = office.look(sums)
    office.set(BASE, PROVINCE, "2025-01", "8100")
    digest = shown(office).digest
    done = office.change(
        lambda s: recalculation.confirm(s, CAUSE, digest, by=BY, second=SECOND, at=office.at)
    )
    office.change(lambda s: recalculation.advance(s, done.id, by=BY, at=office.at, chunk=1))
    office.set(BASE, PROVINCE, "2025-01", "8300")
    with pytest.raises(RecalculationChangedError):
        office.change(lambda s: recalculation.advance(s, done.id, by=BY, at=office.at, chunk=1))
    office.set(BASE, PROVINCE, "2025-01", "8100")
    assert office.look(lambda s: len(dumped(s)["calculation"])) == 4
    applied(office)
    new = office.look(sums)
    assert {new[key] - old[key] for key in old} == {1500}


def test_a_calculation_that_can_no_longer_be_made_stops_all(office: InsuranceOffice) -> None:
    office.change(lambda s: kept_pension(s, 0))
    office.set(BASE, PROVINCE, "2025-01", "")
    tally = shown(office)
    assert [one.problem is not None for one in tally.problems] == [True]
    with pytest.raises(RecalculationBlockedError):
        office.change(
            lambda s: recalculation.confirm(
                s, CAUSE, tally.digest, by=BY, second=SECOND, at=office.at
            )
        )


def run(office: InsuranceOffice, *words: str, language: str = "en") -> Result:
    book = str(office.engine.url.database)
    settings = replace(load({"ONECARD_DATABASE": book}, None), language=language)
    return CliRunner().invoke(services, words, obj=settings)


def test_the_commands_show_confirm_and_explain(office: InsuranceOffice, tmp_path: Path) -> None:
    office.change(lambda s: kept_pension(s, 0, settled=NOVEMBER))
    office.set(BASE, PROVINCE, "2025-01", "8100")
    cause = ("recalculate", "--parameter", BASE, "--region", PROVINCE, "--from", "2025-01")
    found = json.loads(run(office, *cause, "--json").stdout)
    (line,) = found["differences"]
    assert line["results"][0] == {
        "result": "basic",
        "before": "1200.00",
        "after": "1215.00",
        "difference": "15.00",
    }
    file = tmp_path / "differences.csv"
    assert run(office, *cause, "--csv", str(file)).exit_code == 0
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert {(row["kind"], row["difference"]) for row in rows} >= {("award", "15.00")}
    people = ("--operator", BY, "--second", SECOND, "--json")
    for _ in range(2):
        done = json.loads(run(office, *cause, "--apply", found["digest"], *people).stdout)
        assert (done["lines"], done["items"], done["total"]) == (1, 11, "165.00")
    explained = run(office, "explain", line["calculation"], language="zh").stdout
    assert "基础养老金: 1200.00" in explained
