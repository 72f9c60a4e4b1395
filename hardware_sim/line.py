"""How long exchanges take on the wire, reckoned without waiting.

What the card itself needs, to compute and to write, no standard gives: it is nothing, or a table.
Contacts are in `hardware_sim.line_contacts`, the field in `hardware_sim.line_contactless`, and
`hardware_sim.line_names` knows both by name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hardware_sim.icc import IntegratedCircuitCard

NO_TIME: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True)
class Usage:
    """What went over a line: bytes as they are on the wire, with all that frames them."""

    commands: int = 0  # APDUs
    bytes_to_card: int = 0
    bytes_from_card: int = 0
    blocks: int = 0  # of both directions: blocks or frames; with T=0, its TPDUs
    seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.commands + other.commands,
            self.bytes_to_card + other.bytes_to_card,
            self.bytes_from_card + other.bytes_from_card,
            self.blocks + other.blocks,
            self.seconds + other.seconds,
        )


class Line(Protocol):
    """What carries commands and answers."""

    def activation(self, atr: bytes) -> Usage:
        """From power to the first command."""

    def exchange(self, command: bytes, answer: bytes) -> Usage:
        """From the first bit of *command* until the next may start, the card taking no time."""


def reckon(
    line: Line,
    exchanges: Iterable[tuple[bytes, bytes]],
    *,
    card_milliseconds: Mapping[int, int] = NO_TIME,
) -> Usage:
    """All *exchanges* (command, answer) on *line*; a card's own time is given by INS."""
    used = Usage()
    for command, answer in exchanges:
        own = card_milliseconds.get(command[1], 0) if len(command) > 1 else 0
        used += line.exchange(command, answer) + Usage(seconds=own / 1000)
    return used


class Metered:
    """A card on *line*; *report* is told at every reset what went over it before."""

    def __init__(
        self,
        inner: IntegratedCircuitCard,
        line: Line,
        report: Callable[[Usage], None],
        *,
        card_milliseconds: Mapping[int, int] = NO_TIME,
    ) -> None:
        self._inner, self._line, self._report = inner, line, report
        self._card_milliseconds = card_milliseconds
        self.usage = Usage()

    @property
    def atr(self) -> bytes:
        """The inner card's."""
        return self._inner.atr

    def reset(self) -> None:
        """Of the inner card; the usage starts anew, with what the activation took."""
        if self.usage.commands:
            self._report(self.usage)
        self._inner.reset()
        self.usage = self._line.activation(self._inner.atr)

    def transmit(self, command: bytes) -> bytes:
        """The inner card's answer, reckoned."""
        answer = self._inner.transmit(command)
        self.usage += reckon(
            self._line, [(command, answer)], card_milliseconds=self._card_milliseconds
        )
        return answer
