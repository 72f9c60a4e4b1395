"""The insurances at a counter as it is: tables, offices, clerks, holders who paid."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from api.services import book
from api.services.enrolment.models import Employer
from api.services.months import Month
from api.services.offices import tree
from api.services.people import registry
from api.services.platform_work import posting
from issuance.database import transaction
from issuance.instants import local_day
from issuance.roles import Role
from tests.insurance_console import furnish, insure, office
from tests.insurance_platforms import MEALS, order_file
from tests.live_counter import CLERK, COUNTY, WORKERS, LiveCounter
from tests.staff import CHEN, ZHOU

_NUMBERS = count(1)


def prepare(counter: LiveCounter, *, with_courier: bool = False) -> None:
    """Make the tables; the desk's clerk works at the county of the first holders, who paid.

    *with_courier*: the last holder is registered too, and delivers meals.
    """
    book.prepare(counter.team.engine)
    at = datetime.now(UTC)
    with transaction(counter.team.engine) as session:
        furnish(session, {CLERK: COUNTY}, county=COUNTY, by=CHEN, second=ZHOU, at=at)
        people = [
            insure(session, number, county=COUNTY, by=CLERK, at=at)
            for number in counter.numbers[:WORKERS]
        ]
        session.add(
            Employer(
                code=MEALS,
                name="某外卖",
                office=office(COUNTY),
                industry="delivery",
                registered_at=at,
                registered_by=CLERK,
            )
        )
        session.flush()
        if with_courier:
            card = counter.numbers[-1]
            person = registry.from_card(session, card, category="female50", by=CLERK, at=at)
            people.append(person.number)
        month = str(Month.of_day(hurt_on(local_day(at))))
        rows = [(MEALS, COUNTY, month, person, "30", "") for person in people]
        posting.post(session, order_file(rows), by=CLERK, at=at)


def hurt_on(today: date) -> date:
    """The day on which the holders say that they were hurt; they took orders in its month."""
    return today - timedelta(days=60)


def hire(counter: LiveCounter, name: str) -> None:
    """Another clerk of the office."""
    counter.team.hire(name, Role.COUNTER_CLERK)
    with transaction(counter.team.engine) as session:
        tree.place(session, name, office(COUNTY), by=CHEN, at=datetime.now(UTC))


def second_person(counter: LiveCounter) -> dict[str, str]:
    """What another clerk of the office types; a new one each time, as a code is good once."""
    name = f"Reviewer{next(_NUMBERS)}"
    hire(counter, name)
    return counter.proof(name)


def fill_second(page: Any, counter: LiveCounter) -> None:
    """Fill in the second person of the form."""
    proof = second_person(counter)
    page.fill("[name=second]", proof["name"])
    page.fill("[name=second_password]", proof["password"])
    page.fill("[name=second_code]", proof["code"])
