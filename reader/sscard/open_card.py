"""The card that a call works on, and the one that waits between two steps."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from reader.session import CardSession
from reader.sscard.errors import CardTypeError, StepOrderError
from reader.transport import Transport


class CardTransport(Transport, Protocol):
    """A transport with the card's answer to reset."""

    @property
    def atr(self) -> bytes:
        """The whole answer to reset."""


# A card by iType, 1 to 4 (`reader.interface.Preference`); raises ReaderError.
OpenCard = Callable[[int], AbstractContextManager[CardTransport]]
CARD_TYPES = range(1, 5)


@dataclass(frozen=True, slots=True)
class Card:
    """A conversation with the card in the reader."""

    session: CardSession
    atr: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """A card that stays powered, with its challenge, until the next step or the deadline."""

    step: str  # the only function that may go on
    card: Card
    facts: Any  # what the first step leaves to the next
    hold: ExitStack
    deadline: float


class CardSlot:
    """Opens cards, one at a time, and keeps one between steps.

    *clock* counts seconds and never goes back.
    """

    def __init__(self, open_card: OpenCard, *, clock: Callable[[], float], seconds: float) -> None:
        self._open_card, self._clock, self._seconds = open_card, clock, seconds
        self._waiting: Waiting | None = None

    @contextmanager
    def card(self, card_type: int) -> Iterator[Card]:
        """The card for one call; a step that waited is over."""
        self.forget()
        with ExitStack() as hold:
            yield self._card(hold, card_type)

    def first_step(
        self, card_type: int, begin: Callable[[Card], tuple[Any, str]], *, then: str
    ) -> str:
        """What *begin* gives; what it leaves is for the step *then*, and the card stays open."""
        self.forget()
        with ExitStack() as hold:
            card = self._card(hold, card_type)
            facts, out = begin(card)
            self._wait(then, card, facts, hold)
        return out

    def middle_step(
        self, step: str, go: Callable[[Card, Any], tuple[Any, str]], *, then: str
    ) -> str:
        """The same with what the step before left."""
        with self._taken(step) as waiting:
            facts, out = go(waiting.card, waiting.facts)
            self._wait(then, waiting.card, facts, waiting.hold)
        return out

    def last_step(self, step: str, end: Callable[[Card, Any], str]) -> str:
        """What *end* gives with what the step before left; used up, whatever comes of it."""
        with self._taken(step) as waiting:
            return end(waiting.card, waiting.facts)

    def forget(self) -> None:
        """Let go of a card that waits: it was taken away, or another call came."""
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.hold.close()

    def expire(self) -> None:
        """The same if its time is over."""
        if self._waiting is not None and self._clock() >= self._waiting.deadline:
            self.forget()

    def _card(self, hold: ExitStack, card_type: int) -> Card:
        if type(card_type) is not int or card_type not in CARD_TYPES:
            raise CardTypeError
        transport = hold.enter_context(self._open_card(card_type))
        return Card(CardSession(transport), transport.atr)

    def _wait(self, step: str, card: Card, facts: Any, hold: ExitStack) -> None:
        deadline = self._clock() + self._seconds
        self._waiting = Waiting(step, card, facts, hold.pop_all(), deadline)

    @contextmanager
    def _taken(self, step: str) -> Iterator[Waiting]:
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            raise StepOrderError
        with waiting.hold:
            if waiting.step != step or self._clock() >= waiting.deadline:
                raise StepOrderError
            yield waiting
