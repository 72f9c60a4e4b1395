"""What the PIV application keeps, and what it forgets at a reset or when another is selected."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware_sim.card.cells import NO_PIN, PinCell


@dataclass(frozen=True, slots=True, kw_only=True)
class PivMemory:
    """Persistent part. *keys* are private scalars by reference, *objects* contents by tag."""

    pin: PinCell = NO_PIN
    puk: PinCell = NO_PIN
    management_algorithm: int = 0
    management_key: bytes = field(default=b"", repr=False)
    keys: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    objects: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class PivSession:
    """Volatile part. *pin_just_verified* is good for the very next command."""

    pin_verified: bool = False
    pin_just_verified: bool = False
    manager: bool = False  # the card management key was proved
    witness: bytes = field(default=b"", repr=False)
    challenge: bytes = b""
