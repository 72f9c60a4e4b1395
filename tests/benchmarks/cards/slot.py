"""A card in a slot of vpcd that is in turns two cards: ``python -m tests.benchmarks.cards.slot``.

Two arguments: the profile of the one, and the slot's port. The other answers 9000 to everything:
what is left of an exchange when the card does nothing. Both are held by one process in one slot,
for where a system lets a process run makes more of a difference than what a card does: the same
card takes 95 microseconds a command in one slot and 200 in the next.
"""

import os
import sys
import threading

from hardware_sim.card.card import Card
from hardware_sim.server import hold_slot
from tests.fixed_card import fixed_card

TURN = 100  # commands


class TakingTurns:
    """The simulated card for a turn, and yes to everything for the next."""

    def __init__(self, card: Card) -> None:
        self._card, self._count = card, 0

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def reset(self) -> None:
        self._card.reset()
        self._count = 0

    def transmit(self, command: bytes) -> bytes:
        self._count += 1
        if (self._count - 1) // TURN % 2:
            return b"\x90\x00"
        return self._card.transmit(command)


if __name__ == "__main__":
    hold_slot(
        TakingTurns(Card(fixed_card(sys.argv[1]), random=os.urandom)),
        "127.0.0.1",
        int(sys.argv[2]),
        inserted=lambda: print("inserted", flush=True),
        stop=threading.Event(),
    )
