"""The holder's PIN for a call: it comes from the holder, never from whoever calls."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Protocol, runtime_checkable

from crypto import pin_blocks
from crypto.errors import KeyMaterialError
from reader.session import CardSession
from reader.sscard.errors import InitialPinAgainError, InitialPinError, NotPinError


@unique
class PinKind(StrEnum):
    """Which PIN the holder is asked for. Whoever asks for a new one asks twice."""

    OLD = "old"
    NEW = "new"


# Digits from the holder, in a window or at a terminal that no page sees; raises ReaderError.
PinEntry = Callable[[PinKind], str]


@runtime_checkable
class HolderPin(Protocol):
    """A PIN that may go from a pad to the card without passing here. Raises ReaderError."""

    def verify(self, session: CardSession, *, to_pay: bool = False) -> None:
        """Have the card verify it."""

    def change(self, session: CardSession) -> None:
        """Have the card change it."""

    def new_pin(self, session: CardSession) -> str:
        """A new PIN, for a command that its issuer's key protects."""


@dataclass(frozen=True, slots=True)
class TypedPin:
    """The PIN in digits. What is none never reaches a card, where it would count.

    The first PIN, which every card of its kind has, pays nothing and is no new one.
    """

    ask: PinEntry
    refuses_initial_pin: bool

    def verify(self, session: CardSession, *, to_pay: bool = False) -> None:
        """See `HolderPin`."""
        pin = self._digits(PinKind.OLD)
        if to_pay and self._is_initial(session, pin):
            raise InitialPinError
        session.verify_pin(pin)

    def change(self, session: CardSession) -> None:
        """See `HolderPin`."""
        old = self._digits(PinKind.OLD)
        session.change_pin(old, self.new_pin(session))

    def new_pin(self, session: CardSession) -> str:
        """See `HolderPin`."""
        pin = self._digits(PinKind.NEW)
        if self._is_initial(session, pin):
            raise InitialPinAgainError
        return pin

    def _digits(self, kind: PinKind) -> str:
        pin = self.ask(kind)
        try:
            pin_blocks.pack(pin)
        except KeyMaterialError:
            raise NotPinError from None
        return pin

    def _is_initial(self, session: CardSession, pin: str) -> bool:
        return self.refuses_initial_pin and pin == session.profile.transport_pin
