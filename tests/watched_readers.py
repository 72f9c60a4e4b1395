"""Readers under a watch, and the hands that put cards in and take them out.

What is there is known here: the watch must show it, its events lead to it, and a conversation with
a card meet that card and no other.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from hardware_sim import factory
from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.world import World
from hardware_sim.storage import CardFile, load_card
from reader.card_profile.profiles import PROFILES
from reader.conversation import Limits
from reader.errors import ReaderError
from reader.pcsc import PcscTransport
from reader.reader_events import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderEvent,
    ReaderRemoved,
    ServiceFound,
    ServiceLost,
)
from reader.watch import Watch

GET_CHIP = bytes.fromhex("80CA9F7F2D")  # GET DATA, CPLC: each chip has its own
SLOTS, CARDS = 4, 5
PATIENCE_SECONDS = 30.0
QUICK = Limits(exclusive=0.5, access=3.0, answer=0.4)


class StaleError(AssertionError):
    """Something else was seen than what is there."""


@dataclass
class Screen:
    """What somebody knows who only hears the events."""

    service: bool | None = None
    cards: dict[str, bytes | None] = field(default_factory=dict)

    def hear(self, event: ReaderEvent) -> None:
        match event:
            case ServiceFound() | ServiceLost():
                self._must(self.service is not isinstance(event, ServiceFound), event)
                self._must(not self.cards, event)
                self.service = isinstance(event, ServiceFound)
            case ReaderAdded(reader):
                self._must(reader not in self.cards, event)
                self.cards[reader] = None
            case ReaderRemoved(reader):
                self._must(self.cards.pop(reader, b"") is None, event)
            case CardInserted(reader, atr):
                self._must(self.cards.get(reader, b"") is None, event)
                self.cards[reader] = atr
            case CardRemoved(reader):
                self._must(self.cards.get(reader) is not None, event)
                self.cards[reader] = None

    def _must(self, fits: bool, event: ReaderEvent) -> None:
        if not fits:
            raise StaleError(f"{event} after {self}")


@dataclass(frozen=True)
class Chip:
    """A card's file, and what only this card says."""

    path: Path
    atr: bytes
    cplc: bytes


def make_chips(folder: Path) -> list[Chip]:
    """Blanks with T=0 and T=1, each with its own serial number."""
    chips = []
    for number in range(CARDS):
        path = folder / f"card{number}.json"
        profile = PROFILES["international" if number % 2 else "v3.00"]
        serial = bytes((0xA0, 0, 0, 0, 0, number))
        CardFile(path).create(
            factory.blank(profile, serial=serial, keys=lambda _: factory.test_keys())
        )
        card = load_card(path)
        chips.append(Chip(path, card.atr, card.transmit(GET_CHIP)))
    return chips


class WatchedReaders:
    """Four readers of *world*, whose pcscd is *daemon*; *chance* chooses slots and cards."""

    def __init__(
        self,
        world: World,
        daemon: PrivatePcscd,
        watch: Watch,
        folder: Path,
        *,
        chance: random.Random,
    ) -> None:
        self.world, self.daemon, self.watch, self.chance = world, daemon, watch, chance
        self.chips = make_chips(folder)
        self.inside: dict[int, Chip] = {}
        self.slots = min(SLOTS, len(world.readers))
        self.screen = Screen()
        self.counts: Counter[str] = Counter()
        self.longest: dict[str, float] = {}
        self.reads = self.told = 0

    # --- what must be seen --------------------------------------------------------------------

    def expected(self) -> tuple[bool, dict[str, bytes | None]]:
        """What is there."""
        if not self.world.pcscd_runs:
            return False, {}
        names = {reader.name: None for reader in self.daemon.readers}
        inside = {self.name(slot): chip.atr for slot, chip in self.inside.items()}
        return True, names | inside

    def settle(self, kind: str) -> None:
        """Wait until snapshot and events show what is there. StaleError if they never do."""
        begun = time.monotonic()
        while True:
            self.hear()
            seen = self.watch.snapshot()
            now = (seen.service, dict(seen.cards))
            if now == self.expected() == (self.screen.service, self.screen.cards):
                break
            if time.monotonic() > begun + PATIENCE_SECONDS:
                raise StaleError(f"{kind}: {now}, told {self.screen}, there {self.expected()}")
        self.longest[kind] = max(self.longest.get(kind, 0.0), time.monotonic() - begun)

    def hear(self) -> None:
        """What was told since."""
        for event in self.watch.events(0.01):
            self.told += 1
            self.screen.hear(event)

    def read(self, slot: int) -> None:
        """A conversation with a card: it is the one in the slot, and no other."""
        with self.conversation(slot) as transport:
            if transport.transmit(GET_CHIP) != self.inside[slot].cplc:
                raise StaleError(f"{slot}: another chip than the one in it")
            if transport.atr != self.inside[slot].atr:
                raise StaleError(f"{slot}: an ATR of another card")
        self.reads += 1

    @contextmanager
    def conversation(self, slot: int, limits: Limits = QUICK) -> Iterator[PcscTransport]:
        """As soon as the reader is ready: pcscd may still be about to power the card."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                transport = PcscTransport(self.name(slot), limits=limits)
                break
            except ReaderError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        with transport:
            yield transport

    # --- hands --------------------------------------------------------------------------------

    def insert(self) -> None:
        if (slot := self.pick(free=True)) is None:
            self.remove()
            slot = self.pick(free=True)
        assert slot is not None
        self.put(slot, self.spare())
        self.world.wait_until_noticed()

    def remove(self) -> None:
        slot = self.filled()
        self.take(slot)

    def name(self, slot: int) -> str:
        return self.world.readers[slot].name

    def pick(self, *, free: bool) -> int | None:
        slots = [slot for slot in range(self.slots) if (slot not in self.inside) is free]
        return self.chance.choice(slots) if slots else None

    def filled(self) -> int:
        """A slot with a card, put in if there is none."""
        if (slot := self.pick(free=False)) is None:
            self.insert()
            self.settle("insert")
            slot = self.pick(free=False)
        assert slot is not None
        return slot

    def spare(self) -> Chip:
        outside = [chip for chip in self.chips if chip not in self.inside.values()]
        return self.chance.choice(outside)

    def put(self, slot: int, chip: Chip) -> None:
        self.counts["insert"] += 1
        self.world.put(slot, chip.path)
        self.inside[slot] = chip

    def take(self, slot: int) -> None:
        self.counts["remove"] += 1
        self.world.remove(slot)
        del self.inside[slot]

    def exchange(self, slot: int) -> None:
        other = self.spare()
        self.counts["swap"] += 1
        self.world.swap(slot, other.path)
        self.inside[slot] = other

    def must_fail(self, transport: PcscTransport) -> None:
        """Twice: what is broken stays broken."""
        for _ in range(2):
            with suppress(ReaderError):
                transport.transmit(GET_CHIP)
                raise StaleError("a conversation went on after its card or service had gone")

    def settled_threads(self, slot: int) -> None:
        """Wait for a call that was given up: its card stays in the slot as long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        name = f"card in {self.name(slot)}"
        while any(thread.name == name for thread in threading.enumerate()):
            if time.monotonic() > deadline:
                raise StaleError("a call that was given up never ended")
            time.sleep(0.01)
