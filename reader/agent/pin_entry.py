"""Where a holder enters a PIN: never in the page.

A PIN pad speaks to the card by itself; the agent's own window and its terminal hand over digits.
Whichever it is, the holder sees which page asks, and for what.
"""

import getpass
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Protocol

from crypto import pin_blocks
from crypto.errors import KeyMaterialError
from reader.agent.card_in_hand import OpenCard
from reader.agent.errors import (
    BusyError,
    PinEntryCancelledError,
    PinEntryError,
    PinsDifferError,
)
from reader.agent.stop import Stop
from reader.pin_entry import change_pin, pin_pad, verify_pin


@unique
class PinPurpose(StrEnum):
    """What a PIN is asked for."""

    VERIFY = "verify"  # the PIN as it is
    CHANGE = "change"  # the PIN as it is, and a new one twice
    RELOAD = "reload"  # a new one twice


@dataclass(frozen=True, slots=True)
class Ask:
    """Who asks for what: the page's origin, and the purpose.

    *typed* is called between a person and the card: the card may have been changed meanwhile.
    """

    origin: str
    purpose: PinPurpose
    typed: Callable[[], None] = lambda: None


class PinEntry(Protocol):
    """One way to enter a PIN. Every method raises PinEntryError, or what the card says."""

    @property
    def name(self) -> str:
        """What it is: pad, window or terminal."""

    def verify(self, card: OpenCard, ask: Ask, stop: Stop) -> None:
        """Have the holder's PIN verified by the card."""

    def change(self, card: OpenCard, ask: Ask, stop: Stop) -> None:
        """Have the holder's PIN changed by the card."""

    def new_pin(self, ask: Ask, stop: Stop) -> str:
        """A new PIN, twice the same, for a command that its issuer's key has to protect."""

    def one_pin(self, ask: Ask, stop: Stop) -> str:
        """A PIN, of RELOAD a new one, for a driver that sends it itself."""


class Digits(Protocol):
    """What shows a prompt and takes digits."""

    @property
    def name(self) -> str:
        """What it is: window or terminal."""

    def digits(self, ask: Ask, stop: Stop) -> list[str]:
        """The PINs of *ask* in the order of its purpose, each of 4 to 12 digits."""


@dataclass(frozen=True, slots=True)
class TypedPinEntry:
    """A PIN that goes through the agent's memory, for as long as a command takes."""

    source: Digits

    @property
    def name(self) -> str:
        """The source's."""
        return self.source.name

    def verify(self, card: OpenCard, ask: Ask, stop: Stop) -> None:
        """See `PinEntry`."""
        card.session.verify_pin(self.one_pin(ask, stop))

    def change(self, card: OpenCard, ask: Ask, stop: Stop) -> None:
        """See `PinEntry`."""
        card.session.change_pin(*self.old_and_new(ask, stop))

    def new_pin(self, ask: Ask, stop: Stop) -> str:
        """See `PinEntry`."""
        new, again = self._checked(ask, stop, 2)
        return _same(new, again)

    def old_and_new(self, ask: Ask, stop: Stop) -> tuple[str, str]:
        """The PIN as it is, and the new one."""
        old, new, again = self._checked(ask, stop, 3)
        return old, _same(new, again)

    def one_pin(self, ask: Ask, stop: Stop) -> str:
        """See `PinEntry`."""
        if ask.purpose is PinPurpose.RELOAD:
            return self.new_pin(ask, stop)
        (pin,) = self._checked(ask, stop, 1)
        return pin

    def _checked(self, ask: Ask, stop: Stop, count: int) -> list[str]:
        pins = self.source.digits(ask, stop)
        stop.check()
        if len(pins) != count or not all(map(is_pin, pins)):
            raise PinEntryError(f"{self.name} did not give {count} PINs")
        ask.typed()
        return pins


@dataclass(frozen=True, slots=True)
class PadPinEntry:
    """The keys of the reader, where it has some; *typed* otherwise, if that is allowed.

    No digit passes through this machine then. A PIN that its issuer's key has to protect cannot
    come from a pad: the reader knows no such key.
    """

    typed: TypedPinEntry | None
    chinese: bool

    @property
    def name(self) -> str:
        """With what stands in for it."""
        return f"pad or {self.typed.name}" if self.typed else "pad"

    def verify(self, card: OpenCard, ask: Ask, stop: Stop) -> None:
        """See `PinEntry`."""
        pad = pin_pad(card.fence, chinese=self.chinese)
        verify_pin(card.session, pad, lambda: self._typed().one_pin(ask, stop))

    def change(self, card: OpenCard, ask: Ask, stop: Stop) -> None:
        """See `PinEntry`."""
        pad = pin_pad(card.fence, chinese=self.chinese)
        change_pin(card.session, pad, lambda: self._typed().old_and_new(ask, stop))

    def new_pin(self, ask: Ask, stop: Stop) -> str:
        """See `PinEntry`."""
        return self._typed().new_pin(ask, stop)

    def one_pin(self, ask: Ask, stop: Stop) -> str:
        """See `PinEntry`."""
        return self._typed().one_pin(ask, stop)

    def _typed(self) -> TypedPinEntry:
        if self.typed is None:
            raise PinEntryError("the reader has no keys for this")
        return self.typed


class TerminalDigits:
    """The terminal that the agent was started in, for a machine without a display."""

    name = "terminal"
    PROMPTS = {  # noqa: RUF012  # never changed
        PinPurpose.VERIFY: ("PIN 密码: ",),
        PinPurpose.CHANGE: (
            "PIN as it is 原密码: ",
            "New PIN 新密码: ",
            "New PIN again 再次输入新密码: ",
        ),
        PinPurpose.RELOAD: ("New PIN 新密码: ", "New PIN again 再次输入新密码: "),
    }

    def __init__(self, read: Callable[[str], str] = getpass.getpass) -> None:
        self._read = read
        self._lock = threading.Lock()

    def digits(self, ask: Ask, stop: Stop) -> list[str]:
        """See `Digits`. A line cannot be taken back: whoever waits for one waits on."""
        if not self._lock.acquire(blocking=False):
            raise BusyError
        answers: list[str] = []
        problems: list[Exception] = []

        def read_all() -> None:
            try:
                for prompt in self.PROMPTS[ask.purpose]:
                    answers.append(self._one(f"{ask.origin}: {prompt}"))
            except (EOFError, OSError, KeyboardInterrupt) as error:
                problems.append(PinEntryCancelledError(type(error).__name__))
            except KeyMaterialError:
                problems.append(PinEntryCancelledError("not 4 to 12 digits"))
            finally:
                self._lock.release()

        reader = threading.Thread(target=read_all, daemon=True, name="pin-terminal")
        reader.start()
        while reader.is_alive():
            reader.join(0.1)
            stop.check()
        if problems:
            raise problems[0]
        return answers

    def _one(self, prompt: str) -> str:
        pin = self._read(prompt)
        pin_blocks.pack(pin)
        return pin


def is_pin(text: str) -> bool:
    """Whether a card could hold it."""
    try:
        pin_blocks.pack(text)
    except KeyMaterialError:
        return False
    return True


def _same(new: str, again: str) -> str:
    if new != again:
        raise PinsDifferError
    return new
