"""Enterprise annuities: plans within the law, what vests, how an account goes along."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.annuity import plans, rules
from api.services.annuity.errors import NoPlanError, PlanBoundsError, PlanPastError
from api.services.annuity.rules import Leaving
from api.services.errors import FieldValueError
from api.services.insurances import Insurance
from api.services.matters.errors import OutOfSightError
from api.services.money import Fen
from api.services.months import Month
from tests.insurance import EMPLOYER, STRANGER, VILLAGE, number_of
from tests.insurance_annuity import BALANCES, member_of, results, set_plan
from tests.insurance_counter import InsuranceCounter, insurance_counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
def member(counter: InsuranceCounter) -> str:
    return member_of(counter)


@pytest.mark.parametrize(
    ("employer", "own", "years"),
    [("0.0801", "0", 8), ("0.08", "0.0401", 8), ("0.05", "0.02", 9), ("0.05", "-0.01", 0)],
)
def test_a_plan_beyond_the_law_is_refused(
    counter: InsuranceCounter, employer: str, own: str, years: int
) -> None:
    with pytest.raises(PlanBoundsError):
        set_plan(counter, employer, own, years)


def test_a_plan_holds_from_its_month_and_not_behind_what_was_posted(
    counter: InsuranceCounter, member: str
) -> None:
    set_plan(counter, "0.05", "0.02", month="2026-01")
    parts = counter.look(
        lambda s: [
            plans.parts_of(s, EMPLOYER, Fen(500_050), month=month)
            for month in (Month.of(2025, 12), Month.of(2026, 1))
        ]
    )
    # 5,000.50: 8 % 400.04 and 4 % 200.02; 5 % 250.025 -> 250.03 and 2 % 100.01
    assert parts == [(40_004, 20_002), (25_003, 10_001)]
    with pytest.raises(NoPlanError):
        counter.look(lambda s: plans.parts_of(s, EMPLOYER, Fen(1), month=Month.of(2019, 12)))
    with pytest.raises(OutOfSightError):
        set_plan(counter, "0.01", "0.01", month="2026-02", by=STRANGER)
    other = counter.live_at(number_of(date(1980, 2, 1)), VILLAGE)
    counter.employed(other, Month.of(2026, 3), Month.of(2026, 3), insurance=Insurance.ANNUITY)
    with pytest.raises(PlanPastError):
        set_plan(counter, "0.01", "0.01", month="2026-02")


def test_a_year_is_checked_against_the_law(counter: InsuranceCounter) -> None:
    first, last = Month.of(2026, 1), Month.of(2026, 2)
    for serial in range(1, 3):
        number = counter.live_at(number_of(date(1980, 2, serial)), VILLAGE)
        counter.employed(number, first, last, insurance=Insurance.ANNUITY)
    # As posted: 16 % by the employer and 8 % by the person, twice what is allowed.
    done = counter.run("annuity", "check", EMPLOYER, "2026")
    assert done.exit_code == 1
    assert "3200.00 ≤ 1600.00 = ✗" in done.stdout  # 4 x 5,000 x 16 %, 8 %
    assert "4800.00 ≤ 2400.00 = ✗" in done.stdout
    assert counter.run("annuity", "check", EMPLOYER, "2025").exit_code == 0


def test_the_commands_set_and_show_a_plan(counter: InsuranceCounter) -> None:
    set_one = ("annuity", "set", EMPLOYER, "--from", "2026-01", "--employer-rate", "5%")
    made = counter.json(*set_one, "--own-rate", "0.02", "--vesting-years", "5")
    assert made == counter.json("annuity", "show", EMPLOYER)
    assert made["plans"][0]["employer_rate"] == "0.05"
    assert counter.run(*set_one, "--own-rate", "x", "--vesting-years", "5").exit_code == 2


@pytest.mark.parametrize(
    ("months", "years", "share"),
    [(0, 0, 1), (11, 8, 0), (12, 8, Fraction(1, 8)), (95, 8, Fraction(7, 8)), (96, 8, 1)],
)
def test_what_vests_grows_by_full_years(months: int, years: int, share: Fraction) -> None:
    assert rules.vested_share(months, years) == share


@settings(max_examples=50, deadline=None)
@given(worked=st.integers(0, 600), years=st.integers(0, 8), balance=st.integers(0, 10**9).map(Fen))
def test_what_vests_never_shrinks_with_work_and_never_exceeds_the_account(
    worked: int, years: int, balance: Fen
) -> None:
    now, later = (rules.vested(balance, rules.vested_share(m, years)) for m in (worked, worked + 1))
    assert 0 <= now <= later <= balance


def test_an_account_goes_along_by_what_vested_and_stays_kept_without_a_new_plan(
    counter: InsuranceCounter, member: str
) -> None:
    raw = {**BALANCES, "since": "2020-01", "left": "2025-06"}
    own = counter.receive("annuity.transfer", member, leaving="own_wish", **raw)
    # 65 months are 5 full years: 50,000.01 x 5/8 = 31,250.00625 -> 31,250.01
    found = counter.propose(own)
    assert found.calculation.results == {"returned": "18750.00", "annuity_account": "51250.01"}
    assert "保留账户" in found.says[0][1]
    same = counter.receive(
        "annuity.transfer", member, leaving="own_fault", new_employer=EMPLOYER, **raw
    )
    assert EMPLOYER in counter.propose(same).says[0][1]
    for leaving in rules.FULLY_VESTING:
        assert rules.vests_fully(leaving)
        full = counter.receive("annuity.transfer", member, leaving=leaving.value, **raw)
        assert results(counter, full)["returned"] == "0.00"
    assert not rules.vests_fully(Leaving.OWN_WISH)


def test_a_month_of_leaving_before_joining_is_refused(
    counter: InsuranceCounter, member: str
) -> None:
    raw = {**BALANCES, "since": "2025-07", "left": "2025-06", "leaving": "own_wish"}
    matter = counter.receive("annuity.transfer", member, **raw)
    with pytest.raises(FieldValueError) as refused:
        counter.propose(matter)
    assert refused.value.field == "left"
