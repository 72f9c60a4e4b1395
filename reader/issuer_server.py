"""What a desk asks the issuer's server for, over whatever line.

No master key is at a counter: the card's challenge goes to the server, and what its keys make of it
comes back, step by step. A *ticket* names what a clerk began at the console; without one the server
lends its reading keys only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any, Protocol

from reader.card_profile.values import IdentificationCode


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What the card says of itself before any key is used; *atr* is the whole answer to reset."""

    atr: bytes
    identification_code: IdentificationCode
    version: str  # record 3 of EF05


@unique
class StepKind(StrEnum):
    """What a key of the card is used for."""

    CRYPTOGRAM = "cryptogram"  # EXTERNAL AUTHENTICATE: data is the factor (8 bytes)
    CHECK = "check"  # INTERNAL AUTHENTICATE: data is factor and the card's answer (8 + 8 bytes)
    SEAL = "seal"  # secured command: gives its data field, encrypted, with the MAC
    MAC = "mac"  # secured command: gives its data field, in the clear, with the MAC


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyStep:
    """One use of the key named *key*; *random* is the challenge it works on (8 bytes)."""

    kind: StepKind
    key: str
    random: bytes
    header: bytes = b""  # CLA INS P1 P2 of a secured command
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The server's answer to a card that was shown: its verdict, and the token if it is a yes.

    *verification* is `reader.authenticity.Verification.to_json`; *token* the text form of a
    presence token (`reader.presence`), None unless the card is genuine and its chip was proved.
    """

    verification: Mapping[str, Any]
    token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a ticket asks for: an action on the card that is named, with its parameters."""

    ticket: str
    action: str
    identification_code: IdentificationCode | None  # None: whatever card is shown
    parameters: Mapping[str, Any]


class IssuerServer(Protocol):
    """The server as a desk sees it. Every method raises ServerError (`reader.server_client`)."""

    def challenge(self) -> bytes:
        """A fresh challenge for a chip (16 bytes), accepted once."""

    def use_keys(
        self, card: CardFacts, steps: Sequence[KeyStep], *, ticket: str | None = None
    ) -> list[bytes]:
        """The result of each step; of a CHECK b"\\x01" where the answer is right, else b""."""

    def show(
        self, card: CardFacts, *, record: bytes, challenge: bytes, response: bytes, ticket: str
    ) -> Presence:
        """Judge the card on the reader, and note that it was here."""

    def work(self, ticket: str) -> Work:
        """What to do under *ticket*."""

    def report(self, ticket: str, *, done: bool, code: str = "") -> str:
        """Tell the outcome (*code* of the error otherwise); the number of its audit entry."""
