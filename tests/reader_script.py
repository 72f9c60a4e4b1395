"""A counter's bad days, as a script: every kind of event at its readers, and what is to be seen.

After each event the readers are looked at (`tests.watched_readers`). Figures say how long it took
to be seen.
"""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.vpcd import SLOTS_PER_DEVICE
from hardware_sim.readers.world import World
from reader.errors import ReaderError
from reader.line_errors import CardSilentError
from reader.pcsc import reader_names
from reader.watch import Watch
from tests.watched_readers import GET_CHIP, PATIENCE_SECONDS, StaleError, WatchedReaders

POLL_SECONDS = 0.5  # pcscd's own look is a little shorter
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


class ReaderScript(WatchedReaders):
    """Events at the readers of *world*, whose pcscd is *daemon*, as chance has it."""

    def __init__(
        self, world: World, daemon: PrivatePcscd, watch: Watch, folder: Path, *, seed: int
    ) -> None:
        chance = random.Random(seed)  # noqa: S311  # no secret: a script
        super().__init__(world, daemon, watch, folder, chance=chance)
        self.all_readers = list(daemon.readers)
        self.configuration = daemon.socket_path.parent / "reader.conf.d" / "vpcd"
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

    # --- what happens -------------------------------------------------------------------------

    def quick_tap(self) -> None:
        """Out, and another one in, faster than anybody could look twice. pcscd may miss it, as it
        misses a swap: then the next conversation shows what is there."""
        slot = self.filled()
        other = self.spare()
        self.take(slot)
        self.put(slot, other)
        self.world.wait_until_noticed()
        self.read(slot)

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
