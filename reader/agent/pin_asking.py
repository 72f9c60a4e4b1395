"""One way of entering a PIN, at work for one call of one page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from reader.agent.card_in_hand import OpenCard
from reader.agent.pin_entry import Ask, PinEntry, PinPurpose
from reader.agent.stop import Stop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PinAsking:
    """*same_card* raises where another card lies there once a person has typed.

    *waiting* tells the page that it is waited for.
    """

    entry: PinEntry
    origin: str
    stop: Stop
    same_card: Callable[[], None]
    waiting: Callable[[], AbstractContextManager[None]]

    def verify(self, card: OpenCard) -> None:
        """The holder's PIN, verified by the card."""
        ask = self._ask(PinPurpose.VERIFY)
        self._announced(lambda: self.entry.verify(card, ask, self.stop))

    def change(self, card: OpenCard) -> None:
        """The holder's PIN, changed by the card."""
        ask = self._ask(PinPurpose.CHANGE)
        self._announced(lambda: self.entry.change(card, ask, self.stop))

    def new_pin(self) -> str:
        """A new PIN, for a command that the issuer's key protects."""
        ask = self._ask(PinPurpose.RELOAD)
        return self._announced(lambda: self.entry.new_pin(ask, self.stop))

    def _ask(self, purpose: PinPurpose) -> Ask:
        return Ask(self.origin, purpose, self.same_card)

    def _announced(self, entering: Callable[[], T]) -> T:
        with self.waiting():
            return entering()
