"""Readers with cards in them, and all that may happen to both: what a desk sees of hardware.

The cards' memories are their files, written at every change: they outlive readers, pcscd and this
process, however it ends.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from hardware_sim.errors import SimulatorError
from hardware_sim.readers.chip import Chip
from hardware_sim.readers.errors import (
    CardElsewhereError,
    ForeignDaemonError,
    NoSlotError,
    SlotEmptyError,
    SlotTakenError,
    UnpluggedError,
)
from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.slot import Slot
from hardware_sim.readers.vpcd import VirtualReader

PATIENCE_SECONDS = 5.0  # a reader that runs notices within half a second

Failed = Callable[[int, SimulatorError], None]


class World:
    """Readers, numbered from 0, and the cards in them; used by one thread.

    *daemon* is the pcscd that they belong to, if it was started here. *failed* is told the slot
    whose card could not write its file. Leaving ``with`` takes all cards out.
    """

    def __init__(
        self,
        readers: Sequence[VirtualReader],
        *,
        host: str = "127.0.0.1",
        daemon: PrivatePcscd | None = None,
        failed: Failed = lambda slot, error: None,
    ) -> None:
        self.readers = tuple(readers)
        self._daemon = daemon
        self._failed = failed
        self._chips: dict[int, Chip] = {}
        self._slots = [
            Slot(host, reader.port, failed=partial(failed, i))
            for i, reader in enumerate(self.readers)
        ]

    @property
    def environment(self) -> Mapping[str, str]:
        """What a client's process needs to find the readers."""
        return {} if self._daemon is None else self._daemon.environment

    @property
    def pcscd_runs(self) -> bool | None:
        """Whether our pcscd lives; None where it is somebody else's."""
        return None if self._daemon is None else self._daemon.running

    def card(self, slot: int) -> Path | None:
        """The file of the card in a slot."""
        self._slot(slot)
        return self._chips[slot].path if slot in self._chips else None

    def noticed(self, slot: int) -> bool:
        """Whether pcscd knows now of the card in a slot."""
        return self._slot(slot).noticed

    def insert(self, slot: int, card: Path) -> float | None:
        """Put the card of a file in; seconds until pcscd noticed. None: it did not yet, but will
        when it runs and the slot is free."""
        self.put(slot, card)
        return self._seconds(lambda: self._slots[slot].wait_until_noticed(self._patience))

    def put(self, slot: int, card: Path) -> None:
        """The same without waiting."""
        place = self._slot(slot)
        if place.taken:
            raise SlotTakenError(slot)
        chip = self._load(slot, card)
        place.insert(chip)
        self._chips[slot] = chip

    def swap(self, slot: int, card: Path) -> None:
        """Another card in its place, faster than pcscd looks: it notices nothing."""
        place = self._slot(slot)
        if not place.taken:
            raise SlotEmptyError(slot)
        chip = self._load(slot, card)
        place.exchange(chip, PATIENCE_SECONDS)
        self._chips[slot] = chip

    def remove(self, slot: int) -> float | None:
        """Take a card out; seconds until pcscd noticed, None if it did not."""
        place = self._slot(slot)
        if not place.taken:
            raise SlotEmptyError(slot)
        del self._chips[slot]
        return self._seconds(lambda: place.remove(self._patience))

    def fault(self, slot: int, text: str) -> None:
        """Let a fault befall the card in a slot (hardware_sim.fault_names), until it comes out."""
        self._slot(slot)
        if slot not in self._chips:
            raise SlotEmptyError(slot)
        self._chips[slot].befall(text)

    def restart_pcscd(self) -> float | None:
        """Kill pcscd and start it with the same readers on the same socket; seconds until it has
        found every card, None if it has not yet."""
        daemon = self._own_daemon()
        return self._seconds(lambda: self._started(daemon, after=daemon.kill))

    def stop_pcscd(self) -> None:
        """End pcscd; the cards stay where they are."""
        self._own_daemon().stop()

    def start_pcscd(self) -> float | None:
        """Start it again; seconds until it has found every card, None if it has not yet."""
        daemon = self._own_daemon()
        return self._seconds(lambda: self._started(daemon, after=lambda: None))

    def unplug(self, reader: str) -> NoReturn:
        """Not to be had: pcscd reads its list of serial readers once, and vpcd never reports one
        as gone. Raises UnpluggedError."""
        raise UnpluggedError

    def wait_until_noticed(self) -> bool:
        """Wait for pcscd to find every card; False if it did not in time."""
        deadline = time.monotonic() + self._patience
        return all(
            self._slots[slot].wait_until_noticed(max(0, deadline - time.monotonic()))
            for slot in self._chips
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for slot in self._slots:
            slot.remove(0)
        self._chips.clear()

    @property
    def _patience(self) -> float:
        return 0 if self.pcscd_runs is False else PATIENCE_SECONDS

    def _slot(self, slot: int) -> Slot:
        if not 0 <= slot < len(self._slots):
            raise NoSlotError(slot, len(self._slots))
        return self._slots[slot]

    def _load(self, slot: int, card: Path) -> Chip:
        for other, chip in self._chips.items():
            if os.path.realpath(chip.path) == os.path.realpath(card):
                raise CardElsewhereError(card, other)
        return Chip(card, failed=partial(self._failed, slot))

    def _own_daemon(self) -> PrivatePcscd:
        if self._daemon is None:
            raise ForeignDaemonError
        return self._daemon

    def _seconds(self, done: Callable[[], bool]) -> float | None:
        start = time.monotonic()
        return time.monotonic() - start if done() else None

    def _started(self, daemon: PrivatePcscd, *, after: Callable[[], None]) -> bool:
        after()
        daemon.start()
        return self.wait_until_noticed()


@contextmanager
def private_world(
    readers: int, *, socket_path: Path | None = None, failed: Failed = lambda slot, error: None
) -> Iterator[World]:
    """A world with a pcscd of its own (Linux), at least that many readers and no card yet.

    Raises MissingPartError or DaemonError.
    """
    with (
        tempfile.TemporaryDirectory(prefix="onecard-readers-") as folder,
        PrivatePcscd(Path(folder), readers=readers, socket_path=socket_path) as daemon,
        World(daemon.readers, daemon=daemon, failed=failed) as world,
    ):
        yield world
