"""An annuity is paid from an age on, to the fen, taxed by the tables; an heir gets the rest."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.services.annuity import rules
from api.services.annuity.errors import AlreadyPaidError, AnnuityConditionError, NotInPlanError
from api.services.annuity.rules import MONTHLY_TABLE, YEARLY_TABLE
from api.services.awards import grants, payables
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.people import changes
from tests.insurance import CLERK, VILLAGE, number_of
from tests.insurance_annuity import BALANCES, member_of, results
from tests.insurance_counter import InsuranceCounter, insurance_counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
def member(counter: InsuranceCounter) -> str:
    return member_of(counter)


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
