"""The card on the reader, and the conversation with it; what is known of it ends with it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Protocol

from reader.agent.errors import NotShownError, OtherCardError, PinEntryError
from reader.agent.stop import Stop
from reader.card_profile.ssse import EF05, SSSE
from reader.card_profile.values import IdentificationCode
from reader.card_recognition import IDENTIFICATION_CODE
from reader.connect import CardTransport
from reader.errors import (
    CardRefusedError,
    CardRemovedError,
    MalformedAnswerError,
    TransportError,
)
from reader.interface import Interface, Preference
from reader.iso7816 import commands
from reader.iso7816.tlv import TlvError, parse_record
from reader.session import CardSession


class CardPlace(Protocol):
    """Where a card is looked for: a PC/SC reader, or an address."""

    def connect(
        self, preference: Preference = Preference.CONTACT_FIRST, *, reader: str | None = None
    ) -> AbstractContextManager[CardTransport]:
        """A conversation with the card that is there, or in *reader*. Raises ReaderError."""

    def readers(self) -> list[str]:
        """The readers that can be named."""

    def cards(self) -> Mapping[str, Interface]:
        """Those of them with a card, the one that is taken unless another is named first."""

    def concerns(self, reader: str) -> bool:
        """Whether the last conversation was with a card in *reader*; "" stands for every reader."""


class Fence:
    """A transport that works only as long as the call is wanted and the card has not left."""

    def __init__(self, inner: CardTransport, stop: Stop, left: threading.Event) -> None:
        self._inner, self.stop, self._left = inner, stop, left
        self.atr = inner.atr
        # Of a reader with keys of its own: `reader.pin_entry.pin_pad`.
        self.control = getattr(inner, "control", None)

    def transmit(self, command: bytes) -> bytes:
        """The inner answer; whatever ended the call is raised before a command, never after."""
        if self._left.is_set():
            raise CardRemovedError
        self.stop.check()
        return self._inner.transmit(command)


@dataclass(frozen=True, slots=True)
class OpenCard:
    """A conversation that stands."""

    session: CardSession
    fence: Fence

    @property
    def atr(self) -> bytes:
        """The whole answer to reset."""
        return self.fence.atr

    def code_now(self) -> IdentificationCode:
        """The identification code as the card gives it now, not as it did before."""
        session = self.session
        application = session.profile.application(SSSE.name)
        session.exchange(application, commands.select_fid(EF05.fid))
        record = session.exchange(application, commands.read_record(IDENTIFICATION_CODE))
        try:
            return IdentificationCode(parse_record(record)[1])
        except (TlvError, ValueError) as error:
            raise MalformedAnswerError(f"identification code: {error}") from error

    def demand_same(self) -> None:
        """Raise where another card answers by now; one that knows nothing of this conversation
        does not even find the file."""
        try:
            code = self.code_now()
        except CardRefusedError as refused:
            raise OtherCardError(refused.code) from refused
        if code != self.session.identification_code:
            raise OtherCardError


class CardInHand:
    """At most one card. Whoever works with it holds *lock*."""

    def __init__(self, place: CardPlace) -> None:
        self.lock = threading.Lock()
        self._place = place
        self._stack = ExitStack()
        self._open: OpenCard | None = None
        self._shown: IdentificationCode | None = None
        self._reader: str | None = None
        self._left = threading.Event()

    @contextmanager
    def card(
        self,
        stop: Stop,
        *,
        anew: bool = False,
        fresh: bool = False,
        reader: str | None = None,
    ) -> Iterator[OpenCard]:
        """The card; without *anew* made sure to be the one that was shown.

        *anew* begins with the card in *reader*, or with whichever is there if none is named.

        *fresh* begins the conversation again, so that it stands long enough for a person to type,
        and no right from before counts. A card that left, or is another one, is forgotten with all
        that was known of it.
        """
        if self._left.is_set():
            self._left.clear()
            self.forget()
        if anew:
            self._shown = None
            if reader != self._reader:
                self.let_go()
                self._reader = reader
        if fresh:
            self.let_go()
        try:
            yield self._same(stop) if self._open else self._connect(stop)
        except (CardRemovedError, OtherCardError):
            self.forget()
            raise
        except (CardRefusedError, PinEntryError):
            if self._open is None:
                self.let_go()
            raise  # otherwise an answer like another
        except BaseException:
            self.let_go()
            raise

    @contextmanager
    def cold(self, stop: Stop, *, reader: str | None = None) -> Iterator[Fence]:
        """A card of whatever kind, powered anew: nothing is asked of it, or kept of it."""
        self.forget()
        self._left.clear()
        stop.check()
        with self._place.connect(reader=reader) as transport:
            yield Fence(transport, stop, self._left)

    def show(self, card: OpenCard) -> None:
        """From now on the visit is about this card."""
        self._shown = card.session.identification_code

    def demand_shown(self, card: OpenCard) -> None:
        """Raise unless *card* is the one that was shown, and still is."""
        if self._shown is None:
            raise NotShownError
        if card.session.identification_code != self._shown:
            raise OtherCardError
        card.demand_same()

    @property
    def has_shown(self) -> bool:
        """Whether a card was shown, and is still there."""
        return self._shown is not None and not self._left.is_set()

    def left(self) -> None:
        """The reader says that the card went; a call that works with it ends at its next step."""
        self._left.set()
        if self.lock.acquire(blocking=False):
            try:
                self.forget()
            finally:
                self.lock.release()

    def let_go(self) -> None:
        """End the conversation: the rights that PIN and keys opened end with it."""
        stack, self._stack, self._open = self._stack, ExitStack(), None
        stack.close()

    def forget(self) -> None:
        """The same, and no card has been shown."""
        self._shown = None
        self.let_go()

    def _connect(self, stop: Stop) -> OpenCard:
        stop.check()
        transport = self._stack.enter_context(self._place.connect(reader=self._reader))
        fence = Fence(transport, stop, self._left)
        card = OpenCard(CardSession(fence), fence)
        if self._shown not in {None, card.session.identification_code}:
            raise OtherCardError
        self._open = card
        return card

    def _same(self, stop: Stop) -> OpenCard:
        card = self._open
        assert card is not None  # noqa: S101  # asked by the caller
        card.fence.stop = stop
        try:
            same = card.code_now() == card.session.identification_code
        except (TransportError, CardRefusedError):
            same = False  # it stood too long, or the card is another or in another state
        if same:
            return card
        self.let_go()
        return self._connect(stop)
