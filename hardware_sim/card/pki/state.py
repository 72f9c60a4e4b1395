"""What the PKI application keeps, and what it forgets at a reset."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hardware_sim.card.cells import NO_PIN, PinCell


@dataclass(frozen=True, slots=True, kw_only=True)
class PkiMemory:
    """Persistent part. PINs are packed BCD; *master_keys* are by application name."""

    user_pin: PinCell = NO_PIN
    admin_pin: PinCell = NO_PIN
    master_keys: Mapping[str, PinCell] = field(default_factory=dict, repr=False)
    signing_key: bytes = field(default=b"", repr=False)  # private scalars
    encryption_key: bytes = field(default=b"", repr=False)
    certificates: Mapping[int, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class PkiSession:
    """Volatile part: what was proved, the current file, a key named for export, an import begun."""

    user: bool = False
    admin: bool = False
    master: bool = False
    file: int = 0
    exporting: int = 0
    symmetric_key: bytes = field(default=b"", repr=False)
    public_key: bytes = b""
