"""The strings of the other steps that use one key of the card: to open, and to secure."""

from dataclasses import dataclass, field
from typing import Self

from reader.sscard.challenges import RANDOM_SIZE, Challenge, challenge_at
from reader.sscard.fields import (
    StepStringError,
    address_text,
    algorithm_of,
    bytes_of,
    fields_of,
    hex_of,
    joined,
)

HEADER_SIZE = 5  # CLA INS P1 P2 Lc


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationRequest:
    """The Step1 of iReadCard, iWriteCard, iReloadPIN and iUnblockPIN gives: algorithm, key address,
    and the challenge for external authentication. Its answer is a `Proof`."""

    algorithm: int
    address: str
    challenge: Challenge

    def format(self) -> str:
        """Four fields."""
        challenge = (hex_of(self.challenge.random), hex_of(self.challenge.factor))
        return joined(f"{self.algorithm:02X}", self.address, *challenge)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From four fields."""
        found = fields_of(text, 4, 4)
        return cls(
            algorithm=algorithm_of(found[0]),
            address=address_text(found[1]),
            challenge=challenge_at(found, 2),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRequest:
    """The Step2 of iReloadPIN and iUnblockPIN gives: algorithm, key address, the random number for
    the session key, the header of the command with its Lc, and the new PIN in the clear."""

    algorithm: int
    address: str
    random: bytes
    header: bytes
    new_pin: str = field(default="", repr=False)  # none to unblock

    def format(self) -> str:
        """Five fields."""
        mark = f"{self.algorithm:02X}"
        return joined(mark, self.address, hex_of(self.random), hex_of(self.header), self.new_pin)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From four or five fields."""
        found = (*fields_of(text, 4, 5), "")[:5]
        if found[4] and not (found[4].isascii() and found[4].isdecimal()):
            raise StepStringError("field 5: digits expected")
        return cls(
            algorithm=algorithm_of(found[0]),
            address=address_text(found[1]),
            random=bytes_of("field 3", found[2], RANDOM_SIZE),
            header=bytes_of("field 4", found[3], HEADER_SIZE),
            new_pin=found[4],
        )


@dataclass(frozen=True, slots=True)
class MaintenanceKey:
    """The Step3 of iReloadPIN and iUnblockPIN takes: the whole secured command."""

    command: bytes = field(repr=False)

    def format(self) -> str:
        """The command: 18 digits to unblock, 34 (3DES) or 50 (SM4) to reload."""
        return hex_of(self.command)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From digits, with or without a separator behind them; Lc has to be right."""
        (digits,) = fields_of(text, 1, 1)
        command = bytes_of("pKey", digits)
        if len(command) <= HEADER_SIZE or len(command) != HEADER_SIZE + command[4]:
            raise StepStringError("pKey: not one whole command")
        return cls(command)
