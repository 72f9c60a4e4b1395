"""Which way of entering a PIN this desk has."""

import sys

from reader.agent.errors import PinEntryError
from reader.agent.pin_entry import (
    Ask,
    Digits,
    PadPinEntry,
    PinEntry,
    TerminalDigits,
    TypedPinEntry,
)
from reader.agent.pin_process import WindowDigits
from reader.agent.stop import Stop

PIN_ENTRIES = ("auto", "pad", "window", "terminal")


class NoDigits:
    """A desk with neither: whoever asks is told."""

    name = "none"

    def digits(self, ask: Ask, stop: Stop) -> list[str]:
        """Raises PinEntryError."""
        raise PinEntryError


def pin_entry(chosen: str, *, language: str, shuffled: bool) -> PinEntry:
    """The entry named; ``auto`` takes the reader's keys, else the window, else the terminal.

    Raises PinEntryError where the one named cannot be.
    """
    chinese = language == "zh"
    if chosen == "pad":
        return PadPinEntry(None, chinese)
    window = WindowDigits(language=language, shuffled=shuffled)
    if chosen == "window":
        if not window.available():
            raise PinEntryError(chosen)
        return TypedPinEntry(window)
    if chosen == "terminal":
        return TypedPinEntry(TerminalDigits())
    has_terminal = sys.stdin is not None and sys.stdin.isatty()
    others: Digits = TerminalDigits() if has_terminal else NoDigits()
    return PadPinEntry(TypedPinEntry(window if window.available() else others), chinese)
