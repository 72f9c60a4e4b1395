"""The yearly adjustment: its terms, and a region's run over all its pensions."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from api.services.awards import differences, grants, recalculation
from api.services.awards.differences import Tally
from api.services.awards.models import Award
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.determination.recalculation import Cause
from api.services.money import Fen
from api.services.months import Month
from api.services.old_age import adjustment_run
from api.services.old_age.adjustment import adjustment
from api.services.old_age.adjustment_run import Adjusted
from onecard.console import Exit
from tests.insurance import ADMINISTRATORS, InsuranceOffice
from tests.insurance_benefits import paid, settled
from tests.insurance_old_age import PROVINCE, old_age_office, parameters, retired, run, worker

TERMS = {"fixed": "30", "per_year": "1.5", "rate": "0.01"}


def adjusted(
    terms: dict[str, str], *, pension: int, months: int, birth: str = "1960-01"
) -> dict[str, object]:
    view = parameters({f"old_age.adjustment_{name}": value for name, value in terms.items()})
    values = {"pension": pension, "months": months, "birth": birth}
    return dict(
        adjustment(Facts(region="430102", month=Month.of(2025, 1), values=values), view).results
    )


def test_fixed_by_years_and_by_percent_each_rounded_once() -> None:
    # 30 + 31 years (30 and a month) x 1.5 + 1 % of 3333.33.
    found = adjusted(TERMS, pension=333_333, months=361)
    assert (found["for_years"], found["for_pension"]) == ("46.50", "33.33")
    assert (found["increase"], found["total"]) == ("109.83", "3443.16")


def test_published_example_of_bands() -> None:
    # 江苏 2019, 36 years and 5 months count as 37: 15 x 1.5 + 15 x 2.5 + 7 x 3 = 81.
    bands = {"fixed": "0", "per_year": "1.5", "per_year_15": "2.5", "per_year_30": "3", "rate": "0"}
    assert adjusted(bands, pension=300_000, months=36 * 12 + 5)["for_years"] == "81.00"


def test_few_years_count_as_the_least_ones() -> None:
    found = adjusted({**TERMS, "least_years": "15"}, pension=100_000, months=100)
    assert found["for_years"] == "22.50"


@pytest.mark.parametrize(
    ("birth", "amount"),
    [("1955-01", "0.00"), ("1954-12", "20.00"), ("1949-12", "20.00"), ("1944-12", "60.00")],
)
def test_great_age_goes_by_the_end_of_the_year_before(birth: str, amount: str) -> None:
    # 2024-12: 69 years and 11 months, 70, 75 (the region has no tier of its own), 80.
    terms = {**TERMS, "age_70": "20", "age_80": "60"}
    assert adjusted(terms, pension=100_000, months=180, birth=birth)["for_age"] == amount


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    """Two who retired in 2026, one whose pension begins in January 2027."""
    with old_age_office(tmp_path) as opened:
        retired(opened, worker(opened, "2006-06", "2026-05"))
        retired(opened, worker(opened, "2006-06", "2026-05", serial=3))
        opened.at = datetime(2026, 12, 20, tzinfo=UTC)
        last = worker(opened, "2007-01", "2026-12", birth=date(1966, 7, 15), serial=5)
        retired(opened, last, "2026-12")
        opened.at = datetime(2027, 7, 10, tzinfo=UTC)
        yield opened


def all_awards(office: InsuranceOffice) -> list[Award]:
    return list(office.look(lambda s: s.scalars(select(Award)).all()))


def adjust(office: InsuranceOffice, year: int = 2027, *, stop_after: int | None = None) -> Adjusted:
    found, after = Adjusted(), ""
    while stop_after is None or found.looked < stop_after:
        step = partial(
            adjustment_run.adjust,
            region=PROVINCE,
            year=year,
            after=after,
            at=office.at,
            by=ADMINISTRATORS[0],
        )
        done = office.change(step)
        if not done.looked:
            break
        found, after = found.plus(done), done.last
    return found


def test_a_run_that_is_stopped_and_done_again_adjusts_each_award_once(
    office: InsuranceOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adjustment_run, "CHUNK", 1)
    settled(office, "2027-06")
    for name, value in TERMS.items():
        office.set(f"old_age.adjustment_{name}", PROVINCE, "2027-01", value)
    rows = all_awards(office)
    before = {one.id: paid(office, one)["2027-06"] for one in rows}
    first = adjust(office, stop_after=2)
    rest = adjust(office)
    assert (first.changed, rest.changed) == (2, 1)
    assert adjust(office).changed == 0
    for one in rows:
        # 30 + 20 years x 1.5 + 1 % of the pension, half up.
        rise = 3_000 + 3_000 + (before[one.id] + 50) // 100
        items = paid(office, one)
        assert items["2027-07"] == items["2027-01"] == before[one.id] + rise
        assert items.get("2026-12", before[one.id]) == before[one.id]


def test_an_adjustment_is_made_again_when_what_it_builds_on_changes(
    office: InsuranceOffice,
) -> None:
    for year in (2027, 2028):
        for name, value in TERMS.items():
            office.set(f"old_age.adjustment_{name}", PROVINCE, f"{year}-01", value)
    adjust(office, 2027)
    office.at = datetime(2028, 7, 10, tzinfo=UTC)
    adjust(office, 2028)
    award = next(one for one in all_awards(office) if one.from_month < Month.of(2027, 1))
    rows = office.look(lambda s: grants.amounts(s, award.id))
    granted = rows[0].amount
    office.change(
        lambda s: grants.change_amount(
            s,
            grants.get(s, award.id),
            from_month=award.from_month,
            amount=Fen(granted + 10_000),
            calculation=rows[0].calculation,
            reason="recalculated",
            at=office.at,
            by="Chen",
        )
    )
    found = adjust(office, 2027)
    assert found.changed == 1
    pension = granted + 10_000
    for _ in range(2):
        pension += 6_000 + (pension + 50) // 100
    now = office.look(lambda s: grants.amounts(s, award.id))
    assert grants.amount_at(now, Month.of(2028, 1)) == pension
    kept = office.look(
        lambda s: s.scalars(
            select(StoredCalculation).where(StoredCalculation.replaces.is_not(None))
        ).all()
    )
    assert len(kept) == 2
    assert all(one.differences for one in kept)


def test_a_base_that_comes_late_is_paid_in_full_through_later_adjustments(tmp_path: Path) -> None:
    with old_age_office(tmp_path) as office:
        office.set("old_age.provisional", PROVINCE, "2025-01", "1")
        for name, value in TERMS.items():
            office.set(f"old_age.adjustment_{name}", PROVINCE, "2028-01", value)
        office.at = datetime(2027, 2, 5, tzinfo=UTC)
        number = worker(office, "2007-02", "2027-01", birth=date(1966, 8, 15))
        award = retired(office, number, "2027-01")  # 20 years on the base of 2026: 1600 and more
        provisional = paid(office, award)["2027-02"]
        office.at = datetime(2028, 3, 5, tzinfo=UTC)
        adjust(office, 2028)
        office.set("old_age.base", PROVINCE, "2027-01", "8400")
        cause = Cause(parameter="old_age.base", region=PROVINCE, from_month=Month.of(2027, 1))
        tally = Tally(cause)
        office.look(lambda s: list(tally.passing(differences.lines(s, cause))))
        by, second = ADMINISTRATORS
        begun = office.change(
            lambda s: recalculation.confirm(
                s, cause, tally.digest, by=by, second=second, at=office.at
            )
        )
        list(recalculation.carry_out(office.engine, begun.id, by=by, at=office.at))
        assert adjust(office, 2028).changed == 1
        final = provisional + 8_000  # (8400 - 8000) x 20 %
        items = paid(office, award)
        assert {items[f"2027-{month:02}"] for month in range(2, 13)} == {final}
        later = final + 6_000 + (final + 50) // 100
        assert {items[f"2028-{month:02}"] for month in range(1, 4)} == {later}


def test_the_command_says_how_many_and_how_much_before_anything_changes(
    office: InsuranceOffice,
) -> None:
    what = ("pensions", "adjust", "--region", PROVINCE, "--year", "2027", "--json")
    missing = run(office, *what)
    assert missing.exit_code == Exit.STATE
    assert "old_age.adjustment_per_year" in missing.stderr
    for name, value in TERMS.items():
        office.set(f"old_age.adjustment_{name}", PROVINCE, "2027-01", value)
    would = json.loads(run(office, *what, "--dry-run").stdout)
    done = json.loads(run(office, *what).stdout)
    assert would["changed"] == done["changed"] == 3
    assert would["monthly"] == done["monthly"] != "0.00"
    assert json.loads(run(office, *what).stdout)["changed"] == 0
