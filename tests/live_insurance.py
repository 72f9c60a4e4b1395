"""The insurances at a counter as it is: tables, offices, clerks, holders who paid."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from api.services import book
from api.services.offices import tree
from issuance.database import transaction
from issuance.roles import Role
from tests.insurance_console import furnish, insure, office
from tests.live_counter import CLERK, COUNTY, WORKERS, LiveCounter
from tests.staff import CHEN, ZHOU

_NUMBERS = count(1)


def prepare(counter: LiveCounter) -> None:
    """Make the tables; the desk's clerk works at the county of the first holders, who paid."""
    book.prepare(counter.team.engine)
    at = datetime.now(UTC)
    with transaction(counter.team.engine) as session:
        furnish(session, {CLERK: COUNTY}, county=COUNTY, by=CHEN, second=ZHOU, at=at)
        for number in counter.numbers[:WORKERS]:
            insure(session, number, county=COUNTY, by=CLERK, at=at)


def second_person(counter: LiveCounter) -> dict[str, str]:
    """What another clerk of the office types; a new one each time, as a code is good once."""
    name = f"Reviewer{next(_NUMBERS)}"
    counter.team.hire(name, Role.COUNTER_CLERK)
    with transaction(counter.team.engine) as session:
        tree.place(session, name, office(COUNTY), by=CHEN, at=datetime.now(UTC))
    return counter.proof(name)


def fill_second(page: Any, counter: LiveCounter) -> None:
    """Fill in the second person of the form."""
    proof = second_person(counter)
    page.fill("[name=second]", proof["name"])
    page.fill("[name=second_password]", proof["password"])
    page.fill("[name=second_code]", proof["code"])
