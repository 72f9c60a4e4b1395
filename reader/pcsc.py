"""Readers and cards over PC/SC: the only importer of pyscard.

It calls the PC/SC functions themselves (`smartcard.scard`): pyscard's connection objects power
a card down when they are collected, under the feet of the next one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NoReturn, Self

from smartcard import scard

from reader.errors import (
    CardRemovedError,
    NoCardError,
    NoReaderError,
    NoServiceError,
    ReaderError,
    TransportError,
)

# PC/SC part 5 codes that mean more to a clerk than "it failed".
ERRORS: dict[int, type[ReaderError]] = {
    scard.SCARD_E_NO_SERVICE: NoServiceError,
    scard.SCARD_E_SERVICE_STOPPED: NoServiceError,
    scard.SCARD_E_NO_READERS_AVAILABLE: NoReaderError,
    scard.SCARD_E_UNKNOWN_READER: NoReaderError,
    scard.SCARD_E_READER_UNAVAILABLE: NoReaderError,
    scard.SCARD_E_NO_SMARTCARD: NoCardError,
    scard.SCARD_W_UNPOWERED_CARD: NoCardError,
    scard.SCARD_W_UNRESPONSIVE_CARD: NoCardError,
    scard.SCARD_W_REMOVED_CARD: CardRemovedError,
    scard.SCARD_W_RESET_CARD: CardRemovedError,
    scard.SCARD_E_NOT_TRANSACTED: CardRemovedError,
    scard.SCARD_F_COMM_ERROR: CardRemovedError,
}
PROTOCOL_HEADERS = {
    scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0,
    scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1,
}


def reader_names() -> list[str]:
    """The readers that are plugged in; TransportError without a PC/SC service."""
    with _context() as context:
        code, names = scard.SCardListReaders(context, [])
        if code == scard.SCARD_E_NO_READERS_AVAILABLE:
            return []
        _check(code)
        return list(names)


def wait_for_card(reader: str, *, present: bool, seconds: float) -> bool:
    """Whether a card comes to be in *reader*, or out of it, within that time.

    NoReaderError where there is no such reader; TransportError without a PC/SC service.
    """
    deadline = time.monotonic() + seconds
    state = scard.SCARD_STATE_UNAWARE  # answered at once, with what is there
    with _context() as context:
        while True:
            left = max(0.0, deadline - time.monotonic())
            code, found = scard.SCardGetStatusChange(context, int(left * 1000), [(reader, state)])
            if code == scard.SCARD_E_TIMEOUT:
                return False
            _check(code, reader)
            state = found[0][1] & ~scard.SCARD_STATE_CHANGED
            if bool(state & scard.SCARD_STATE_PRESENT) is present:
                return True
            if state & scard.SCARD_STATE_UNKNOWN:
                raise NoReaderError(reader)


class PcscTransport:
    """The card in one reader, powered and held while the connection stands."""

    def __init__(self, reader: str, *, exclusive: bool = True) -> None:
        self._reader = reader
        self._manager = _context()
        self._context = self._manager.__enter__()
        share = scard.SCARD_SHARE_EXCLUSIVE if exclusive else scard.SCARD_SHARE_SHARED
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        try:
            code, self._card, protocol = scard.SCardConnect(self._context, reader, share, protocols)
            _check(code, reader)
            code, _, _, _, atr = scard.SCardStatus(self._card)
            _check(code, reader)
        except ReaderError:
            self._manager.__exit__(None, None, None)
            raise
        self._header = PROTOCOL_HEADERS[protocol]
        self.atr = bytes(atr)

    def transmit(self, command: bytes) -> bytes:
        """One command to the card."""
        code, answer = scard.SCardTransmit(self._card, self._header, list(command))
        _check(code, self._reader)
        if len(answer) < 2:
            # What pcscd hands on when the card goes in the middle of an exchange.
            raise CardRemovedError(self._reader)
        return bytes(answer)

    def close(self) -> None:
        """Reset the card, so that no right outlives this conversation, and let go."""
        scard.SCardDisconnect(self._card, scard.SCARD_RESET_CARD)
        self._manager.__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def _context() -> Iterator[Any]:
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _check(code)
    try:
        yield context
    finally:
        scard.SCardReleaseContext(context)


def _check(code: int, where: str = "") -> None:
    if code != scard.SCARD_S_SUCCESS:
        _fail(code, where)


def _fail(code: int, where: str) -> NoReturn:
    detail = f"{where}: {scard.SCardGetErrorMessage(code)}".removeprefix(": ")
    raise ERRORS.get(code, TransportError)(detail)
