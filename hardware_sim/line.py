"""How long an exchange takes on the wire, reckoned without waiting: contacts and the field.

What the card itself needs, to compute and to write, is not in it: no standard gives it.
Contacts: ISO/IEC 7816-3:2006, characters of clauses 7 and 8, T=0 of clause 10, T=1 of clause 11.
The field: ISO/IEC 14443-4:2018 blocks over type A of 14443-3:2018 clause 6.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from hardware_sim.errors import LineModelError
from hardware_sim.icc import IntegratedCircuitCard

CARRIER = 13_560_000  # Hz, ISO/IEC 14443-2


class Line(Protocol):
    """What carries commands and answers."""

    def seconds(self, command: bytes, answer: bytes) -> float:
        """From the first bit of *command* to the last of *answer*, the card taking no time."""


@dataclass(frozen=True, slots=True)
class T0:
    """Characters one by one; the procedure byte of the card lets the data follow its header.

    *baud* is bits a second: one etu each.
    """

    baud: int

    CHARACTER = 12  # etu with its guard time, 7.2 and 10.2
    TURNAROUND = 16  # etu at least between characters of opposite directions, 10.2

    def seconds(self, command: bytes, answer: bytes) -> float:
        """Header, procedure byte, data of one direction, status word (10.3)."""
        to_card = max(len(command), 5)
        has_data = len(command) > 5
        from_card = len(answer) + (has_data or len(answer) > 2)
        turns = 3 if has_data else 1  # header, procedure byte, data, status word
        characters = to_card + from_card
        return (
            characters * self.CHARACTER + turns * (self.TURNAROUND - self.CHARACTER)
        ) / self.baud


@dataclass(frozen=True, slots=True)
class T1:
    """Blocks of NAD, PCB, LEN, information and LRC; longer ones are chained (11.3, 11.6.2.2)."""

    baud: int

    CHARACTER = 11  # etu, with TC1 = 'FF' (8.3)
    OVERHEAD = 4  # NAD, PCB, LEN, LRC: 11.3
    INFORMATION = 254  # the largest IFS: 11.4.2
    GUARD = 22  # etu between blocks of opposite directions: BGT, 11.4.3

    def seconds(self, command: bytes, answer: bytes) -> float:
        """The blocks of both, and an R-block for every one that says more follows."""
        characters = blocks = 0
        for message in (command, answer):
            parts = -(-len(message) // self.INFORMATION)
            acknowledged = parts - 1
            characters += len(message) + (parts + acknowledged) * self.OVERHEAD
            blocks += parts + acknowledged
        return (characters * self.CHARACTER + blocks * self.GUARD) / self.baud


@dataclass(frozen=True, slots=True)
class Contactless:
    """I-blocks of PCB, information and CRC, each a frame of type A; *kbits* of 106 to 848."""

    kbits: int

    OVERHEAD = 3  # PCB, CRC_A: 14443-4, 7.1
    INFORMATION = 253  # of a frame of 256 bytes: FSCI 8
    BITS = 9  # a byte and its parity: 14443-3, 6.2.3.2
    START_AND_END = 2  # bits
    TO_CARD = 1172 / CARRIER  # the card's frame to the reader's: 14443-3, 6.2.1.2
    FROM_CARD = (9 * 128 + 84) / CARRIER  # the reader's frame to the card's: 6.2.1.1

    def seconds(self, command: bytes, answer: bytes) -> float:
        """The frames of both, and an R-block for every one that says more follows."""
        bits, frames = 0, 0
        for message in (command, answer):
            parts = -(-len(message) // self.INFORMATION)
            acknowledged = parts - 1
            octets = len(message) + (parts + acknowledged) * self.OVERHEAD
            bits += octets * self.BITS + (parts + acknowledged) * self.START_AND_END
            frames += parts + acknowledged
        bit_seconds = 128 / CARRIER * 106 / self.kbits  # 106 kbit/s is fc/128
        return bits * bit_seconds + frames / 2 * (self.TO_CARD + self.FROM_CARD)


KINDS: Mapping[str, Callable[[int], Line]] = {"t0": T0, "t1": T1, "contactless": Contactless}
CONTACTLESS_RATES = (106, 212, 424, 848)
HIGHEST_BAUD = 1_000_000


def parse(text: str) -> Line:
    """T0:BAUD, T1:BAUD or CONTACTLESS:KBITS as a line; LineModelError says what is wrong."""
    kind, _, rate = text.lower().partition(":")
    if kind not in KINDS or not rate.isascii() or not rate.isdecimal():
        raise LineModelError(text, "write t0:9600, t1:115200 or contactless:106")
    number = int(rate)
    if kind == "contactless" and number not in CONTACTLESS_RATES:
        raise LineModelError(text, "a field has 106, 212, 424 or 848 kbit/s")
    if not 0 < number <= HIGHEST_BAUD:
        raise LineModelError(text, f"contacts have 1 to {HIGHEST_BAUD} baud")
    return KINDS[kind](number)


@dataclass(frozen=True, slots=True)
class Usage:
    """What went over a line since the power came on."""

    commands: int = 0
    bytes_to_card: int = 0
    bytes_from_card: int = 0
    seconds: float = 0.0


class Metered:
    """A card on *line*; *report* is told at every reset what went over it before."""

    def __init__(
        self, inner: IntegratedCircuitCard, line: Line, report: Callable[[Usage], None]
    ) -> None:
        self._inner, self._line, self._report = inner, line, report
        self.usage = Usage()

    @property
    def atr(self) -> bytes:
        """The inner card's."""
        return self._inner.atr

    def reset(self) -> None:
        """Of the inner card; the usage starts anew."""
        if self.usage.commands:
            self._report(self.usage)
        self.usage = Usage()
        self._inner.reset()

    def transmit(self, command: bytes) -> bytes:
        """The inner card's answer, reckoned."""
        answer = self._inner.transmit(command)
        used = self.usage
        self.usage = Usage(
            used.commands + 1,
            used.bytes_to_card + len(command),
            used.bytes_from_card + len(answer),
            used.seconds + self._line.seconds(command, answer),
        )
        return answer
