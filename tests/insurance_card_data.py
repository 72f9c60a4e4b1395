"""A counter with real cards, whose holders have decided matters: what they put onto the cards."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from api.services import book
from api.services.card_data import waiting, writing
from api.services.card_data.waiting import Waiting
from api.services.matters.models import Matter
from api.services.matters.states import State
from api.services.people import registry
from hardware_sim.card.card import Card as Chip
from issuance import cards
from issuance.counter import tickets
from issuance.models import Card
from reader.data_items import from_bytes
from reader.data_items_json import to_json
from reader.item_codecs import is_blank
from tests.agent_at_work import Agent, Page, agent
from tests.card_table import CardTable
from tests.counter_world import CounterWorld, served_world
from tests.insurance import CLERK, COUNTY, NOW, furnish

PIN = "123456"
# A test has no hands: so that the agent does not take it for a flood, its time runs faster.
HURRY, SECONDS = 20, 400


@dataclass
class CardDataDesk:
    """A desk with its agent and a page, and the holders of the world's cards as insured people."""

    world: CounterWorld
    table: CardTable
    agent: Agent
    page: Page

    def card(self, which: int = 0) -> Card:
        """A card of the book."""
        found: Card = self.world.look(lambda s: cards.get(s, self.world.numbers[which]))
        return found

    def decided(self, *data: tuple[str, Mapping[str, Any]], which: int = 0) -> str:
        """A matter of the card's holder was decided, with these groups and items; its name."""
        matter, person = tickets.new_id(self.world.random), self.card(which).social_security_number
        self.world.clock.at += _STEP

        row = decided_matter(matter, person, *data, at=self.world.clock.at)
        self.world.change(lambda s: s.add(row))
        return matter

    def waiting(self, which: int = 0) -> list[Waiting]:
        """What a card lacks."""
        card = self.card(which)
        found: list[Waiting] = self.world.look(lambda s: waiting.waiting(s, card))
        return found

    def visit(self, which: int = 0) -> str:
        """The card lies on the reader, and is shown in a new visit."""
        self.table.put(self.chip(which))
        self.agent.desk.left()  # what the reader says when a card goes
        visit = self.world.visit()
        shown = self.page.call("card.present", ticket=visit)
        assert shown["verification"]["verdict"] == "genuine"
        return visit

    def begin(self, visit: str, group: str, *, ticket: str | None = None) -> str:
        """Begin to write what waits of a group; the ticket."""
        name = ticket or tickets.new_id(self.world.random)
        at = self.world.clock.at
        self.world.change(lambda s: writing.begin(s, name, visit=visit, group=group, at=at))
        return name

    def write_all(self, visit: str) -> list[dict[str, Any]]:
        """Begin all that waits, and let the agent do it; what it answers."""
        at, name = self.world.clock.at, tickets.new_id(self.world.random)
        begun = self.world.change(
            lambda s: [one.id for one in writing.begin_all(s, name, visit=visit, at=at)]
        )
        return [self.page.call("card.do", ticket=ticket) for ticket in begun]

    def chip(self, which: int = 0) -> Chip:
        """The chip itself."""
        return self.world.chips[which]

    def records(self, group: str, which: int = 0) -> list[bytes]:
        """What the file of a group holds, read by its holder's PIN at another reader."""
        session = self.world.session(self.chip(which))
        session.verify_pin(PIN)
        application, _, name = group.partition(".")
        place = session.profile.application(application)
        return session.read_records(place, place.file_named(name))

    def read(self, group: str, which: int = 0) -> Any:
        """The same as JSON: an object, or of a cyclic file a list, the newest first."""
        session = self.world.session(self.chip(which))
        session.verify_pin(PIN)
        application, _, name = group.partition(".")
        place = session.profile.application(application)
        file = place.file_named(name)
        if file.slots:
            return to_json(session.read(file.holds))
        found = session.read_records(place, file)
        return [to_json(from_bytes(file.holds, one)) for one in found if not is_blank(one)]


_STEP = timedelta(seconds=1)


def decided_matter(
    matter: str, person: str, *data: tuple[str, Mapping[str, Any]], at: datetime
) -> Matter:
    """A matter of somebody that was decided; *data* are for his card, by group."""
    return Matter(
        id=matter,
        kind="old_age.retire",
        person=person,
        state=State.DECIDED.value,
        region="430102",
        received_at_office=COUNTY,
        responsible=COUNTY,
        office=COUNTY,
        given={},
        received_at=at,
        received_by=CLERK,
        decided_at=at,
        decided_by=CLERK,
        says=[],
        card_data=[
            {
                "application": group.partition(".")[0],
                "group": group.partition(".")[2],
                "items": dict(items),
            }
            for group, items in data
        ],
    )


@contextmanager
def card_data_desk(folder: Path, profile: str = "v3.00") -> Iterator[CardDataDesk]:
    """A desk in *folder*; its issuer's cards are of that profile."""
    with served_world(folder, profile) as world:
        book.prepare(world.office.engine)
        world.change(furnish)
        for number in world.numbers:
            world.change(lambda s, one=number: _register(s, one))
        table = CardTable()
        with (
            agent(
                place=table,
                server=world.server(),
                random=world.random,
                seconds=SECONDS,
                clock=lambda: time.monotonic() * HURRY,
            ) as running,
            running.page() as page,
        ):
            yield CardDataDesk(world, table, running, page)


def _register(session: Session, number: str) -> None:
    person = cards.get(session, number).social_security_number
    category = None if int(person[16]) % 2 else "female50"
    registry.register(session, person, "张伟文", office=COUNTY, category=category, by=CLERK, at=NOW)
