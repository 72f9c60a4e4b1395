"""What the PIV application keeps, and what it forgets at a reset."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PivMemory:
    """Persistent part."""


@dataclass(slots=True)
class PivSession:
    """Volatile part."""
