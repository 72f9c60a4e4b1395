"""Readers and cards over PC/SC: the only importer of pyscard.

It calls the PC/SC functions themselves (`smartcard.scard`): pyscard's connection objects power
a card down when they are collected, under the feet of the next one, and its monitor ends with the
service that it watches. Time limits are kept by those who call: `reader.bounded_calls`.
"""

import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

from smartcard import scard

from reader.bounded_calls import GivenUpError, bounded
from reader.conversation import LIMITS, Conversation, Limits
from reader.errors import (
    CardRemovedError,
    NoCardError,
    NoReaderError,
    NoServiceError,
    ReaderError,
    TransportError,
)
from reader.line_errors import CardInUseError, CardResetError, CardSilentError, MuteCardError
from reader.reader_states import ReaderState, StateFlag

T = TypeVar("T")

# PC/SC part 5 codes that mean more to a clerk than "it failed".
ERRORS: dict[int, type[ReaderError]] = {
    scard.SCARD_E_NO_SERVICE: NoServiceError,
    scard.SCARD_E_SERVICE_STOPPED: NoServiceError,
    scard.SCARD_E_INVALID_HANDLE: NoServiceError,  # one of a service that was started anew
    scard.SCARD_E_SYSTEM_CANCELLED: NoServiceError,
    scard.SCARD_P_SHUTDOWN: NoServiceError,
    scard.SCARD_E_NO_READERS_AVAILABLE: NoReaderError,
    scard.SCARD_E_UNKNOWN_READER: NoReaderError,
    scard.SCARD_E_READER_UNAVAILABLE: NoReaderError,
    scard.SCARD_E_NO_SMARTCARD: NoCardError,
    scard.SCARD_W_UNPOWERED_CARD: MuteCardError,
    scard.SCARD_W_UNRESPONSIVE_CARD: MuteCardError,
    scard.SCARD_W_REMOVED_CARD: CardRemovedError,
    scard.SCARD_W_RESET_CARD: CardResetError,
    scard.SCARD_E_NOT_TRANSACTED: CardRemovedError,
    scard.SCARD_F_COMM_ERROR: CardRemovedError,
    scard.SCARD_E_TIMEOUT: CardSilentError,
    scard.SCARD_E_SHARING_VIOLATION: CardInUseError,
}
if sys.platform == "darwin":
    # What macOS says where another program holds the card.
    ERRORS[scard.SCARD_E_PROTO_MISMATCH] = CardInUseError
PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
PROTOCOL_HEADERS = {
    scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0,
    scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1,
}
SERVICE_SECONDS = 3.0  # a service that lives answers in milliseconds


class Readers:
    """A line to the PC/SC service, to look at its readers. For one thread; `cancel` for any."""

    def __init__(self) -> None:
        code, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        _check(code)

    def names(self) -> list[str]:
        """The readers that are plugged in."""
        code, names = scard.SCardListReaders(self._context, [])
        if code == scard.SCARD_E_NO_READERS_AVAILABLE:
            return []
        _check(code)
        return list(names)

    def look(self, words: Mapping[str, int], seconds: float) -> dict[str, tuple[int, bytes]]:
        """State word and ATR of the readers named, as soon as one differs from its word in *words*
        (0: not known yet), or after that time. NoReaderError where one is gone."""
        asked = list(words.items())
        code, found = scard.SCardGetStatusChange(self._context, int(seconds * 1000), asked)
        if code not in (scard.SCARD_E_TIMEOUT, scard.SCARD_E_CANCELLED):
            _check(code, ", ".join(words))
        return {name: (word, bytes(atr)) for name, word, atr in found}

    def states(self) -> dict[str, ReaderState]:
        """Every reader as it is now."""
        names = self.names()
        found = self.look(dict.fromkeys(names, 0), 0) if names else {}
        return {name: ReaderState.of(word, atr) for name, (word, atr) in found.items()}

    def cancel(self) -> None:
        """End a `look` that waits."""
        scard.SCardCancel(self._context)

    def close(self) -> None:
        """Hang up."""
        scard.SCardReleaseContext(self._context)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def reader_names() -> list[str]:
    """The readers that are plugged in; NoServiceError without a PC/SC service."""
    return _promptly(lambda readers: readers.names())


def reader_states() -> dict[str, ReaderState]:
    """Every reader and its card, as they are now; NoServiceError without a PC/SC service."""
    return _promptly(lambda readers: readers.states())


