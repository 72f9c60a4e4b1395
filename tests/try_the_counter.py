"""The clerk's desk on simulated cards, for a person with a browser: ``make counter``.

Service, agent and pcscd are real, in processes of their own and a folder that is thrown away; cards
go in and out by what is typed here. The insurances are there: offices, invented parameters, and
three insured holders.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hardware_sim.errors import SimulatorError
from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World
from tests import live_insurance
from tests.live_counter import CLERK, HOLDERS, LiveCounter, live_counter
from tests.staff import PASSWORD

REVIEWER = "Wu"
STORIES = (
    "who reaches the age of retirement and paid for twenty years",
    "who lost his job last month after twenty years; takes orders of a platform beside",
    "who delivers meals, insured by her orders",
)
HELP = """
  put 1, put 2, put 3    a card into the reader; put copy: the first one's data on another chip
  out                    take it out
  code [NAME]            the next one-time code, of the clerk or of NAME
  type TEXT              answer the agent's terminal, where it asks for a PIN (the first: 123456)
  quit
"""


@dataclass
class Desk:
    """What a person may do beside the page."""

    counter: LiveCounter
    world: World

    def put(self, what: str) -> str:
        """A card into the reader."""
        card = self.counter.copied if what == "copy" else self.counter.card(int(what) - 1)
        self.world.insert(0, card)
        return f"{card.stem} is in the reader"

    def out(self, _what: str) -> str:
        """The card out of it."""
        self.world.remove(0)
        return "the reader is empty"

    def code(self, what: str) -> str:
        """A one-time code; each is good once."""
        return self.counter.proof(what or CLERK)["code"]

    def type(self, what: str) -> str:
        """A line on the agent's terminal."""
        agent = self.counter.agent
        if agent is None:
            return "the agent is gone"
        agent.answer(b"", what, after=0)
        return "typed"

    def do(self, line: str) -> str:
        """One line that was typed; what came of it."""
        verb, _, rest = line.strip().partition(" ")
        verbs: dict[str, Callable[[str], str]] = {
            "put": self.put,
            "out": self.out,
            "code": self.code,
            "type": self.type,
        }
        try:
            return verbs[verb](rest.strip())
        except (KeyError, ValueError, OSError):
            return HELP
        except SimulatorError as error:
            return f"{error}"


def main() -> None:
    """Until somebody says quit."""
    print("Cards are made, service and agent are started …")
    with tempfile.TemporaryDirectory(prefix="onecard-") as name:
        place = Path(name)
        (place / "counter").mkdir()
        with (
            PrivatePcscd(place, readers=2, socket_path=place / "socket") as daemon,
            World(daemon.readers, daemon=daemon) as world,
            live_counter(place / "counter", daemon.environment) as counter,
        ):
            live_insurance.prepare(counter, with_courier=True)
            live_insurance.hire(counter, REVIEWER)
            desk = Desk(counter, world)
            print(f"\n  {counter.origin}/console/{counter.launch}")
            for name in (CLERK, REVIEWER):
                print(f"  name {name}, password {PASSWORD!r}, code {desk.code(name)}")
            print(f"  the book: ONECARD_DATABASE={place}/counter/book.sqlite3")
            for number, (name, story) in enumerate(zip(HOLDERS, STORIES, strict=True), 1):
                print(f"  card {number}: {name}, {story}")
            print(HELP)
            while True:
                try:
                    line = input("> ")
                except (EOFError, KeyboardInterrupt):
                    break
                if line.strip() == "quit":
                    break
                if line.strip():
                    print(desk.do(line))


if __name__ == "__main__":
    main()
