"""How soon a counter reads again: pcscd killed and started, and its reader gone and back.

Counted from the death of the service, or from the start of the one that has the reader again, to
the holder's name in hand: the watch finds the card, a new connection reads it. The limit is the
published one. In a process of its own: libpcsclite remembers the first service that it meets.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hardware_sim.readers.private_pcscd import PrivatePcscd
from hardware_sim.readers.vpcd import SLOTS_PER_DEVICE, VirtualReader
from hardware_sim.readers.world import World
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.connect import connect
from reader.errors import ReaderError
from reader.reader_events import CardInserted
from reader.session import CardSession
from reader.watch import RECOVERY_SECONDS, Watch
from tests.benchmarks.figure import Figure
from tests.fixed_card import fixed_card_file

TURNS = 8
PATIENCE_SECONDS = 30.0
READERS, SLOT = 4, 2  # a card in the second device


def recovery() -> None:
    """Prints the figures."""
    subprocess.run([sys.executable, "-m", "tests.benchmarks.counter_recovery"], check=True)


def measure() -> None:
    """The same, in this process."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory(prefix="onecard-") as place,
        PrivatePcscd(Path(place), readers=READERS) as daemon,
        World(daemon.readers, daemon=daemon) as world,
    ):
        os.environ.update(daemon.environment)
        world.insert(SLOT, fixed_card_file(Path(folder)))
        reader = world.readers[SLOT].name
        with Watch() as watch:
            read_again(watch, reader)
            show("pcscd killed", [killed(watch, daemon, reader) for _ in range(TURNS)])
            plug = Plug(daemon, Path(place) / "reader.conf.d" / "vpcd")
            show("reader back", [back(watch, plug, reader) for _ in range(TURNS)])


def killed(watch: Watch, daemon: PrivatePcscd, reader: str) -> float:
    """Seconds from the kill to the next read."""
    begun = time.monotonic()
    daemon.kill()
    daemon.start()
    return read_again(watch, reader) - begun


def back(watch: Watch, plug: "Plug", reader: str) -> float:
    """Seconds from the start of a service with the reader to the next read."""
    plug.out()
    while reader in watch.snapshot().readers or not watch.snapshot().service:
        watch.next(0.01)
    begun = time.monotonic()
    plug.back()
    return read_again(watch, reader) - begun


class Plug:
    """The last device of pcscd: out and back, each time with a new start (vpcd cannot else)."""

    def __init__(self, daemon: PrivatePcscd, configuration: Path) -> None:
        self._daemon, self._configuration = daemon, configuration
        self._readers = list(daemon.readers)
        self._entries = configuration.read_text(encoding="ascii")

    def out(self) -> None:
        """pcscd without it."""
        *before, _ = self._entries.split("FRIENDLYNAME")
        self._start(self._readers[:-SLOTS_PER_DEVICE], "FRIENDLYNAME".join(before))

    def back(self) -> None:
        """pcscd with all."""
        self._start(self._readers, self._entries)

    def _start(self, readers: list[VirtualReader], entries: str) -> None:
        self._daemon.stop()
        self._configuration.write_text(entries, encoding="ascii")
        self._daemon.readers = readers
        self._daemon.start()


def read_again(watch: Watch, reader: str) -> float:
    """Wait for the card to be told of, and read its holder: when that was done."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    for event in watch.events(PATIENCE_SECONDS):
        if isinstance(event, CardInserted) and event.reader == reader and read(reader):
            return time.monotonic()
        if time.monotonic() > deadline:
            break
    raise TimeoutError("the card did not come back")


def read(reader: str) -> bool:
    """Whether the basics could be read."""
    try:
        with connect(reader=reader) as transport:
            session = CardSession(transport)
            return bool(session.read(CardIssuer).card_number and session.read(CardHolder).name)
    except ReaderError:
        return False  # told of once more, if it is there


def show(case: str, seconds: list[float]) -> None:
    """The longest, beside the limit."""
    longest = max(seconds)
    Figure(
        bench="counter",
        case="recovery",
        value=round(longest, 2),
        unit=f"s from {case} to the next card read, longest of {len(seconds)}",
        ratio=round(longest / RECOVERY_SECONDS, 2),
        of=f"the published {RECOVERY_SECONDS:g} s",
    ).show()


if __name__ == "__main__":
    measure()
