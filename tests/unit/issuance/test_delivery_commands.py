"""`onecard bureau ship`, `arrive`, `send-back` and `hand-over`, and whose steps they are."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from issuance.roles import Role
from issuance.states import CardState
from onecard.console import Exit
from tests.bureau import CHECKER, CHIEF, CLERK, MAKER, Bureau, rows
from tests.bureau_desk import Office
from tests.staffed_office import StaffedOffice, staffed_office

OUTLET = "371702001"
KEEPER, OUTLET_CLERK = "Keeper", "Outlet"
STAFF = {
    CLERK: Role.INTAKE_CLERK,
    CHIEF: Role.APPROVER,
    MAKER: Role.PRODUCER,
    CHECKER: Role.INSPECTOR,
    KEEPER: Role.STOCK_KEEPER,
    OUTLET_CLERK: Role.COUNTER_CLERK,
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[StaffedOffice]:
    with staffed_office(tmp_path) as opened:
        for name, role in STAFF.items():
            opened.team.hire(name, role)
        yield opened


@pytest.fixture
def batch(office: StaffedOffice) -> str:
    """Two cards, the first inspected, made by those whose work it is."""
    desk = Bureau(office.team.engine)
    batch = desk.prepared(rows(2))
    for serial, card in enumerate(desk.cards(batch), 1):
        desk.personalize(card.number, serial)
    desk.inspect(desk.cards(batch)[0].number)
    return batch


def states(office: StaffedOffice, batch: str) -> list[CardState]:
    return [card.state for card in Bureau(office.team.engine).cards(batch)]


def done(office: StaffedOffice, name: str, *arguments: str) -> Result:
    office.enter(name)
    return office.run(*arguments)


def test_cards_go_to_the_outlet_and_to_their_holders(office: StaffedOffice, batch: str) -> None:
    sent = done(office, KEEPER, "ship", "--batch", batch, "--outlet", OUTLET, "--json")
    first = Bureau(office.team.engine).cards(batch)[0].number
    assert (sent.exit_code, json.loads(sent.stdout)) == (Exit.OK, {"cards": [first]})
    assert states(office, batch) == [CardState.SHIPPED, CardState.PERSONALIZED]

    there = done(office, OUTLET_CLERK, "arrive", "--batch", batch, "--json")
    assert json.loads(there.stdout) == {"cards": [first]}
    assert json.loads(office.run("arrive", first, "--json").stdout) == {"cards": []}
    assert office.run("hand-over", first).exit_code == Exit.OK
    assert states(office, batch) == [CardState.HANDED_OVER, CardState.PERSONALIZED]
    assert office.run("activate", first).exit_code == Exit.OK
    trail = office.run("audit")
    assert (trail.exit_code, "The audit trail holds." in trail.output) == (Exit.OK, True)


def test_a_card_nobody_came_for_goes_back(office: StaffedOffice, batch: str) -> None:
    number = Bureau(office.team.engine).cards(batch)[0].number
    done(office, KEEPER, "ship", number, "--outlet", OUTLET)
    office.run("arrive", number)
    assert office.run("send-back", number, "--reason", "90 days").exit_code == Exit.OK
    assert states(office, batch)[0] is CardState.INSPECTED


def test_one_card_that_cannot_go_keeps_all(office: StaffedOffice, batch: str) -> None:
    numbers = [card.number for card in Bureau(office.team.engine).cards(batch)]
    result = done(office, KEEPER, "ship", *numbers, "--outlet", OUTLET)
    assert (result.exit_code, numbers[1] in result.stderr) == (Exit.STATE, True)
    assert states(office, batch) == [CardState.INSPECTED, CardState.PERSONALIZED]


@pytest.mark.parametrize(
    ("command", "whose"),
    [
        (("ship", "--outlet", OUTLET), Role.STOCK_KEEPER),
        (("hand-over",), Role.COUNTER_CLERK),
        (("activate",), Role.COUNTER_CLERK),
        (("loss", "--final"), Role.COUNTER_CLERK),
        (("cancel", "--reason", "x"), Role.COUNTER_CLERK),
    ],
)
def test_a_step_of_somebody_else_is_refused(
    office: StaffedOffice, batch: str, command: tuple[str, ...], whose: Role
) -> None:
    number = Bureau(office.team.engine).cards(batch)[0].number
    result = done(office, MAKER, *command, number)
    assert (result.exit_code, "takes the role" in result.stderr) == (Exit.STATE, True)
    assert states(office, batch)[0] is CardState.INSPECTED
    allowed = next(name for name, role in STAFF.items() if role is whose)
    assert done(office, allowed, *command, number).exit_code == Exit.OK


def test_without_cards_the_usage_is_shown(tmp_path: Path) -> None:
    result = Office(tmp_path).run("arrive")
    assert (result.exit_code, "Name cards or a batch." in result.stderr) == (Exit.USAGE, True)
