"""Private pension accounts in the book: opened once for a person, what banks report booked once."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.determination.facts import Facts
from api.services.enrolment import record
from api.services.errors import RefusedError
from api.services.explanation import Calculation
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.offices import tree
from api.services.parameters.book import ParameterBook
from api.services.people import registry
from api.services.private_pension import determination, rules
from api.services.private_pension.errors import (
    BalanceError,
    DepositOverError,
    MovementDayError,
    NoAccountError,
    NotInsuredError,
    NotPayableError,
    OneAccountError,
    OverCeilingError,
)
from api.services.private_pension.models import PensionAccount, PensionMovement
from api.services.private_pension.rules import Condition
from issuance.book_errors import ConflictError
from issuance.instants import local_day

OLD_AGE: Final = (Insurance.OLD_AGE, Insurance.RESIDENT_OLD_AGE)
DEPOSIT, INCOME, PAYOUT = "deposit", "income", "payout"
MAX_KEY: Final = 64


def require_openable(session: Session, person: str) -> None:
    """Raise NotInsuredError, OneAccountError unless somebody may open an account."""
    if all(record.latest(session, person, one) is None for one in OLD_AGE):
        raise NotInsuredError
    if session.get(PensionAccount, person) is not None:
        raise OneAccountError


def open_account(
    session: Session, person: str, bank: str, *, on: date, by: str, at: datetime
) -> PensionAccount:
    """Open the one account of a person at a bank. Raises as `require_openable`."""
    holder = registry.get(session, person, lock=True)
    require_openable(session, person)
    account = PensionAccount(person=person, bank=bank, opened_on=on, opened_by=by)
    session.add(account)
    session.flush()
    registry.note(session, "private_pension.open", holder, by=by, at=at, bank=bank)
    return account


def move_to(session: Session, person: str, bank: str, *, by: str, at: datetime) -> PensionAccount:
    """Another bank keeps the account from now on. Raises NoAccountError."""
    account = get(session, person, lock=True)
    account.bank = bank
    session.flush()
    holder = registry.get(session, person)
    registry.note(session, "private_pension.bank", holder, by=by, at=at, bank=bank)
    return account


def get(session: Session, person: str, *, lock: bool = False) -> PensionAccount:
    """The open account. Raises NoAccountError."""
    found = session.get(PensionAccount, person, with_for_update=lock, populate_existing=lock)
    if found is None or found.closed_on is not None:
        raise NoAccountError
    return found


def balance(session: Session, person: str) -> Fen:
    """What the account holds, by what the bank reported."""
    total = select(func.sum(PensionMovement.amount)).where(PensionMovement.person == person)
    return Fen(session.scalar(total) or 0)


def deposited_in(session: Session, person: str, year: int) -> Fen:
    """What was paid in during a calendar year."""
    total = select(func.sum(PensionMovement.amount)).where(
        PensionMovement.person == person,
        PensionMovement.kind == DEPOSIT,
        PensionMovement.on.between(date(year, 1, 1), date(year, 12, 31)),
    )
    return Fen(session.scalar(total) or 0)


def statement(session: Session, person: str, year: int) -> Calculation:
    """What of a year may be deducted, explained. Raises NoAccountError, ParameterMissingError."""
    if session.get(PensionAccount, person) is None:
        raise NoAccountError
    region = tree.region_of(registry.get(session, person).office)
    facts = Facts(
        region=region,
        month=Month.of(year, 12),
        values={"deposited": int(deposited_in(session, person, year))},
    )
    return determination.year(facts, ParameterBook(session).view())


def require_depositable(
    session: Session, account: PensionAccount, amount: Fen, *, on: date, at: datetime
) -> None:
    """Raise MovementDayError, DepositOverError, OverCeilingError unless it may be paid in."""
    _require_day(account, on, at=at)
    holder = registry.get(session, account.person)
    condition = None if account.condition is None else Condition(account.condition)
    if holder.died_on is not None or not rules.may_deposit(condition):
        raise DepositOverError
    region = tree.region_of(holder.office)
    view = ParameterBook(session).view()
    ceiling = view.fen("private_pension.ceiling", region, Month.of_day(on))
    left = rules.left_of_ceiling(ceiling, deposited_in(session, account.person, on.year))
    if amount > left:
        raise OverCeilingError(on.year, left)


def deposit(
    session: Session, person: str, key: str, amount: Fen, *, on: date, by: str, at: datetime
) -> PensionMovement:
    """Book a deposit under the bank's *key*; the same again gives the same movement.

    Raises as `require_depositable`, and NoAccountError, ConflictError, RefusedError.
    """
    account, found = _begin(session, person, key, DEPOSIT, amount, on)
    if found is not None:
        return found
    require_depositable(session, account, amount, on=on, at=at)
    return _book(session, account, key, DEPOSIT, amount, Fen(0), on=on, by=by, at=at)


def income(
    session: Session, person: str, key: str, amount: Fen, *, on: date, by: str, at: datetime
) -> PensionMovement:
    """Book what the money earned, or lost (negative), under the bank's *key*.

    Raises NoAccountError, MovementDayError, BalanceError, ConflictError.
    """
    account, found = _begin(session, person, key, INCOME, amount, on)
    if found is not None:
        return found
    _require_day(account, on, at=at)
    if (held := balance(session, person)) + amount < 0:
        raise BalanceError(held)
    return _book(session, account, key, INCOME, amount, Fen(0), on=on, by=by, at=at)


def pay_out(
    session: Session, person: str, key: str, amount: Fen, *, on: date, by: str, at: datetime
) -> PensionMovement:
    """Book a payment of *amount* before tax under the bank's *key*, with its tax.

    The last one for good closes the account. Raises NotPayableError, BalanceError,
    MovementDayError, NoAccountError, ConflictError, ParameterMissingError.
    """
    taken = Fen(-amount)
    account, found = _begin(session, person, key, PAYOUT, taken, on)
    if found is not None:
        return found
    _require_day(account, on, at=at)
    if account.drawing_since is None or on < account.drawing_since or account.condition is None:
        raise NotPayableError
    held = balance(session, person)
    if amount <= 0 or amount > held:
        raise BalanceError(held)
    region = tree.region_of(registry.get(session, person).office)
    view = ParameterBook(session).view()
    rate = view.number("private_pension.tax_rate", region, Month.of_day(on))
    tax = rules.tax_on(amount, rate)
    movement = _book(session, account, key, PAYOUT, taken, tax, on=on, by=by, at=at)
    if amount == held and not rules.may_deposit(Condition(account.condition)):
        account.closed_on = on
        session.flush()
    return movement


def _begin(
    session: Session, person: str, key: str, kind: str, amount: Fen, on: date
) -> tuple[PensionAccount, PensionMovement | None]:
    """The account, locked, and the movement of this key, if it is booked."""
    if not 0 < len(key) <= MAX_KEY or not key.isprintable() or amount == 0:
        raise RefusedError(
            ("A movement needs the bank's key and an amount.", "须填写银行流水号和金额。"),
            ("Take them from the bank's advice.", "请按银行回单填写。"),
        )
    account = session.get(PensionAccount, person, with_for_update=True, populate_existing=True)
    if account is None:
        raise NoAccountError
    found = session.get(PensionMovement, (person, key))
    if found is not None and (found.kind, found.amount, found.on) != (kind, amount, on):
        raise ConflictError(
            f"The bank's key {key} is booked with other figures.",
            f"银行流水号 {key} 已以不同内容入账。",
        )
    if found is None and account.closed_on is not None:
        raise NoAccountError
    return account, found


def _require_day(account: PensionAccount, on: date, *, at: datetime) -> None:
    if not account.opened_on <= on <= local_day(at):
        raise MovementDayError


def _book(
    session: Session,
    account: PensionAccount,
    key: str,
    kind: str,
    amount: Fen,
    tax: Fen,
    *,
    on: date,
    by: str,
    at: datetime,
) -> PensionMovement:
    movement = PensionMovement(
        person=account.person, key=key, kind=kind, on=on, amount=amount, tax=tax, at=at, by=by
    )
    session.add(movement)
    session.flush()
    holder = registry.get(session, account.person)
    detail = {"key": key, "amount": str(amount), "on": on.isoformat()}
    registry.note(session, f"private_pension.{kind}", holder, by=by, at=at, **detail)
    return movement
