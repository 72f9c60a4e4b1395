"""Transfers for tests: what is in an account, and each step from asking to booking."""

from datetime import date
from typing import Any

from sqlalchemy import select

from api.services.enrolment import accounts, transfer_booking, transfers
from api.services.enrolment.models import Transfer
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from tests.insurance import CLERK, ELSEWHERE_REGION, REGION, STRANGER
from tests.insurance_counter import InsuranceCounter

BIRTH = date(1990, 1, 15)
OLD_AGE = Insurance.OLD_AGE


def balance(counter: InsuranceCounter, person: str, until: str = "2026-11") -> Fen:
    """What lies in the account of employees, in fen."""
    return counter.look(
        lambda s: accounts.balance(
            s,
            person,
            OLD_AGE,
            until=Month.parse(until),
            region=REGION,
            parameters=ParameterBook(s).view(),
        )
    )


def ask(counter: InsuranceCounter, person: str, *, keep: str = "here") -> str:
    """The transfer from Chengdu that somebody asks for in Changsha."""
    matter = counter.receive("enrolment.transfer", person, from_region=ELSEWHERE_REGION, keep=keep)
    counter.decide(matter, second=None)
    (row,) = counter.look(
        lambda s: s.scalars(select(Transfer).where(Transfer.matter == matter)).all()
    )
    return row.id


def send(counter: InsuranceCounter, transfer: str, *, by: str = STRANGER) -> Transfer:
    """The region that is left sends it."""
    return counter.change(lambda s: transfers.send(s, transfer, at=counter.at, by=by))


def book(counter: InsuranceCounter, transfer: str, content: Any = None) -> Transfer:
    """The region that is reached books it."""
    return counter.change(
        lambda s: transfer_booking.book(s, transfer, content=content, at=counter.at, by=CLERK)
    )


def moved(counter: InsuranceCounter, person: str, first: Month, last: Month) -> None:
    """Somebody paid in Chengdu, and left."""
    counter.employed(person, first, last, region=ELSEWHERE_REGION)
    matter = counter.receive(
        "enrolment.end", person, by=STRANGER, last_month=str(last), reason="left"
    )
    counter.decide(matter, by=STRANGER, second=None)


def begun_here(counter: InsuranceCounter, person: str, first: str) -> None:
    """Somebody goes on in Changsha, by himself."""
    matter = counter.receive("enrolment.flexible", person, from_month=first, income="5000")
    counter.decide(matter)
