"""A private pension is drawn as decided, from its condition on, taxed; the heirs get the rest."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from api.services.awards.models import Award, PayableItem
from api.services.errors import MissingFieldError, ParameterMissingError
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.people import changes
from api.services.people.errors import DeathError
from api.services.private_pension import accounts, drawing, rules
from api.services.private_pension.errors import (
    BalanceError,
    ConditionError,
    DepositOverError,
    MethodFixedError,
    NoAccountError,
    NotPayableError,
    OverCeilingError,
)
from tests.insurance import CLERK, REGION, VILLAGE, number_of
from tests.insurance_counter import InsuranceCounter, insurance_counter
from tests.insurance_private_pension import BANK, balance, book, saver_of


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
def saver(counter: InsuranceCounter) -> str:
    return saver_of(counter)


@settings(max_examples=50, deadline=None)
@given(
    balance=st.integers(1, 10**9).map(Fen),
    count=st.integers(1, 600),
    divisor=st.sampled_from([Decimal(56), Decimal("138.4"), Decimal(233)]),
)
def test_payments_add_up_to_the_balance(balance: Fen, count: int, divisor: Decimal) -> None:
    plans = [rules.fixed_payments(balance, Fen(count))]
    if balance >= count:
        plans.append(rules.equal_payments(balance, count))
    if balance >= 1000:
        plans.append(rules.divisor_payments(balance, divisor))
    for plan in plans:
        assert plan.total == balance
        assert min(plan.payment, plan.last) > 0


def test_tax_is_three_percent_rounded_half_up_to_the_fen() -> None:
    rate = Decimal("0.03")
    # 0.16 x 3 % = 0.0048, 0.17 x 3 % = 0.0051, 0.50 x 3 % = 0.015, 12,000 x 3 % = 360
    taxes = [rules.tax_on(Fen(fen), rate) for fen in (16, 17, 50, 1_200_000)]
    assert taxes == [0, 1, 2, 36_000]


def test_before_its_condition_nothing_is_drawn(counter: InsuranceCounter, saver: str) -> None:
    book(counter, "deposit", saver, "a", "12000", "2026-03-01")
    with pytest.raises(NotPayableError):
        book(counter, "payout", saver, "p", "1", "2026-11-01")
    early = counter.receive("private_pension.draw", saver, condition="age", method="lump")
    with pytest.raises(ConditionError) as refused:
        counter.propose(early)
    assert "2053-03" in refused.value.cause[0]  # born 1990-03, 63 years
    for condition, missing in (("illness", "own_expenses"), ("incapacity", "evidence")):
        matter = counter.receive("private_pension.draw", saver, condition=condition, method="lump")
        with pytest.raises(MissingFieldError) as field:
            counter.propose(matter)
        assert field.value.field == missing


def test_at_the_age_it_is_drawn_monthly_taxed_and_closed_by_the_last_payment(
    counter: InsuranceCounter,
) -> None:
    number = counter.live_at(number_of(date(1966, 3, 1)), VILLAGE)
    counter.enrol(number, Insurance.RESIDENT_OLD_AGE)  # 60 in March 2026
    opened = {"on": date(2025, 1, 2), "by": CLERK, "at": counter.at}
    counter.change(lambda s: accounts.open_account(s, number, BANK, **opened))
    book(counter, "deposit", number, "a", "12000", "2026-03-01")
    book(counter, "income", number, "i", "345.67", "2026-06-01")
    matter = counter.receive(
        "private_pension.draw", number, condition="age", method="months", count="3"
    )
    proposal = counter.decide(matter)
    # 12,345.67: 4,115.22 twice and 4,115.23; tax 123.4566 -> 123.46, 123.4569 -> 123.46
    assert proposal.calculation.results == {
        "payments": 3,
        "payment": "4115.22",
        "payment_tax": "123.46",
        "net_payment": "3991.76",
        "last_payment": "4115.23",
        "last_tax": "123.46",
        "last_net": "3991.77",
        "tax_total": "370.38",
        "net_total": "11975.29",
        "total": "12345.67",
    }
    with pytest.raises(DepositOverError):
        book(counter, "deposit", number, "b", "1", "2026-11-27")
    again = counter.receive("private_pension.draw", number, condition="age", method="lump")
    with pytest.raises(MethodFixedError):
        counter.propose(again)
    for key, yuan in (("1", "4115.22"), ("2", "4115.22"), ("3", "4115.23")):
        for _ in range(2):
            assert book(counter, "payout", number, key, yuan, "2026-11-27").tax == 12_346
    assert balance(counter, number) == 0
    with pytest.raises(NoAccountError):
        book(counter, "payout", number, "4", "0.01", "2026-11-27")


def test_by_divisor_months_the_table_of_the_basic_pension_counts(
    counter: InsuranceCounter,
) -> None:
    number = counter.live_at(number_of(date(1966, 10, 1)), VILLAGE)
    counter.enrol(number, Insurance.RESIDENT_OLD_AGE)
    opened = {"on": date(2025, 1, 2), "by": CLERK, "at": counter.at}
    counter.change(lambda s: accounts.open_account(s, number, BANK, **opened))
    book(counter, "deposit", number, "a", "12000", "2026-03-01")
    matter = counter.receive("private_pension.draw", number, condition="age", method="divisor")
    # 60 years 1 month: 138.4. 12,000 / 138.4 = 86.7052 -> 86.71; 138 x 86.71 = 11,965.98,
    # the 139th pays 34.02. Tax 2.6013 -> 2.60 and 1.0206 -> 1.02.
    results = counter.propose(matter).calculation.results
    assert results["payment"] == "86.71"
    assert (results["payments"], results["last_payment"]) == (139, "34.02")
    assert results["tax_total"] == "359.82"  # 138 x 2.60 + 1.02


def test_expenses_above_the_income_of_a_resident_open_it_and_saving_goes_on(
    counter: InsuranceCounter, saver: str
) -> None:
    book(counter, "deposit", saver, "a", "6000", "2026-03-01")
    raw = {"condition": "illness", "method": "lump"}
    poor = counter.receive("private_pension.draw", saver, own_expenses="37679", **raw)
    with pytest.raises(ParameterMissingError):
        counter.propose(poor)
    counter.set("private_pension.disposable_income", "430000", "2026-01", "37679")
    with pytest.raises(ConditionError):
        counter.propose(poor)  # as much, not more
    counter.decide(counter.receive("private_pension.draw", saver, own_expenses="37679.01", **raw))
    assert book(counter, "payout", saver, "p", "6000", "2026-11-27").tax == 18_000
    book(counter, "deposit", saver, "b", "6000", "2026-11-27")  # what was drawn does not give room
    with pytest.raises(OverCeilingError):
        book(counter, "deposit", saver, "c", "0.01", "2026-11-27")


def test_twelve_months_of_unemployment_benefit_within_two_years_open_it(
    counter: InsuranceCounter, saver: str
) -> None:
    book(counter, "deposit", saver, "a", "6000", "2026-03-01")
    matter = counter.receive(
        "private_pension.draw",
        saver,
        condition="unemployment",
        method="lump",
        benefit_months_elsewhere="12",
    )
    assert counter.propose(matter).calculation.results["net_total"] == "5820.00"
    less = counter.receive(
        "private_pension.draw",
        saver,
        condition="unemployment",
        method="lump",
        benefit_months_elsewhere="11",
    )
    with pytest.raises(ConditionError):
        counter.propose(less)


def test_months_of_benefit_are_those_that_were_paid(counter: InsuranceCounter, saver: str) -> None:
    def work(session: Session) -> None:
        first = Month.of(2024, 11)  # 25 months before: outside of the two years
        award = Award(
            id="a" * 32,
            benefit="unemployment",
            insurance=Insurance.UNEMPLOYMENT.value,
            region=REGION,
            person=saver,
            insured=saver,
            from_month=first,
            granted_at=counter.at,
            granted_by=CLERK,
        )
        session.add(award)
        session.flush()
        for number, month in enumerate([first, *Month.of(2026, 6).through(Month.of(2026, 9))]):
            session.add(_item(award, month, 0, 150_000, counter.at))
            if number == 4:  # paid, and taken back
                session.add(_item(award, month, 1, -150_000, counter.at))

    counter.change(work)
    until = Month.of(2026, 11)
    assert counter.look(lambda s: drawing.benefit_months(s, saver, until=until)) == 3


def _item(award: Award, month: Month, number: int, amount: int, at: datetime) -> PayableItem:
    return PayableItem(
        award=award.id, month=month, number=number, amount=Fen(amount), run="test", made_at=at
    )


def test_before_september_2025_there_were_no_early_conditions(
    counter: InsuranceCounter, saver: str
) -> None:
    counter.at = datetime(2025, 8, 30, tzinfo=UTC)
    matter = counter.receive(
        "private_pension.draw", saver, condition="allowance", method="lump", evidence="低保证"
    )
    with pytest.raises(ConditionError) as refused:
        counter.propose(matter)
    assert "2025-09" in refused.value.cause[0]


def test_after_a_death_the_heirs_are_paid(counter: InsuranceCounter, saver: str) -> None:
    book(counter, "deposit", saver, "a", "100.50", "2026-03-01")
    matter = counter.receive(
        "private_pension.close", saver, card=False, reason="death", heirs="李小红（公证书）"
    )
    with pytest.raises(DeathError):
        counter.propose(matter)
    counter.change(
        lambda s: changes.record_death(
            s, saver, date(2026, 11, 20), reason="死亡医学证明", by=CLERK, at=counter.at
        )
    )
    results = counter.decide(matter).calculation.results
    assert (results["total"], results["tax_total"]) == ("100.50", "3.02")  # 3.015
    with pytest.raises(BalanceError):
        book(counter, "payout", saver, "p", "100.51", "2026-11-27")
    book(counter, "payout", saver, "p", "100.50", "2026-11-27")
    with pytest.raises(NoAccountError):
        counter.look(lambda s: accounts.get(s, saver))
