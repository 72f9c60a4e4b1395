"""Secrets that a card compares, each with its own error counter (LD/T 32.4; ISO/IEC 7816-4, 9)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KeyCell:
    """One version of an application key."""

    value: bytes = field(repr=False)
    version: int
    tries: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class PinCell:
    """A PIN in the form in which it is presented; no PIN yet while *value* is empty."""

    value: bytes = field(repr=False)
    tries: int
    tries_left: int


NO_PIN = PinCell(b"", 0, 0)
