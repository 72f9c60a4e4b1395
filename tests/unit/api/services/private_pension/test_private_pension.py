"""Private pension accounts: one for a person, within the ceiling, each movement booked once."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.errors import ParameterMissingError
from api.services.insurances import Insurance
from api.services.private_pension import accounts
from api.services.private_pension.errors import (
    BalanceError,
    MovementDayError,
    NoAccountError,
    NotInsuredError,
    OneAccountError,
    OverCeilingError,
)
from issuance.book_errors import ConflictError
from tests.insurance import CLERK, REGION, STRANGER, VILLAGE, number_of
from tests.insurance_counter import InsuranceCounter, insurance_counter
from tests.insurance_private_pension import BANK, balance, book, saver_of


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[InsuranceCounter]:
    with insurance_counter(tmp_path) as opened:
        yield opened


@pytest.fixture
def saver(counter: InsuranceCounter) -> str:
    return saver_of(counter)


def test_who_is_insured_for_old_age_opens_one_account(counter: InsuranceCounter) -> None:
    number = counter.live_at(number_of(date(1990, 3, 1)), VILLAGE)
    first = counter.receive("private_pension.open", number, by=STRANGER, bank=BANK)
    with pytest.raises(NotInsuredError):
        counter.propose(first)
    counter.enrol(number, Insurance.RESIDENT_OLD_AGE)
    counter.decide(first)
    assert counter.look(lambda s: accounts.get(s, number).bank) == BANK
    counter.decide(counter.receive("private_pension.bank", number, bank="新银行"))
    assert counter.look(lambda s: accounts.get(s, number).bank) == "新银行"
    again = counter.receive("private_pension.open", number, bank="别的银行")
    with pytest.raises(OneAccountError):
        counter.propose(again)


def test_a_deposit_over_the_ceiling_is_refused_with_what_is_left(
    counter: InsuranceCounter, saver: str
) -> None:
    book(counter, "deposit", saver, "a", "11999.99", "2026-03-01")
    with pytest.raises(OverCeilingError) as refused:
        book(counter, "deposit", saver, "b", "0.02", "2026-11-01")
    assert refused.value.left == 1  # 12,000.00 - 11,999.99
    assert "0.01" in refused.value.cause[1]
    book(counter, "deposit", saver, "b", "0.01", "2026-11-01")
    book(counter, "deposit", saver, "c", "12000", "2025-12-31")  # a year of its own
    assert balance(counter, saver) == 2_400_000


def test_the_same_key_is_booked_once_and_never_with_other_figures(
    counter: InsuranceCounter, saver: str
) -> None:
    for _ in range(3):
        book(counter, "deposit", saver, "a", "12000", "2026-03-01")
    assert balance(counter, saver) == 1_200_000
    with pytest.raises(ConflictError):
        book(counter, "deposit", saver, "a", "100", "2026-03-01")
    matter = counter.receive(
        "private_pension.deposit", saver, amount="12000", on="2026-03-01", key="a"
    )
    counter.decide(matter)
    assert balance(counter, saver) == 1_200_000


deposits = st.tuples(
    st.sampled_from("abcdef"), st.sampled_from([1, 300_000, 700_000]), st.sampled_from([2025, 2026])
)


@settings(max_examples=8, deadline=None)
@given(st.lists(deposits, max_size=15))
def test_whatever_a_bank_reports_in_any_order_no_year_passes_the_ceiling_and_no_fen_is_lost(
    reported: list[tuple[str, int, int]],
) -> None:
    with TemporaryDirectory() as folder, insurance_counter(Path(folder)) as counter:
        number = counter.live_at(number_of(date(1990, 3, 1)), VILLAGE)
        counter.enrol(number, Insurance.OLD_AGE)
        opened = {"on": date(2025, 1, 2), "by": CLERK, "at": counter.at}
        counter.change(lambda s: accounts.open_account(s, number, BANK, **opened))
        booked: dict[str, tuple[int, int]] = {}
        for key, fen, year in [*reported, *reported]:
            yuan, on = str(Decimal(fen) / 100), f"{year}-06-01"
            used = sum(amount for amount, when in booked.values() if when == year)
            if booked.get(key, (fen, year)) != (fen, year):
                with pytest.raises(ConflictError):
                    book(counter, "deposit", number, key, yuan, on)
            elif key not in booked and used + fen > 1_200_000:
                with pytest.raises(OverCeilingError):
                    book(counter, "deposit", number, key, yuan, on)
            else:
                book(counter, "deposit", number, key, yuan, on)
                booked[key] = (fen, year)
        assert balance(counter, number) == sum(amount for amount, _year in booked.values())


def test_days_before_the_opening_and_to_come_are_refused(
    counter: InsuranceCounter, saver: str
) -> None:
    for on in ("2025-01-01", "2026-11-28"):
        with pytest.raises(MovementDayError):
            book(counter, "deposit", saver, "a", "1", on)


def test_the_statement_of_a_year_says_what_is_deducted(
    counter: InsuranceCounter, saver: str
) -> None:
    book(counter, "deposit", saver, "a", "8000", "2026-03-01")
    counter.set("private_pension.deduction_ceiling", REGION, "2026-12", "6000")
    found = counter.look(lambda s: accounts.statement(s, saver, 2026))
    assert found.results == {
        "deposited": "8000.00",
        "deductible": "6000.00",
        "left_of_ceiling": "4000.00",
    }
    assert "第21号" in found.steps[0].source.title
    with pytest.raises(ParameterMissingError):
        counter.look(lambda s: accounts.statement(s, saver, 2023))  # of the pilot's cities only


def test_an_empty_account_is_closed_and_one_with_money_is_not(
    counter: InsuranceCounter, saver: str
) -> None:
    book(counter, "deposit", saver, "a", "1", "2026-03-01")
    matter = counter.receive("private_pension.close", saver, card=False, reason="empty")
    with pytest.raises(BalanceError):
        counter.propose(matter)
    book(counter, "income", saver, "i", "-1", "2026-04-01")
    counter.decide(matter)
    with pytest.raises(NoAccountError):
        counter.look(lambda s: accounts.get(s, saver))
