"""A page and a card: the basics first, then the verdict, the photo and the rest; nothing stays."""

import time

import pytest

from reader.agent.conversation import IDLE_SECONDS
from tests.agent_at_work import agent
from tests.card_on_a_port import served
from tests.card_table import NAME, CardTable
from tests.desk import PIN
from tests.fixed_psam import fixed_psam

PROFILES = ("v3.00", "v2.00", "v1.00", "international")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_card_is_shown_and_its_basics_come_first(profile, counter_of):
    counter = counter_of(profile)
    with (
        served(counter.table.card) as address,
        agent(card=address, server=counter.server) as running,
        running.page() as page,
    ):
        result = page.call("card.present", ticket="visit-1")
        (basics,) = page.events
    assert basics.pop("event") == "basics"
    assert basics == result["basics"]
    assert (basics["name"], basics["card_number"]) == ("张三", "A00000011")
    assert basics["social_security_number"] == "11010519491231002X"
    assert basics["identification_code"] == counter.made[1].identification_code.hex().upper()
    assert basics["version"] == counter.desk.profile.version
    assert (result["verification"]["verdict"], result["token"]) == ("genuine", "token-of-visit-1")


def test_photo_and_the_rest_follow(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        photo = page.call("card.photo")
        content = page.call("card.everything")
    assert photo == {"media_type": None, "base64": None}  # these cards were made without
    assert content["holder"]["name"] == "张三"
    assert content["DF01.residence"]["address"] == "人民街道16弄8号"
    assert not {"photo", "fingerprint"} & set(content)
    assert {ticket for _, ticket in counter.server.steps} == {"visit-1"}


@pytest.mark.parametrize("call", ["card.photo", "card.everything"])
def test_nothing_is_read_of_a_card_that_was_not_shown(call, counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        assert page.refused(call) == "not-shown"


def test_without_a_visit_the_server_is_shown_nothing(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        assert page.refused("card.present") == "ticket-needed"
    assert counter.table.opened == 0


def test_a_card_that_left_is_forgotten(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        running.desk.left(NAME)
        assert page.refused("card.photo") == "not-shown"
        assert page.call("desk.status")["card"] == {"shown": False}
        page.call("card.present", ticket="visit-2")
    assert counter.table.opened == counter.table.closed


def test_a_card_of_another_reader_does_not_concern_the_visit(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        running.desk.left("another reader")
        assert page.call("card.photo")["media_type"] in {None, "image/jpeg"}
        assert page.call("desk.status")["card"] == {"shown": True}


@pytest.mark.parametrize("silently", [False, True])
def test_a_card_that_was_exchanged_is_noticed(silently, counter):
    table = CardTable(counter.table.card, silently=silently)
    with agent(place=table, server=counter.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        table.put(counter.card(2))
        assert page.refused("card.everything") == ("not-this-card" if silently else "card-removed")
        assert page.refused("card.photo") == "not-shown"
        shown = page.call("card.present", ticket="visit-2")
    assert shown["basics"]["identification_code"] == (
        counter.made[2].identification_code.hex().upper()
    )


def test_another_card_may_be_shown_at_once(counter):
    table = CardTable(counter.table.card, silently=True)
    with agent(place=table, server=counter.server) as running, running.page() as page:
        page.call("card.present", ticket="visit-1")
        table.put(counter.card(2))
        shown = page.call("card.present", ticket="visit-2")
    assert shown["basics"]["card_number"] != "A00000011"


@pytest.mark.parametrize("commands", [0, 1, 7, 10])
def test_a_card_taken_out_during_a_call_is_told_and_the_next_one_served(commands, counter):
    card = counter.table.card
    counter.table.removed_after = commands
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        assert page.refused("card.present", ticket="visit-1") == "card-removed"
        assert page.refused("card.present", ticket="visit-1") == "no-card"
        counter.table.removed_after = None
        counter.table.put(card)
        assert page.call("card.present", ticket="visit-1")["verification"]["genuine"]


def test_when_the_page_leaves_the_card_is_let_go_and_forgotten(counter):
    with agent(place=counter.table, server=counter.server) as running:
        with running.page() as page:
            page.call("card.present", ticket="visit-1")
        with running.page() as page:
            assert counter.table.closed == counter.table.opened
            assert page.refused("card.photo") == "not-shown"


def test_a_card_nobody_asks_about_is_let_go_and_known_again(counter):
    now = [1000.0]
    with (
        agent(place=counter.table, server=counter.server, clock=lambda: now[0]) as running,
        running.page() as page,
    ):
        page.call("card.present", ticket="visit-1")
        assert counter.table.closed == 0
        now[0] += IDLE_SECONDS + 1
        for _ in range(100):  # a tick comes twice a second
            if counter.table.closed:
                break
            time.sleep(0.05)
        assert counter.table.closed == counter.table.opened == 1
        page.call("card.photo")


def test_a_failing_line_is_told_and_comes_back(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        counter.server.down = True
        assert page.refused("card.present", ticket="visit-1") == "line-down"
        counter.server.down = False
        page.call("card.present", ticket="visit-1")


def test_a_blank_and_a_foreign_card_are_told(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        counter.table.put(counter.desk.blank(7))
        assert page.refused("card.present", ticket="visit-1") == "blank-card"
        counter.table.put(fixed_psam("v3.00"))
        assert page.refused("card.present", ticket="visit-1") == "refused"


def test_the_status_of_the_desk(counter):
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        before = page.call("desk.status")
        page.call("card.present", ticket="visit-1")
        after = page.call("desk.status")
    assert before == {
        "version": "0.0.test",
        "readers": [NAME],
        "cards": [{"reader": NAME, "interface": "contact"}],
        "card": {"shown": False},
        "server": {"connected": True, "offline": None},
        "pin_entry": "test",
    }
    assert after["card"] == {"shown": True}


def test_no_answer_holds_a_key_a_pin_or_a_command(counter):
    heard = []
    with agent(place=counter.table, server=counter.server) as running, running.page() as page:
        for call in ("card.present", "card.photo", "card.everything"):
            heard.append(page.call(call, **({"ticket": "t"} if call == "card.present" else {})))
    text = str(heard + page.events)
    assert PIN not in text
    for command in counter.table.commands:
        assert command.hex().upper() not in text
