"""Page, agent, card and the issuer's service over HTTP: from the card shown to a new PIN."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import audit
from issuance.counter.action_table import Action
from issuance.models import Card
from reader.errors import WrongPinError
from reader.presence import verify_presence
from tests.agent_at_work import HolderTypes, agent
from tests.card_table import CardTable
from tests.counter_world import CounterWorld, served_world

NEW_PIN = "192837"


@pytest.fixture(params=["v3.00", "v2.00"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CounterWorld]:
    with served_world(tmp_path, request.param) as opened:
        yield opened


def test_a_forgotten_pin_is_renewed_from_a_page(world: CounterWorld) -> None:
    holder = HolderTypes([[NEW_PIN, NEW_PIN]])
    table = CardTable(world.chip)
    with (
        agent(place=table, server=world.server(), pins=holder, random=world.random) as running,
        running.page() as page,
    ):
        visit = world.visit()
        shown = page.call("card.present", ticket=visit)
        assert shown["verification"]["verdict"] == "genuine"
        assert shown["basics"]["card_number"] == world.number
        token = verify_presence(shown["token"], trust=world.store.public_keys(), now=world.clock.at)
        assert str(token.card_number) == world.number
        assert page.call("card.everything")["holder"]["name"]
        ticket = world.begin(Action.PIN_RELOAD, visit)
        done = page.call("card.do", ticket=ticket)
        assert done == {"action": "pin_reload", "done": True, "audit": done["audit"]}
        assert page.call("card.do", ticket=ticket) == done  # a button that is pressed twice
    session = world.session()
    with pytest.raises(WrongPinError):
        session.verify_pin("123456")
    session.verify_pin(NEW_PIN)
    world.look(audit.verify)


def test_data_are_changed_and_what_fails_is_in_the_book(world: CounterWorld) -> None:
    table = CardTable(world.chip)
    holder = HolderTypes([["000000", NEW_PIN, NEW_PIN]])
    with (
        agent(place=table, server=world.server(), pins=holder, random=world.random) as running,
        running.page() as page,
    ):
        visit = world.visit()
        page.call("card.present", ticket=visit)
        ticket = world.begin(
            Action.UPDATE,
            visit,
            given={"group": "residence", "items": {"telephone": "13911112222"}},
        )
        assert page.call("card.do", ticket=ticket)["done"]
        assert page.call("card.everything")["DF01.residence"]["telephone"] == "13911112222"
        ticket = world.begin(Action.PIN_CHANGE, visit)
        assert page.refused("card.do", ticket=ticket) == "wrong-pin"
    found = world.ticket(ticket)
    assert (found.outcome, found.code) == ("failed", "wrong-pin")


def test_why_the_server_lends_no_key_is_told_and_not_that_the_card_says_no(
    tmp_path: Path,
) -> None:
    with (
        served_world(tmp_path, "v3.00") as world,  # a card that shows its record after a key only
        agent(place=CardTable(world.chip), server=world.server(), random=world.random) as running,
        running.page() as page,
    ):
        page.ask("card.present", ticket="0" * 32)
        assert "no ticket" in page.answer()["error"]["cause"]["en"]
        world.change(lambda session: _forget_chip(session, world.number))
        page.ask("card.present", ticket=world.visit())
        told = page.answer()["error"]
    assert "another region's" in told["cause"]["en"]
    assert "异地卡" in told["cause"]["zh"]
    assert "by document" in told["remedy"]["en"]


def _forget_chip(session: Session, number: str) -> None:
    """The book knows no card of this chip's code any more."""
    card = session.scalars(select(Card).where(Card.number == number)).one()
    card.identification_code = bytes(16)