def wait_for_card(reader: str, *, present: bool, seconds: float) -> bool:
    """Whether a card comes to be in *reader*, or out of it, within that time.

    NoReaderError where there is no such reader; NoServiceError without a PC/SC service.
    """
    deadline = time.monotonic() + seconds

    def wait(readers: Readers) -> bool:
        word = 0  # answered at once, with what is there
        while True:
            left = max(0.0, deadline - time.monotonic())
            word = readers.look({reader: word}, left)[reader][0] & ~StateFlag.CHANGED
            if bool(word & StateFlag.PRESENT) is present:
                return True
            if word & StateFlag.UNKNOWN:
                raise NoReaderError(reader)
            if time.monotonic() >= deadline:
                return False

    return _promptly(wait, seconds + SERVICE_SECONDS)


def ask_reader(reader: str, function: int, data: bytes = b"") -> bytes | None:
    """The reader's own answer to a control code, card or no card; None if it gives none now."""
    handle = _Handle(reader)

    def ask() -> bytes:
        try:
            return handle.ask_directly(function, data)
        finally:
            handle.release()

    try:
        return bounded(ask, SERVICE_SECONDS)
    except (GivenUpError, ReaderError):
        return None


class PcscTransport:
    """The card in one reader, powered and held for one `reader.conversation.Conversation`.

    With *exclusive* False the card is shared at once: ours between the transactions of others.
    """

    def __init__(self, reader: str, *, exclusive: bool = True, limits: Limits = LIMITS) -> None:
        handle = _Handle(reader)
        self._conversation = Conversation(reader, handle, exclusive=exclusive, limits=limits)
        self.atr = self._conversation.atr
        self.transmit = self._conversation.transmit
        self.control = self._conversation.control
        self.close = self._conversation.close

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Handle:
    """A context and a handle of one connection alone: a `reader.conversation.CardHandle`."""

    def __init__(self, reader: str) -> None:
        self._reader = reader
        self._context: Any = None
        self._card: Any = None
        self._share = scard.SCARD_SHARE_EXCLUSIVE
        self._header = 0
        self._farewell = scard.SCARD_RESET_CARD

    def connect(self, *, exclusive: bool) -> None:
        share = scard.SCARD_SHARE_EXCLUSIVE if exclusive else scard.SCARD_SHARE_SHARED
        self._open(share, PROTOCOLS)

    def begin(self) -> None:
        _check(scard.SCardBeginTransaction(self._card), self._reader)

    def reset(self) -> bytes:
        code, protocol = scard.SCardReconnect(
            self._card, self._share, PROTOCOLS, scard.SCARD_RESET_CARD
        )
        _check(code, self._reader)
        self._header = PROTOCOL_HEADERS[protocol]
        return self._status()

    def transmit(self, command: bytes) -> bytes:
        code, answer = scard.SCardTransmit(self._card, self._header, list(command))
        _check(code, self._reader)
        return bytes(answer)

    def control(self, function: int, data: bytes) -> bytes:
        code, answer = scard.SCardControl(self._card, function, list(data))
        _check(code, self._reader)
        return bytes(answer)

    def ask_directly(self, function: int, data: bytes) -> bytes:
        """`control` of a reader that may be empty; the card in it is not touched."""
        self._farewell = scard.SCARD_LEAVE_CARD
        self._open(scard.SCARD_SHARE_DIRECT, scard.SCARD_PROTOCOL_UNDEFINED)
        return self.control(function, data)

    def look(self) -> None:
        self._status()

    def is_in_use(self) -> bool:
        try:
            return reader_states()[self._reader].in_use
        except (ReaderError, KeyError):
            return False

    def release(self) -> None:
        card, context, self._card, self._context = self._card, self._context, None, None
        if card is not None:
            scard.SCardDisconnect(card, self._farewell)
        if context is not None:
            scard.SCardReleaseContext(context)

    def _open(self, share: int, protocols: int) -> None:
        if self._context is None:
            code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
            _check(code)
            self._context = context
        code, card, _ = scard.SCardConnect(self._context, self._reader, share, protocols)
        _check(code, self._reader)
        self._card, self._share = card, share

    def _status(self) -> bytes:
        code, _, _, _, atr = scard.SCardStatus(self._card)
        _check(code, self._reader)
        return bytes(atr)


def _promptly(look: Callable[[Readers], T], seconds: float = SERVICE_SECONDS) -> T:
    """What *look* sees; NoServiceError if the service does not answer in time."""

    def see() -> T:
        with Readers() as readers:
            return look(readers)

    try:
        return bounded(see, seconds)
    except GivenUpError:
        raise NoServiceError("no answer") from None


def _check(code: int, where: str = "") -> None:
    if code != scard.SCARD_S_SUCCESS:
        _fail(code, where)


def _fail(code: int, where: str) -> NoReturn:
    detail = f"{where}: {scard.SCardGetErrorMessage(code)}".removeprefix(": ")
    raise ERRORS.get(code, TransportError)(detail)
