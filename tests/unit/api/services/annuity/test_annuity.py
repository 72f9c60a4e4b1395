"""Enterprise annuities: plans within the law, what vests, how an account goes along or is paid."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.annuity import plans, rules
from api.services.annuity.errors import (
    AlreadyPaidError,
    AnnuityConditionError,
    NoPlanError,
    NotInPlanError,
    PlanBoundsError,
    PlanPastError,
)
from api.services.annuity.rules import MONTHLY_TABLE, YEARLY_TABLE, Leaving
from api.services.awards import grants, payables
from api.services.errors import FieldValueError
from api.services.insurances import Insurance
from api.services.matters.errors import OutOfSightError
from api.services.money import Fen
from api.services.months import Month
from api.services.people import changes
from tests.insurance import CLERK, EMPLOYER, STRANGER, VILLAGE, number_of
from tests.insurance_counter import InsuranceCounter, insurance_counter

BALANCES = {"own_balance": "20000", "employer_balance": "50000.01"}


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:
        yield opened


def set_plan(
    counter: InsuranceCounter,
    employer_rate: str,
    own_rate: str,
    years: int = 8,
    *,
    month: str = "2020-01",
    by: str = CLERK,
) -> None:
    counter.change(
        lambda s: plans.set_plan(
            s,
            EMPLOYER,
            Month.parse(month),
            employer_rate=Decimal(employer_rate),
            own_rate=Decimal(own_rate),
            vesting_years=years,
            by=by,
            at=counter.at,
        )
    )


@pytest.fixture
def member(counter: InsuranceCounter) -> str:
    """A man of 60 and nine months, in the plan of his employer: retired in May 2026."""
    number = counter.live_at(number_of(date(1966, 2, 1)), VILLAGE)
    counter.enrol(number, Insurance.RESIDENT_OLD_AGE)
    counter.enrol(number, Insurance.ANNUITY)
    set_plan(counter, "0.08", "0.04")
    return number


def results(counter: InsuranceCounter, matter: str) -> Any:
    return counter.propose(matter).calculation.results


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


@pytest.mark.parametrize(
    ("fen", "monthly", "yearly"),
    [
        (300_000, 9_000, 9_000),  # 3,000 x 3 %
        (300_001, 9_000, 9_000),  # x 10 % is 300.001, - 210 is 90.00; x 3 %
        (1_200_000, 99_000, 36_000),  # 12,000 x 10 % - 210; x 3 %
        (10_000_000, 2_984_000, 748_000),  # 100,000 x 45 % - 15,160; x 10 % - 2,520
        (96_000_001, 41_684_000, 25_008_000),  # 960,000.01 x 45 % - 15,160; - 181,920
    ],
)
def test_tax_goes_by_the_tables_of_month_and_year(fen: int, monthly: int, yearly: int) -> None:
    assert rules.tax(Fen(fen), MONTHLY_TABLE) == monthly
    assert rules.tax(Fen(fen), YEARLY_TABLE) == yearly


def test_monthly_payments_are_the_account_to_the_fen(
    counter: InsuranceCounter, member: str
) -> None:
    matter = counter.receive(
        "annuity.draw", member, condition="age", method="monthly", count="7", **BALANCES
    )
    proposal = counter.decide(matter)
    # 70,000.01 / 7 = 10,000.00 and 10,000.01 at last; 10,000 x 10 % - 210 = 790
    assert proposal.calculation.results["annuity_payment"] == "10000.00"
    assert proposal.calculation.results["annuity_tax"] == "790.00"
    awards = counter.look(lambda s: list(grants.of_person(s, member)))

    def settle(session: Any) -> int:
        for award in awards:
            held = grants.get(session, award.id)
            payables.settle(session, held, through=Month.of(2030, 1), run="test", at=counter.at)
        return sum(one.amount for award in awards for one in payables.items(session, award.id))

    assert counter.change(settle) == 7_000_001
    again = counter.receive("annuity.draw", member, condition="age", method="lump", **BALANCES)
    with pytest.raises(AlreadyPaidError):
        counter.propose(again)


def test_yearly_payments_are_a_year_apart(counter: InsuranceCounter, member: str) -> None:
    matter = counter.receive(
        "annuity.draw", member, condition="age", method="yearly", count="3", **BALANCES
    )
    awards = counter.propose(matter).awards
    assert [(str(one.from_month), one.amount) for one in awards] == [
        ("2026-12", 2_333_333),
        ("2027-12", 2_333_333),
        ("2028-12", 2_333_335),
    ]


def test_a_policy_for_life_takes_the_account_untaxed(
    counter: InsuranceCounter, member: str
) -> None:
    matter = counter.receive("annuity.draw", member, condition="age", method="policy", **BALANCES)
    proposal = counter.propose(matter)
    assert [(one.benefit, one.amount) for one in proposal.awards] == [("annuity_policy", 7_000_001)]
    assert "annuity_last_tax" not in proposal.calculation.results


def test_who_settles_abroad_takes_what_vested_in_one_sum(
    counter: InsuranceCounter, member: str
) -> None:
    raw = {**BALANCES, "condition": "emigration", "since": "2024-11", "evidence": "签证"}
    with pytest.raises(AnnuityConditionError):
        counter.propose(counter.receive("annuity.draw", member, method="monthly", **raw))
    found = results(counter, counter.receive("annuity.draw", member, method="lump", **raw))
    # 24 months: 50,000.01 x 2/8 = 12,500.0025 -> 12,500.00; yearly table: 32,500 x 3 %
    assert found["annuity_account"] == "32500.00"
    assert (found["returned"], found["annuity_last_tax"]) == ("37500.01", "975.00")


def test_before_the_age_nothing_is_paid_and_after_a_death_the_heir(
    counter: InsuranceCounter,
) -> None:
    young = counter.live_at(number_of(date(1990, 2, 1)), VILLAGE)
    heir = counter.live_at(number_of(date(1992, 2, 1), male=False), VILLAGE)
    raw = {**BALANCES, "method": "lump", "count": ""}
    matter = counter.receive("annuity.draw", young, condition="age", **raw)
    with pytest.raises(NotInPlanError):
        counter.propose(matter)
    counter.enrol(young, Insurance.ANNUITY)
    with pytest.raises(AnnuityConditionError):
        counter.propose(matter)
    counter.change(
        lambda s: changes.record_death(
            s, young, date(2026, 11, 1), reason="死亡医学证明", by=CLERK, at=counter.at
        )
    )
    dead = counter.receive("annuity.draw", young, card=False, condition="death", heir=heir, **raw)
    (award,) = counter.propose(dead).awards
    assert (award.benefit, award.person, award.insured) == ("annuity_heirs", heir, young)


def test_what_a_run_of_payments_has_left_at_a_death_goes_to_the_heir(
    counter: InsuranceCounter, member: str
) -> None:
    counter.decide(
        counter.receive(
            "annuity.draw", member, condition="age", method="monthly", count="12", **BALANCES
        )
    )
    heir = counter.live_at(number_of(date(1992, 2, 1), male=False), VILLAGE)
    counter.at += timedelta(days=70)  # February 2027: December and January were paid
    counter.change(
        lambda s: changes.record_death(
            s, member, date(2027, 1, 31), reason="死亡医学证明", by=CLERK, at=counter.at
        )
    )
    raw = {"own_balance": "10000", "employer_balance": "48333.35", "method": "lump", "heir": heir}
    matter = counter.receive("annuity.draw", member, card=False, condition="death", **raw)
    counter.decide(matter)
    found = counter.look(lambda s: list(grants.of_insured(s, member)))
    assert {(one.benefit, str(one.until_month)) for one in found} == {
        ("annuity", "2027-01"),
        ("annuity", "2027-10"),  # the last month of the plan, which is never reached
        ("annuity_heirs", "2027-03"),
    }
    again = counter.receive("annuity.draw", member, card=False, condition="death", **raw)
    assert again == matter
    other = counter.receive(
        "annuity.draw", member, card=False, condition="death", **{**raw, "own_balance": "1"}
    )
    with pytest.raises(AlreadyPaidError):
        counter.propose(other)
