"""Pages of the field speak to the same agent, behind the same guards, and see no PIN either."""

import json

import pytest

from tests.agent_at_work import HolderTypes, agent
from tests.desk import PIN


def ask(page, message: object) -> dict:
    page.send(json.dumps(message))
    return page.answer()


def test_the_basics_in_the_form_of_the_field(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        answer = ask(page, {"func": "iReadCardBas", "in": ["3"]})
    assert (answer["func"], answer["result"]) == ("iReadCardBas", 0)
    fields = answer["out"][0].split("|")
    assert fields[0] == "430100"
    assert "11010519491231002X" in fields
    assert "张三" in fields
    assert {ticket for _, ticket in counter.server.steps} == {None}  # reading keys only


def test_the_two_other_forms(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        second = ask(page, {"function": "iReadCardBas", "iType": 3})
        third = ask(page, {"bizcode": "1002", "body": {"iType": "3"}})
    assert (second["functionName"], second["success"]) == ("iReadCardBas", 1)
    assert (third["bizcode"], third["recode"]) == ("1002", 0)


def test_the_pin_comes_from_the_holder_and_not_from_the_page(counter):
    holder = HolderTypes([[PIN]])
    with (
        agent(place=counter.table, server=counter.server, pins=holder) as running,
        running.page() as page,
    ):
        answer = ask(page, {"function": "iVerifyPIN", "iType": 3, "pPIN": "000000"})
    assert answer["success"] == 1
    assert [event["state"] for event in page.events] == ["waiting", "done"]
    assert len(holder.asked) == 1
    assert not any(
        command[1] == 0x20 and b"\x00\x00\x00" in command[5:] for command in counter.table.commands
    )


def test_a_card_that_the_desk_holds_is_let_go_for_the_driver_and_shown_again(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        ask(page, {"func": "iReadCardBas", "in": ["1"]})
        page.call("card.photo")
    assert counter.table.opened == counter.table.closed == 3


def test_steps_end_with_the_page(counter):
    with agent(place=counter.table, server=counter.server) as running:
        with running.page() as page:
            answer = ask(page, {"func": "iReadCardBas_HSM_Step1", "in": ["3"]})
            assert answer["result"] == 0
        with running.page() as page:
            answer = ask(page, {"func": "iReadCardBas_HSM_Step2", "in": ["0" * 32]})
    assert answer["result"] < 0
    assert counter.table.opened == counter.table.closed


@pytest.mark.parametrize("arguments", [[], ["9"], ["3", "4"], [{}], ["3" * 3000]])
def test_wrong_arguments_are_answered(arguments, counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        assert ask(page, {"func": "iReadCardBas", "in": arguments})["result"] < 0
        page.call("desk.status")


def test_an_old_page_without_keys_is_told_so_in_its_form(counter):
    with agent(place=counter.table) as running, running.page() as page:
        answer = ask(page, {"func": "iReadCardBas", "in": ["3"]})
    assert answer["result"] < 0
    assert answer["out"][0]


def test_a_call_given_up_is_answered_in_its_form(counter):
    counter.table.delay = 0.5
    with (
        agent(place=counter.table, server=counter.server, seconds=0.3) as running,
        running.page() as page,
    ):
        answer = ask(page, {"func": "iReadCardBas", "in": ["3"]})
        counter.table.delay = 0
    assert (answer["func"], answer["result"] < 0) == ("iReadCardBas", True)
