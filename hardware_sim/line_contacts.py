"""Exchanges over contacts (ISO/IEC 7816-3:2006): T=0 of clauses 10 and 12, T=1 of clause 11.

Times are the least the standard allows, from leading edge to leading edge of characters.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from hardware_sim.line import Usage
from hardware_sim.line_speed import CLOCK, DEFAULTS, GUARD_OF_PROTOCOL, Speed

HEADER, SW, PROCEDURE = 5, 2, 1  # characters of a T=0 TPDU beside its data: 10.3.2, 10.3.3
SHORT_DATA, SHORT_ANSWER = 255, 256
OPPOSITE = 16  # etu at least between characters of opposite directions in T=0: 10.2
BGT = 22  # etu, the same in T=1: 11.4.3
AROUND = 4  # NAD, PCB, LEN, LRC: 11.3
IFSD = 254  # what readers ask for by S(IFS request): 11.4.2
RESET_CYCLES = 2 * 400  # RST low, then up to TS: 6.2.2
PPS = 4  # PPSS, PPS0, PPS1, PCK: 9.2


@dataclass(frozen=True, slots=True)
class Contacts:
    """What both protocols share; *baud* is bits a second, one etu each."""

    baud: float
    speed: Speed = DEFAULTS
    clock: int = CLOCK

    def _start(self, protocol: int, atr: bytes) -> Usage:
        """Reset, the answer to it, and PPS if another speed or protocol is wanted (6.2.2, 9).

        A card in specific mode (TA2) is reckoned as one in negotiable mode.
        """
        slow = DEFAULTS.baud(self.clock)
        seconds = RESET_CYCLES / self.clock + len(atr) * 12 / slow
        started = Usage(bytes_from_card=len(atr), seconds=seconds)
        if self.baud == slow and self.speed.protocols[0] == protocol:
            return started
        # N = 255 speaks of the protocol alone, which begins after PPS: 8.3.
        extra = 0 if self.speed.tc1 == GUARD_OF_PROTOCOL else self.speed.tc1
        etu = PPS * (12 + extra) + PPS * 12
        return started + Usage(bytes_to_card=PPS, bytes_from_card=PPS, blocks=2, seconds=etu / slow)


@dataclass(frozen=True, slots=True)
class T0(Contacts):
    """Characters one by one; a procedure byte of the card lets data follow its header."""

    def activation(self, atr: bytes) -> Usage:
        """Reset, its answer, PPS."""
        return self._start(0, atr)

    def exchange(self, command: bytes, answer: bytes) -> Usage:
        """Every TPDU the command becomes, GET RESPONSE and ENVELOPE too (12.2)."""
        used = Usage(commands=1)
        for sent, received in _tpdus(command, len(answer) - SW):
            used += self._tpdu(sent, received)
        return used

    def _tpdu(self, sent: int, received: int) -> Usage:
        to_card = HEADER + sent
        from_card = SW + received + (PROCEDURE if sent or received else 0)
        turns = 2 if sent else 1  # from reader to card and back
        guard_to, guard_from = self.speed.guard_to_card(0), self.speed.guard_from_card(0)
        # The last character before a turn is followed after the time of the turn, not its own.
        etu = to_card * guard_to + from_card * guard_from
        etu += turns * (OPPOSITE - guard_to + max(OPPOSITE, guard_to) - guard_from)
        return Usage(0, to_card, from_card, 1, etu / self.baud)


def _tpdus(command: bytes, received: int) -> Iterator[tuple[int, int]]:
    """Data sent and received by each TPDU (12.2.2 to 12.2.7)."""
    nc, ne, extended = _lengths(command)
    if extended and nc > SHORT_DATA:  # case 3E and 4E: the APDU inside ENVELOPE
        for start in range(0, len(command), SHORT_DATA):
            yield min(SHORT_DATA, len(command) - start), 0
    elif nc or received <= 0:
        yield nc, 0  # case 1 and 3, the first half of case 4, or a refusal
    else:
        if received < min(ne, SHORT_ANSWER):
            yield 0, 0  # '6CXX': the card has less than asked for
        first = min(received, SHORT_ANSWER)
        yield 0, first
        received -= first
    while received > 0:  # GET RESPONSE
        yield 0, min(received, SHORT_ANSWER)
        received -= SHORT_ANSWER


def _lengths(command: bytes) -> tuple[int, int, bool]:
    """Nc, Ne and whether they are extended (ISO/IEC 7816-4, 5.2)."""
    body = command[4:]
    if len(body) < 2:
        return 0, (body[0] or SHORT_ANSWER) if body else 0, False
    if body[0] == 0 and len(body) >= 3:
        number = int.from_bytes(body[1:3])
        return (0, number or 0x10000, True) if len(body) == 3 else (number, 0, True)
    return min(body[0], len(body) - 1), 0, False


@dataclass(frozen=True, slots=True)
class T1(Contacts):
    """Blocks of NAD, PCB, LEN, information and LRC; what is longer is chained (11.6.2.2)."""

    def activation(self, atr: bytes) -> Usage:
        """Reset, its answer, PPS, and the S-blocks by which the reader takes long blocks."""
        return self._start(1, atr) + self._block(1, to_card=True) + self._block(1, to_card=False)

    def exchange(self, command: bytes, answer: bytes) -> Usage:
        """The blocks of both, and an R-block for every one that says more follows."""
        used = Usage(commands=1)
        for message, size, to_card in (
            (command, self.speed.ifsc, True),
            (answer, IFSD, False),
        ):
            for start in range(0, len(message), size):
                if start:
                    used += self._block(0, to_card=not to_card)
                used += self._block(min(size, len(message) - start), to_card=to_card)
        return used

    def _block(self, information: int, *, to_card: bool) -> Usage:
        characters = information + AROUND
        guard = self.speed.guard_to_card(1) if to_card else self.speed.guard_from_card(1)
        etu = (characters - 1) * guard + BGT  # BGT runs from the last character's leading edge
        seconds = etu / self.baud
        if to_card:
            return Usage(bytes_to_card=characters, blocks=1, seconds=seconds)
        return Usage(bytes_from_card=characters, blocks=1, seconds=seconds)
