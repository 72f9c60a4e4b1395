"""The agent's own window for a PIN, in a process of its own.

A window that hangs or crashes takes nothing with it, and closes with its call. The question goes
in over standard input and the digits come back over standard output: no argument, no variable and
no file of the machine ever holds them.
"""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

from reader.agent.errors import (
    PinEntryCancelledError,
    PinEntryError,
    PinEntryTimeoutError,
)
from reader.agent.pin_dialogue import CANCELLED, DONE, TIMED_OUT
from reader.agent.pin_entry import Ask
from reader.agent.stop import Stop

WINDOW = "reader.agent.pin_window"
_POLL_SECONDS = 0.1


class WindowDigits:
    """Asks in a window. *shuffled* mixes the keys on the screen anew each time."""

    name = "window"

    def __init__(self, *, language: str, seconds: float = 60, shuffled: bool = False) -> None:
        self._language, self._seconds, self._shuffled = language, seconds, shuffled

    @staticmethod
    def available() -> bool:
        """Whether this process has a display, and Tk to draw on it."""
        displays = ("DISPLAY", "WAYLAND_DISPLAY")
        has_display = sys.platform in {"win32", "darwin"} or any(map(os.environ.get, displays))
        return (
            has_display and find_spec("tkinter") is not None and find_spec("_tkinter") is not None
        )

    def digits(self, ask: Ask, stop: Stop) -> list[str]:
        """See `reader.agent.pin_entry.Digits`."""
        question = {
            "origin": ask.origin,
            "purpose": ask.purpose.value,
            "language": self._language,
            "seconds": min(self._seconds, stop.remaining),
            "shuffled": self._shuffled,
        }
        with subprocess.Popen(  # noqa: S603  # this program's own module
            [sys.executable, "-m", WINDOW],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as window:
            try:
                printed = self._wait(window, json.dumps(question).encode(), stop)
            finally:
                window.kill()
        return pins_of(window.returncode, printed)

    def _wait(self, window: subprocess.Popen[bytes], question: bytes, stop: Stop) -> bytes:
        given: bytes | None = question
        while True:
            try:
                return window.communicate(given, timeout=_POLL_SECONDS)[0]
            except subprocess.TimeoutExpired:
                given = None  # it was taken the first time
                stop.check()


def pins_of(code: int, printed: bytes) -> list[str]:
    """What a window that ended with *code* had taken; PinEntryError where it was nothing."""
    if code == CANCELLED:
        raise PinEntryCancelledError
    if code == TIMED_OUT:
        raise PinEntryTimeoutError
    try:
        found: Any = json.loads(printed) if code == DONE else None
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise PinEntryError(f"the window ended with {code}")
    return found
