"""An agent, and cards that were made with the issuer who made them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from hardware_sim.card.card import Card
from issuance.station import MadeCard
from tests.agent_at_work import Agent, agent
from tests.card_table import CardTable
from tests.desk import Desk
from tests.issuer_at_hand import IssuerAtHand


@dataclass
class Counter:
    """An issuer and the cards on its table."""

    desk: Desk
    server: IssuerAtHand
    table: CardTable
    made: dict[int, MadeCard] = field(default_factory=dict)

    def card(self, serial: int = 1) -> Card:
        """A personalized card of this issuer."""
        card = self.desk.blank(serial)
        self.made[serial] = self.desk.make(card, self.desk.job(serial))
        return card


@pytest.fixture
def running() -> Iterator[Agent]:
    """An agent without a card, whom a page may ask."""
    with agent() as started:
        yield started


@pytest.fixture(scope="session")
def issuers(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Desk]:
    """An issuer by profile; its keys take longest to make."""
    made: dict[str, Desk] = {}

    def issuer(profile: str) -> Desk:
        if profile not in made:
            folder: Path = tmp_path_factory.mktemp("issuer")
            made[profile] = Desk.open(folder, profile)
        return made[profile]

    return issuer


@pytest.fixture
def counter_of(issuers: Callable[[str], Desk]) -> Callable[[str], Counter]:
    """A counter of an issuer with that profile, a card on its table."""

    def counter(profile: str) -> Counter:
        desk = issuers(profile)
        found = Counter(desk, IssuerAtHand(desk.store), CardTable())
        found.table.put(found.card())
        return found

    return counter


@pytest.fixture
def counter(counter_of: Callable[[str], Counter]) -> Counter:
    """The same for version 3.00."""
    return counter_of("v3.00")
