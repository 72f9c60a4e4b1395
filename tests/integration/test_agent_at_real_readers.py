"""The agent at a real pcscd: cards come, go and are exchanged while a page looks on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hardware_sim.readers.world import World
from hardware_sim.storage import CardFile
from reader.agent.card_places import PcscPlace
from reader.agent.reader_news import ReaderNews
from tests.agent_at_work import Agent, Page, agent
from tests.desk import Desk
from tests.issuer_at_hand import IssuerAtHand

pytest.importorskip("reader.pcsc", reason="needs pyscard")
from reader.watch import Watch

pytestmark = pytest.mark.pcsc
CARDS = 2


@dataclass
class Station:
    """An issuer's cards in files, a world of readers, and an agent that watches them."""

    world: World
    cards: list[Path]
    agent: Agent

    def name(self, slot: int) -> str:
        return self.world.readers[slot].name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, list[Path]]:
    """An issuer and two cards that keep their memory in files."""
    folder = tmp_path_factory.mktemp("cards")
    desk, files = Desk.open(folder), []
    for serial in range(1, CARDS + 1):
        card = desk.blank(serial)
        desk.make(card, desk.job(serial))
        files.append(folder / f"{serial}.json")
        CardFile(files[-1]).create(card.persistent)
    return desk, files


@pytest.fixture
def station(world: World, made: tuple[Desk, list[Path]]) -> Iterator[Station]:
    desk, files = made
    server = IssuerAtHand(desk.store)
    with agent(place=PcscPlace(None), server=server) as running:
        news = ReaderNews(
            Watch(),
            reader=None,
            psam=world.readers[1].name,
            left=running.desk.left,
            tell=running.seat.tell,
        )
        running.greet(news)
        with news:
            yield Station(world, files, running)


def heard(page: Page, event: str) -> dict:
    """The next event of that name; others before it are passed over."""
    while True:
        message = page.events.pop(0) if page.events else page.receive()
        assert "event" in message, message
        if message["event"] == event:
            return message


def test_a_page_sees_cards_come_and_go_and_nothing_of_the_one_that_left(station):
    with station.agent.page() as page:
        station.world.insert(0, station.cards[0])
        inserted = heard(page, "card-inserted")
        assert inserted["reader"] == station.name(0)
        first = page.call("card.present", ticket="visit-1")
        assert page.call("card.photo") == {"media_type": None, "base64": None}
        station.world.remove(0)
        assert heard(page, "card-removed")["reader"] == station.name(0)
        assert page.refused("card.everything") == "no-card"
        station.world.insert(0, station.cards[1])
        heard(page, "card-inserted")
        second = page.call("card.present", ticket="visit-2")
        assert page.call("card.everything")["holder"]["name"] == "张三"
    assert first["basics"]["card_number"] != second["basics"]["card_number"]


def test_a_card_that_is_exchanged_quickly_is_another_one(station):
    station.world.insert(0, station.cards[0])
    with station.agent.page() as page:
        heard(page, "card-inserted")
        page.call("card.present", ticket="visit-1")
        station.world.swap(0, station.cards[1])
        assert page.refused("card.everything") in {
            "card-removed",
            "card-reset",
            "not-shown",
            "not-this-card",
            "no-card",
        }
        assert page.refused("card.photo") in {"not-shown", "no-card"}
        heard(page, "card-inserted")
        shown = page.call("card.present", ticket="visit-2")
        assert shown["verification"]["genuine"]


def test_the_psams_reader_is_no_card_reader(station):
    station.world.insert(1, station.cards[0])
    station.world.insert(0, station.cards[1])
    with station.agent.page() as page:
        assert heard(page, "card-inserted")["reader"] == station.name(0)  # not the PSAM's
        shown = page.call("card.present", ticket="visit-1")
    assert shown["verification"]["genuine"]


def test_pcscd_that_dies_is_told_and_comes_back(station):
    station.world.insert(0, station.cards[0])
    with station.agent.page() as page:
        heard(page, "card-inserted")
        page.call("card.present", ticket="visit-1")
        station.world.restart_pcscd()
        heard(page, "service-lost")
        assert page.refused("card.photo") in {"not-shown", "no-service", "card-removed"}
        heard(page, "card-inserted")
        page.call("card.present", ticket="visit-2")
