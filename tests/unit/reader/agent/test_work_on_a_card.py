"""What a ticket asks for is done on the card, once, and reported with how it went."""

import pytest

from reader.card_profile.df01 import Residence
from reader.card_profile.ssse import CardHolder
from reader.desk_keys import DeskKeys
from reader.errors import PinBlockedError, WrongPinError
from reader.iso7816 import commands
from reader.refusals import ApplicationBlockedError, CardBlockedError
from reader.session import CardSession
from tests.agent_at_work import HolderTypes, agent
from tests.card_table import CardTable
from tests.desk import PIN, counter_bytes

NEW = "135790"


def session_of(counter):
    """The card, as another reader finds it."""
    counter.table.card.reset()
    return CardSession(counter.table.card)


def block_pin(counter):
    session = session_of(counter)
    for _ in range(5):
        with pytest.raises(WrongPinError):
            session.verify_pin("000000")
    with pytest.raises((WrongPinError, PinBlockedError)):
        session.verify_pin("000000")


def do(counter, action, *, holder=None, **parameters):
    """The result of the action under a ticket, in a visit."""
    ticket = counter.server.ticket("t-1", action, counter.made[1], **parameters)
    with (
        agent(place=counter.table, server=counter.server, pins=holder) as running,
        running.page() as page,
    ):
        page.call("card.present", ticket="visit-1")
        page.events.clear()
        return page.call("card.do", ticket=ticket), page.events


def test_the_holder_changes_the_pin(counter):
    holder = HolderTypes([[PIN, NEW, NEW]])
    result, events = do(counter, "pin_change", holder=holder)
    assert result == {"action": "pin_change", "done": True, "audit": "430100-000001"}
    assert [event["state"] for event in events] == ["waiting", "done"]
    assert counter.server.reported == [("t-1", True, "")]
    session_of(counter).verify_pin(NEW)
    assert (holder.asked[0].origin, holder.asked[0].purpose) == (
        "https://console.example",
        "change",
    )


def test_a_forgotten_pin_is_reloaded_with_the_keys_of_the_server(counter):
    block_pin(counter)
    result, _ = do(counter, "pin_reload", holder=HolderTypes([[NEW, NEW]]))
    assert result["done"]
    session_of(counter).verify_pin(NEW)
    assert {key for key, ticket in counter.server.steps if ticket == "t-1"} == {"PUK", "STK"}


def test_a_blocked_pin_is_unblocked(counter):
    block_pin(counter)
    do(counter, "pin_unblock")
    session_of(counter).verify_pin(PIN)


def test_data_are_updated_and_the_rest_of_the_group_stays(counter):
    do(counter, "update", group="residence", items={"telephone": "13911112222"})
    session = session_of(counter)
    session.verify_pin(PIN)
    residence = session.read(Residence)
    assert (residence.telephone, residence.address) == ("13911112222", "人民街道16弄8号")


def test_an_application_is_blocked_and_unblocked(counter):
    do(counter, "block_application", application="DF03")
    session = session_of(counter)
    df03 = session.profile.application("DF03")
    with pytest.raises(ApplicationBlockedError):
        session.exchange(df03, commands.read_record(1))
    do(counter, "unblock_application", application="DF03")
    assert session_of(counter).identification_code


def test_a_card_is_blocked_for_ever(counter):
    result, _ = do(counter, "block_card")
    assert result["done"]
    with pytest.raises(CardBlockedError):
        session_of(counter)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ([["000000", NEW, NEW]], "wrong-pin"),
        ([[PIN, NEW, "135791"]], "pins-differ"),
        ([[PIN, "12", "12"]], "no-pin-entry"),
        ([[PIN]], "no-pin-entry"),
    ],
    ids=["wrong", "differ", "short", "incomplete"],
)
def test_what_fails_is_told_and_reported(typed, code, counter):
    ticket = counter.server.ticket("t-1", "pin_change", counter.made[1])
    with (
        agent(place=counter.table, server=counter.server, pins=HolderTypes(typed)) as running,
        running.page() as page,
    ):
        page.call("card.present", ticket="visit-1")
        assert page.refused("card.do", ticket=ticket) == code
    assert counter.server.reported == [("t-1", False, code)]
    session_of(counter).verify_pin(PIN)


def test_a_ticket_of_another_card_touches_neither(counter):
    counter.card(2)
    ticket = counter.server.ticket("t-2", "block_card", counter.made[2])
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        assert page.refused("card.do", ticket=ticket) == "not-this-card"
    assert counter.server.reported == []  # the ticket waits for its card
    session_of(counter)


def test_a_card_exchanged_while_the_holder_types_gets_no_pin(counter):
    table = CardTable(counter.table.card, silently=True)
    other = counter.card(2)
    holder = HolderTypes([[PIN, NEW, NEW]], before=lambda stop: table.put(other))
    ticket = counter.server.ticket("t-1", "pin_change", counter.made[1])
    with (
        agent(place=table, server=counter.server, pins=holder) as running,
        running.page() as page,
    ):
        page.call("card.present", ticket="visit-1")
        assert page.refused("card.do", ticket=ticket) == "not-this-card"
    assert not any(command[1] in {0x20, 0x5E} for command in table.commands)
    assert counter.server.reported == [("t-1", False, "not-this-card")]


def test_nothing_is_done_to_a_card_that_was_not_shown(counter):
    ticket = counter.server.ticket("t-1", "block_card", counter.made[1])
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        assert page.refused("card.do", ticket=ticket) == "not-shown"
    session_of(counter)


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("explode", {}),
        ("update", {}),
        ("update", {"group": "nonsense", "items": {}}),
        ("update", {"group": "residence", "items": {"telephone": 7}}),
        ("block_application", {"application": "DF99"}),
    ],
)
def test_an_action_of_a_later_time_is_told(action, parameters, counter):
    ticket = counter.server.ticket("t-1", action, counter.made[1], **parameters)
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        assert page.refused("card.do", ticket=ticket) == "unknown-action"


def test_what_was_done_is_reported_when_the_line_is_back_and_not_done_again(counter):
    ticket = counter.server.ticket("t-1", "pin_change", counter.made[1])

    def cut(stop):
        counter.server.down = True

    holder = HolderTypes([[PIN, NEW, NEW]], before=cut)
    with (
        agent(place=counter.table, server=counter.server, pins=holder) as running,
        running.page() as page,
    ):
        page.call("card.present", ticket="visit-1")
        assert page.refused("card.do", ticket=ticket) == "not-reported"
        assert page.refused("card.do", ticket=ticket) == "not-reported"
        counter.table.put(None)
        counter.server.down = False
        result = page.call("card.do", ticket=ticket)
    assert result == {"action": "pin_change", "done": True, "audit": "430100-000001"}
    assert len(holder.asked) == 1


def test_a_desk_without_a_server_does_nothing_to_a_card(counter):
    with agent(place=counter.table) as running, running.page() as page:
        assert page.refused("card.do", ticket="t-1") == "no-server"


def test_the_data_of_the_card_did_not_suffer(counter):
    do(counter, "update", group="residence", items={"telephone": "13911112222"})
    session = session_of(counter)
    keys = DeskKeys.of(session, counter.desk.store, counter.table.card.atr, random=counter_bytes(3))
    keys.open_holder_data(session)
    assert session.read(CardHolder).name == "张三"
