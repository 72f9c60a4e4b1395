"""Private pension accounts for tests: a saver, and what his bank reports."""

from datetime import date
from decimal import Decimal
from typing import Any

from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.private_pension import accounts
from tests.insurance import CLERK, VILLAGE, number_of
from tests.insurance_counter import InsuranceCounter

BANK = "某银行"


def saver_of(counter: InsuranceCounter) -> str:
    """A man of 36 with an account since January 2025."""
    number = counter.live_at(number_of(date(1990, 3, 1)), VILLAGE)
    counter.enrol(number, Insurance.OLD_AGE)
    counter.change(
        lambda s: accounts.open_account(
            s, number, BANK, on=date(2025, 1, 2), by=CLERK, at=counter.at
        )
    )
    return number


def book(counter: InsuranceCounter, what: str, number: str, key: str, yuan: str, on: str) -> Any:
    """The bank reports a movement."""
    use_case = {"deposit": accounts.deposit, "income": accounts.income, "payout": accounts.pay_out}
    amount = Fen(int(Decimal(yuan) * 100))
    return counter.change(
        lambda s: use_case[what](
            s, number, key, amount, on=date.fromisoformat(on), by="bank", at=counter.at
        )
    )


def balance(counter: InsuranceCounter, number: str) -> int:
    """What lies in the account, in fen."""
    return counter.look(lambda s: accounts.balance(s, number))
