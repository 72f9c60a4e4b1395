"""A card that begins anew at every reset, its chance too, in a process of its own.

``python -m tests.benchmarks.cards.repeating FILE SEED [PORT]``: the card of FILE in the slot of
vpcd with this port; without one, over TCP, and its address is the first line. The same commands get
the same answers, so that a conversation can be had twice.
"""

import sys
import threading
from pathlib import Path

from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from hardware_sim.server import CardServer, hold_slot
from hardware_sim.storage import CardFile
from tests.desk import counter_bytes


class RepeatingCard:
    """The same card, put in for the first time, again and again."""

    def __init__(self, persistent: Persistent, seed: int) -> None:
        self._persistent, self._seed = persistent, seed
        self.reset()

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def reset(self) -> None:
        self._card = Card(self._persistent, random=counter_bytes(self._seed))

    def transmit(self, command: bytes) -> bytes:
        return self._card.transmit(command)


def main(file: str, seed: str, port: str | None = None) -> None:
    card = RepeatingCard(CardFile(Path(file)).load(), int(seed))
    if port is None:
        with CardServer(card, "127.0.0.1", 0) as server:
            print(f"127.0.0.1:{server.port}", flush=True)
            server.serve_forever()
        return
    inserted = lambda: print("inserted", flush=True)  # noqa: E731
    hold_slot(card, "127.0.0.1", int(port), inserted=inserted, stop=threading.Event())


if __name__ == "__main__":
    main(*sys.argv[1:])
