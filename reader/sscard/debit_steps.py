"""The strings of iDoDebit_HSM_Step1 and 2."""

from dataclasses import dataclass, field
from typing import Self

from reader.card_profile.medical_account import (
    COUNT_SIZE,
    RANDOM_SIZE,
    TERMINAL_COUNT_SIZE,
    TIME_SIZE,
    Settlement,
    TransactionType,
    amount,
)
from reader.card_profile.psam import TerminalNumber
from reader.sscard.fields import (
    StepStringError,
    address_text,
    algorithm_of,
    bytes_of,
    fields_of,
    hex_of,
    joined,
    value_of,
)

MAC_SIZE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitRequest:
    """iDoDebit_HSM_Step1 gives: algorithm, key address, the card's random number (4 bytes) and
    count (2), and what MAC1 covers: the two amounts, type and terminal, time (7 bytes).

    Nothing is taken from the account, whose amount leads what is signed (assumed: pages put
    00000000 in front).
    """

    algorithm: int
    address: str
    random: bytes
    count: int
    paid: Settlement
    terminal_number: TerminalNumber
    time: bytes

    def format(self) -> str:
        """Eight fields."""
        return joined(
            f"{self.algorithm:02X}",
            self.address,
            hex_of(self.random),
            hex_of(self.count.to_bytes(COUNT_SIZE, "big")),
            hex_of(amount(self.paid.personal)),
            hex_of(amount(self.paid.fund)),
            f"{TransactionType.SETTLEMENT:02X}{self.terminal_number}",
            hex_of(self.time),
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """From eight fields."""
        found = fields_of(text, 8, 8)
        numbers = [bytes_of(f"field {n}", found[n - 1], 4) for n in (5, 6)]
        if found[6][:2] != f"{TransactionType.SETTLEMENT:02X}":
            raise StepStringError("field 7: no settlement")
        personal, fund = (int.from_bytes(number, "big") for number in numbers)
        return cls(
            algorithm=algorithm_of(found[0]),
            address=address_text(found[1]),
            random=bytes_of("field 3", found[2], RANDOM_SIZE),
            count=int.from_bytes(bytes_of("field 4", found[3], COUNT_SIZE), "big"),
            paid=Settlement(0, personal, fund),
            terminal_number=value_of("field 7", TerminalNumber, found[6][2:]),
            time=bytes_of("field 8", found[7], TIME_SIZE),
        )

    @property
    def session(self) -> bytes:
        """What makes the session key: random, count, and the terminal's count, which is the same
        number here (as pages write it)."""
        return self.random + 2 * self.count.to_bytes(COUNT_SIZE, "big")


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitKey:
    """iDoDebit_HSM_Step2 takes: the terminal's count (4 bytes), time (7) and MAC1 (4).

    Pages put three fields together. A fourth is ours: MAC2 (4), which the card has to answer with.
    """

    terminal_count: int
    time: bytes
    mac1: bytes = field(repr=False)
    mac2: bytes = field(default=b"", repr=False)

    def format(self) -> str:
        """Three fields, or four."""
        count = self.terminal_count.to_bytes(TERMINAL_COUNT_SIZE, "big")
        macs = (hex_of(mac) for mac in (self.mac1, self.mac2) if mac)
        return joined(hex_of(count), hex_of(self.time), *macs)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From three or four fields."""
        found = fields_of(text, 3, 4)
        count = bytes_of("field 1", found[0], TERMINAL_COUNT_SIZE)
        return cls(
            terminal_count=int.from_bytes(count, "big"),
            time=bytes_of("field 2", found[1], TIME_SIZE),
            mac1=bytes_of("field 3", found[2], MAC_SIZE),
            mac2=bytes_of("field 4", found[3], MAC_SIZE) if len(found) > 3 else b"",
        )
