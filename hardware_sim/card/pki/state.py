"""What the PKI application keeps, and what it forgets at a reset."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PkiMemory:
    """Persistent part."""


@dataclass(slots=True)
class PkiSession:
    """Volatile part."""
