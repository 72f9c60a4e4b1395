"""A counter's bad days, as a script: every kind of event at its readers, and what is to be seen.

After each event the watch shows what is there, the events that it told lead to the same, and a
conversation with a card meets that card and no other. Figures say how long it took to be seen.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardware_sim import factory
from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.vpcd import SLOTS_PER_DEVICE
from hardware_sim.readers.world import World
from hardware_sim.storage import CardFile, load_card
from reader.card_profile.profiles import PROFILES
from reader.conversation import Limits
from reader.errors import ReaderError
from reader.line_errors import CardSilentError
from reader.pcsc import PcscTransport, reader_names
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
POLL_SECONDS = 0.5  # pcscd's own look is a little shorter
QUICK = Limits(exclusive=0.5, access=3.0, answer=0.4)
EVERY_DAY = ("insert", "remove", "quick tap", "two at once")
HOSTILE = (
    "truncate=1:1",
    "truncate=2:1",
    "lengthen=1:300",
    "lengthen=1:4000",
    "wrong-sw=1:6F00",
    "mute=1",
    "cut-after-command=1",
)


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


class ReaderScript:
    """Events at the readers of *world*, whose pcscd is *daemon*, as *chance* has it."""

    def __init__(
        self, world: World, daemon: PrivatePcscd, watch: Watch, folder: Path, *, seed: int
    ) -> None:
        self.world, self.daemon, self.watch = world, daemon, watch
        self.chance = random.Random(seed)  # noqa: S311  # no secret: a script
        self.chips = make_chips(folder)
        self.inside: dict[int, Chip] = {}
        self.slots = min(SLOTS, len(world.readers))
        self.all_readers = list(daemon.readers)
        self.configuration = daemon.socket_path.parent / "reader.conf.d" / "vpcd"
        self.screen = Screen()
        self.counts: Counter[str] = Counter()
        self.longest: dict[str, float] = {}
        self.reads = self.told = 0
        self.acts: dict[str, Callable[[], None]] = {
            "insert": self.insert,
            "remove": self.remove,
            "quick tap": self.quick_tap,
            "two at once": self.two_at_once,
            "swap unnoticed": self.swap,
            "swap in a conversation": self.swap_in_a_conversation,
            "removal in a conversation": self.remove_in_a_conversation,
            "pcscd killed": self.kill,
            "pcscd killed in a conversation": self.kill_in_a_conversation,
            "pcscd stopped and started": self.stop_and_start,
            "reader gone and back": self.unplug,
            "slow card": self.slow,
            "hostile answer": self.hostile,
        }

    def run(self, events: int, *, also: tuple[str, ...] = ()) -> dict[str, Any]:
        """At least that many events, each kind at least once; the figures. Raises StaleError."""
        kinds = [*self.acts, *also]
        acts = self.acts | {"pcscd frozen": self.freeze}
        order = list(kinds)
        self.chance.shuffle(order)
        self.settle("beginning")
        while self.counts.total() < events or order:
            kind = order.pop() if order else self.chance.choice([*kinds, *3 * EVERY_DAY])
            acts[kind]()
            self.settle(kind)
            if self.inside:
                self.read(self.chance.choice(list(self.inside)))
        return self.figures()

    def figures(self) -> dict[str, Any]:
        """What was done, and how long at most it took until it was seen."""
        return {
            "events": self.counts.total(),
            "reads": self.reads,
            "told": self.told,
            "longest_seconds": round(max(self.longest.values()), 2),
            "longest_of": max(self.longest, key=lambda kind: self.longest[kind]),
            "kinds": dict(sorted(self.counts.items())),
        }

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

    # --- what happens -------------------------------------------------------------------------

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

    def quick_tap(self) -> None:
        """Out, and another one in, faster than anybody could look twice."""
        slot = self.filled()
        other = self.spare()
        self.take(slot)
        self.put(slot, other)
        self.world.wait_until_noticed()

    def two_at_once(self) -> None:
        """Two people at two readers."""
        for slot in self.chance.sample(range(self.slots), 2):
            if slot in self.inside:
                self.take(slot)
            else:
                self.put(slot, self.spare())
        self.world.wait_until_noticed()

    def swap(self) -> None:
        """Another card in its place, unnoticed: the next conversation shows what it is."""
        slot = self.filled()
        self.exchange(slot)
        self.read(slot)

    def swap_in_a_conversation(self) -> None:
        slot = self.filled()
        before = self.inside[slot]
        with self.conversation(slot) as transport:
            transport.transmit(GET_CHIP)
            self.exchange(slot)
            with suppress(ReaderError):
                if transport.transmit(GET_CHIP) == before.cplc:
                    raise StaleError("a card that is gone still answers")
        self.read(slot)

    def remove_in_a_conversation(self) -> None:
        slot = self.filled()
        with self.conversation(slot) as transport:
            transport.transmit(GET_CHIP)
            self.take(slot)
            self.must_fail(transport)
        time.sleep(POLL_SECONDS)  # before another comes: see `docs/readers.md`, oddities

    def kill(self) -> None:
        self.counts["pcscd killed"] += 1
        self.world.restart_pcscd()

    def kill_in_a_conversation(self) -> None:
        slot = self.filled()
        with self.conversation(slot) as transport:
            transport.transmit(GET_CHIP)
            self.counts["pcscd killed in a conversation"] += 1
            self.world.restart_pcscd()
            self.must_fail(transport)

    def stop_and_start(self) -> None:
        self.counts["pcscd stopped"] += 1
        self.world.stop_pcscd()
        self.settle("pcscd stopped")
        self.counts["pcscd started"] += 1
        self.world.start_pcscd()

    def unplug(self) -> None:
        """The last device of the four readers goes, with the cards in it, and comes back."""
        left = self.slots - SLOTS_PER_DEVICE
        entries = self.configuration.read_text(encoding="ascii")
        self.world.stop_pcscd()
        for slot in [slot for slot in self.inside if slot >= left]:
            self.take(slot)
        keep = entries.split("FRIENDLYNAME")[: left // SLOTS_PER_DEVICE + 1]
        self.start_with(left, "FRIENDLYNAME".join(keep))
        self.counts["reader gone"] += 1
        self.settle("reader gone")
        self.world.stop_pcscd()
        self.start_with(len(self.all_readers), entries)
        self.counts["reader back"] += 1

    def start_with(self, readers: int, entries: str) -> None:
        """Start pcscd with so many readers."""
        self.configuration.write_text(entries, encoding="ascii")
        self.daemon.readers = self.all_readers[:readers]
        self.world.start_pcscd()

    def slow(self) -> None:
        """A card that takes longer than its limit; then it is taken out."""
        slot = self.filled()
        with self.conversation(slot) as transport:
            self.world.fault(slot, "slow=0.7")
            self.counts["slow card"] += 1
            try:
                transport.transmit(GET_CHIP)
            except CardSilentError:
                pass
            else:
                raise StaleError("a card that is too slow was waited for")
        self.settled_threads(slot)
        self.take(slot)
        time.sleep(POLL_SECONDS)

    def hostile(self) -> None:
        """An answer that is none: an error of ours, and the next conversation is well."""
        slot = self.filled()
        fault = self.chance.choice(HOSTILE)
        with self.conversation(slot) as transport:
            self.world.fault(slot, fault)
            self.counts[f"hostile {fault.partition('=')[0]}"] += 1
            for _ in range(2):
                with suppress(ReaderError):
                    answer = transport.transmit(GET_CHIP)
                    if not 2 <= len(answer) <= 258:
                        raise StaleError(f"{len(answer)} bytes came through")
        self.settled_threads(slot)
        self.take(slot)  # it comes back well
        time.sleep(POLL_SECONDS)

    def freeze(self) -> None:
        """pcscd hangs: nothing is known then, and nobody waits for it."""
        self.counts["pcscd frozen"] += 1
        self.daemon.freeze()
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while self.watch.snapshot().service:
                self.hear()
                if time.monotonic() > deadline:
                    raise StaleError("a service that hangs counts as one that answers")
            with suppress(ReaderError):
                reader_names()
        finally:
            self.daemon.thaw()
        self.counts["pcscd thawed"] += 1

    # --- hands --------------------------------------------------------------------------------

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


def run_script(
    world: World, daemon: PrivatePcscd, folder: Path, *, seed: int, events: int, **options: Any
) -> dict[str, Any]:
    """The whole of it; the readers are left as they were found."""
    configuration = daemon.socket_path.parent / "reader.conf.d" / "vpcd"
    readers, entries = daemon.readers, configuration.read_text(encoding="ascii")
    try:
        with Watch() as watch:
            script = ReaderScript(world, daemon, watch, folder, seed=seed)
            return script.run(events, **options)
    finally:
        if daemon.readers != readers:
            daemon.stop()
        configuration.write_text(entries, encoding="ascii")
        daemon.readers = readers
        if not daemon.running:
            daemon.start()
