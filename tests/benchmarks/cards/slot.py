"""A card in a slot of vpcd, in a process of its own: ``python -m tests.benchmarks.cards.slot``.

Two arguments: which card, and the slot's port. ``plain`` answers 9000 to everything: what is left
of an exchange when the card does nothing.
"""

import os
import sys
import threading

from hardware_sim.card.card import Card
from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.server import hold_slot
from tests.fixed_card import fixed_card


class PlainCard:
    """Says yes to everything."""

    atr = bytes.fromhex("3B 6D 00 00 00 81 4F 43 10 86 60 01 23 45 67 89 AB")

    def reset(self) -> None:
        pass

    def transmit(self, command: bytes) -> bytes:
        return b"\x90\x00"


def card(which: str) -> IntegratedCircuitCard:
    if which == "plain":
        return PlainCard()
    return Card(fixed_card(which), random=os.urandom)


if __name__ == "__main__":
    hold_slot(
        card(sys.argv[1]),
        "127.0.0.1",
        int(sys.argv[2]),
        inserted=lambda: print("inserted", flush=True),
        stop=threading.Event(),
    )
