"""Exchanges in a field: ISO/IEC 14443-4:2018 blocks over type A of 14443-3:2018, clause 6.

Times are the least the standard allows. Above 106 kbit/s a card's frame starts with some
subcarrier periods more (14443-2, 8.2.5), which are not counted: less than 40 µs a frame.
"""

from dataclasses import dataclass

from hardware_sim.line import Usage
from reader.card_profile.atr import historical_bytes_of

CARRIER = 13_560_000  # Hz: 14443-2, 6.1
BASE_RATE = 106  # kbit/s: carrier / 128
RATES = (106, 212, 424, 848)

AROUND = 3  # PCB, CRC_A: 14443-4, 7.1
INFORMATION = 256 - AROUND  # FSD and FSC of 256 bytes: FSDI = FSCI = 8
BITS = 9  # a byte and its parity: 14443-3, 6.2.3.2
START_AND_END = 2  # bits
TO_CARD = 1172 / CARRIER  # at least, from the card's frame to the reader's: 14443-3, 6.2.1.2
FROM_CARD = (9 * 128 + 84) / CARRIER  # from the reader's frame to the card's: 6.2.1.1

# Of the activation, bytes from reader and card: 14443-3, 6.4 to 6.5; 14443-4, 5.
ANTICOLLISION, UID_PART = 2, 5  # SEL, NVB; four bytes of UID and BCC
SELECT, SAK = 2 + UID_PART + 2, 3
ATQA = 2
RATS, ATS_AROUND = 4, 1 + 1 + 3 + 2  # TL, T0, TA(1) to TC(1), CRC_A
PPS_TO_CARD, PPS_FROM_CARD = 5, 3


@dataclass(frozen=True, slots=True)
class Contactless:
    """I-blocks, each a frame of type A; *kbits* of 106 to 848, the same in both directions."""

    kbits: int = BASE_RATE
    cascade_levels: int = 1  # a UID of 4, 7 or 10 bytes takes one to three

    def activation(self, atr: bytes) -> Usage:
        """REQA, anticollision, SELECT, RATS, and PPS for a higher rate, all at 106 kbit/s."""
        reqa = Usage(bytes_to_card=1, blocks=1, seconds=_frame_seconds(7) + FROM_CARD)
        used = reqa + _frame(ATQA, BASE_RATE, to_card=False)
        ats = ATS_AROUND + len(historical_bytes_of(atr))
        steps = [(ANTICOLLISION, UID_PART), (SELECT, SAK)] * self.cascade_levels + [(RATS, ats)]
        if self.kbits != BASE_RATE:
            steps.append((PPS_TO_CARD, PPS_FROM_CARD))
        for sent, received in steps:
            used += _frame(sent, BASE_RATE, to_card=True)
            used += _frame(received, BASE_RATE, to_card=False)
        return used

    def exchange(self, command: bytes, answer: bytes) -> Usage:
        """The frames of both, and an R-block for every one that says more follows."""
        used = Usage(commands=1)
        for message, to_card in ((command, True), (answer, False)):
            for start in range(0, len(message), INFORMATION):
                if start:
                    used += _frame(AROUND, self.kbits, to_card=not to_card)
                size = min(INFORMATION, len(message) - start)
                used += _frame(size + AROUND, self.kbits, to_card=to_card)
        return used


def _frame(octets: int, kbits: int, *, to_card: bool) -> Usage:
    """One frame, and the delay until the other side may speak."""
    seconds = _frame_seconds(octets * BITS, kbits)
    if to_card:
        return Usage(bytes_to_card=octets, blocks=1, seconds=seconds + FROM_CARD)
    return Usage(bytes_from_card=octets, blocks=1, seconds=seconds + TO_CARD)


def _frame_seconds(bits: int, kbits: int = BASE_RATE) -> float:
    return (bits + START_AND_END) * 128 * BASE_RATE / kbits / CARRIER
