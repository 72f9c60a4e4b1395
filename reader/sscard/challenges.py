"""Random numbers on their way to the issuer's security module, and what comes back."""

from dataclasses import dataclass, field
from typing import Self

from reader.sscard.fields import bytes_of, fields_of, hex_of

RANDOM_SIZE = 8


@dataclass(frozen=True, slots=True)
class Challenge:
    """Two random numbers of the card: *random* makes the session key, *factor* is encrypted."""

    random: bytes
    factor: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """The 8 bytes that a factor becomes under a session key, and the factor."""

    cryptogram: bytes = field(repr=False)
    factor: bytes

    def format(self) -> str:
        """32 hexadecimal digits."""
        return hex_of(self.cryptogram + self.factor)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From 32 digits, with or without a separator behind them."""
        (digits,) = fields_of(text, 1, 1)
        both = bytes_of("pKey", digits, 2 * RANDOM_SIZE)
        return cls(both[:RANDOM_SIZE], both[RANDOM_SIZE:])


def challenge_at(fields: tuple[str, ...], first: int) -> Challenge:
    """The two random numbers in the fields from the one counted *first*, from 0."""
    random, factor = (
        bytes_of(f"field {n + 1}", fields[n], RANDOM_SIZE) for n in (first, first + 1)
    )
    return Challenge(random, factor)
