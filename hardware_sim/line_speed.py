"""What an answer to reset says about speed (ISO/IEC 7816-3:2006, 8.3 and 11.4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

CLOCK = 3_571_200  # Hz; divided by 372 it gives 9,600 baud

# Tables 7 and 8: the halves of TA1. What is not here is reserved.
CLOCK_CYCLES: Mapping[int, int] = {
    0x0: 372, 0x1: 372, 0x2: 558, 0x3: 744, 0x4: 1116, 0x5: 1488, 0x6: 1860,
    0x9: 512, 0xA: 768, 0xB: 1024, 0xC: 1536, 0xD: 2048,
}  # fmt: skip
DIVISORS: Mapping[int, int] = {
    0x1: 1, 0x2: 2, 0x3: 4, 0x4: 8, 0x5: 16, 0x6: 32, 0x7: 64, 0x8: 12, 0x9: 20,
}  # fmt: skip

DEFAULT_TA1 = 0x11  # Fd = 372, Dd = 1
DEFAULT_IFSC = 32
GUARD_OF_PROTOCOL = 0xFF  # N = 255: 12 etu with T=0, 11 with T=1


@dataclass(frozen=True, slots=True)
class Speed:
    """What the card allows; without the bytes, the defaults."""

    ta1: int = DEFAULT_TA1
    tc1: int = 0  # N, the extra guard time in etu
    ifsc: int = DEFAULT_IFSC
    protocols: tuple[int, ...] = (0,)

    def baud(self, clock: int = CLOCK) -> float:
        """Bits a second at *clock*: f * Di / Fi. ValueError if TA1 is a reserved value."""
        try:
            return clock * DIVISORS[self.ta1 & 0x0F] / CLOCK_CYCLES[self.ta1 >> 4]
        except KeyError:
            raise ValueError(f"TA1 = {self.ta1:02X} is reserved") from None

    def guard_to_card(self, protocol: int) -> int:
        """Etu from one character to the next, reader to card: GT = 12 + N."""
        return self.guard_from_card(protocol) + (0 if self.tc1 == GUARD_OF_PROTOCOL else self.tc1)

    def guard_from_card(self, protocol: int) -> int:
        """Etu from one character to the next, card to reader."""
        return 11 if protocol == 1 and self.tc1 == GUARD_OF_PROTOCOL else 12


DEFAULTS = Speed()


def speed_of(atr: bytes) -> Speed:
    """What *atr* allows; ValueError if it is cut short."""
    if len(atr) < 2:
        raise ValueError("not an answer to reset")
    given: dict[str, int] = {}
    protocols: list[int] = []
    offset, level, indicator = 2, 1, atr[1]
    while True:
        for bit, letter in zip((0x10, 0x20, 0x40), "ABC", strict=True):
            if not indicator & bit:
                continue
            if offset >= len(atr):
                raise ValueError("answer to reset cut short")
            # The first TA behind a TD that says T=1, from the third on, is the IFSC (11.4.2).
            if level > 2 and protocols[-1] == 1:
                given.setdefault(f"T{letter} for T=1", atr[offset])
            given[f"T{letter}{level}"] = atr[offset]
            offset += 1
        if not indicator & 0x80:
            break
        if offset >= len(atr):
            raise ValueError("answer to reset cut short")
        indicator = atr[offset]
        protocols.append(indicator & 0x0F)
        offset, level = offset + 1, level + 1
    return Speed(
        ta1=given.get("TA1", DEFAULT_TA1),
        tc1=given.get("TC1", 0),
        ifsc=given.get("TA for T=1", DEFAULT_IFSC),
        protocols=tuple(dict.fromkeys(protocol for protocol in protocols if protocol != 15))
        or (0,),
    )
