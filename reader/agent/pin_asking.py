"""One way of entering a PIN, at work for one call of one page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from reader.agent.errors import AgentError
from reader.agent.pin_entry import Ask, PinEntry, PinPurpose
from reader.agent.stop import Stop
from reader.session import CardSession

T = TypeVar("T")
WAITING, DONE, CANCELLED = "waiting", "done", "cancelled"  # what the page is told, and no more


@dataclass(frozen=True, slots=True)
class PinAsking:
    """*same_card* raises where another card lies there once a person has typed.

    *tell* gets the state of the entry, for the page.
    """

    entry: PinEntry
    origin: str
    stop: Stop
    same_card: Callable[[], None]
    tell: Callable[[str], None]

    def verify(self, session: CardSession) -> None:
        """The holder's PIN, verified by the card."""
        ask = self._ask(PinPurpose.VERIFY)
        self._announced(lambda: self.entry.verify(session, ask, self.stop))

    def change(self, session: CardSession) -> None:
        """The holder's PIN, changed by the card."""
        ask = self._ask(PinPurpose.CHANGE)
        self._announced(lambda: self.entry.change(session, ask, self.stop))

    def new_pin(self) -> str:
        """A new PIN, for a command that the issuer's key protects."""
        ask = self._ask(PinPurpose.RELOAD)
        return self._announced(lambda: self.entry.new_pin(ask, self.stop))

    def _ask(self, purpose: PinPurpose) -> Ask:
        return Ask(self.origin, purpose, self.same_card)

    def _announced(self, entering: Callable[[], T]) -> T:
        self.tell(WAITING)
        state = DONE
        try:
            return entering()
        except AgentError:
            state = CANCELLED
            raise
        finally:
            self.tell(state)
