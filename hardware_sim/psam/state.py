"""What a PSAM remembers: `PsamMemory` survives power-off, `Session` does not.

As on the card, a write is the whole memory or none of it (see `hardware_sim.card.state`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, unique
from typing import Any

from hardware_sim.card.cells import NO_PIN, KeyCell, PinCell
from hardware_sim.errors import SimulatorError
from reader.card_profile.profiles import CardProfile
from reader.card_profile.psam import Work
from reader.iso7816.status import SW, StatusError

KeyAddress = tuple[int, int]  # usage and identifier, P1 and P2 of 'BF DE'


@unique
class Blocked(IntEnum):
    """Whether the application may be used."""

    NO = 0
    FOR_A_TIME = 1
    FOR_EVER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PsamMemory:
    """The module's EEPROM. *profile* names the cards whose algorithms it has."""

    profile: str
    historical_bytes: bytes
    files: Mapping[int, bytes]  # by FID
    master: KeyCell  # changes keys and files
    maintenance: KeyCell  # blocks, unblocks, reloads the PIN
    keys: Mapping[KeyAddress, bytes] = field(repr=False)
    pin: PinCell = NO_PIN
    blocked: Blocked = Blocked.NO


@dataclass(frozen=True, slots=True)
class ProcessKey:
    """What 'BF DE' made: one card's key, bound to one random number of it."""

    card_key: bytes = field(repr=False)
    random: bytes
    allowed: Work
    chain: bytes | None = None  # last block of a MAC that goes on


@dataclass
class Session:
    """The module's RAM; a reset makes a new one. *directory* is the FID of the MF or the DF."""

    directory: int
    file: int | None = None
    challenge: bytes = b""
    pin_verified: bool = False
    authenticated: bool = False  # by the master key
    process_key: ProcessKey | None = None


@dataclass
class PsamChip:
    """Everything a command works on: the profile, the two memories, chance and the write."""

    profile: CardProfile
    memory: PsamMemory
    session: Session
    random: Callable[[int], bytes]
    save: Callable[[PsamMemory], PsamMemory]

    def write(self, **changes: Any) -> None:
        """Write the named fields, all or none; '6581' if they cannot be written."""
        try:
            self.memory = self.save(replace(self.memory, **changes))
        except SimulatorError:
            raise StatusError(SW.MEMORY_FAILURE) from None

    def take_challenge(self) -> bytes:
        """The last GET CHALLENGE, good for one use; '6984' if there is none (PBOC)."""
        challenge, self.session.challenge = self.session.challenge, b""
        if not challenge:
            raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
        return challenge
