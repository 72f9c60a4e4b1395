"""Which way of entering a PIN this desk has."""

import sys

from reader.agent.errors import PinEntryError
from reader.agent.pin_entry import Ask, PinEntry, TerminalDigits, TypedPinEntry
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
    """The entry named; of ``auto`` the best that is there. Raises PinEntryError."""
    if chosen in {"auto", "window"} and WindowDigits.available():
        return TypedPinEntry(WindowDigits(language=language, shuffled=shuffled))
    if chosen == "terminal" or (chosen == "auto" and sys.stdin is not None and sys.stdin.isatty()):
        return TypedPinEntry(TerminalDigits())
    if chosen == "auto":
        return TypedPinEntry(NoDigits())
    raise PinEntryError(chosen)
