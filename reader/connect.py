"""From what a person names, a reader or an address, to a card that can be talked to."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from reader.errors import NoCardError, NoReaderError, TransportError
from reader.tcp import TcpTransport
from reader.trace_file import recorded
from reader.transport import Trace, Transport

# Told where pyscard is not installed; a card over TCP needs none of it.
MISSING = "PC/SC needs pyscard; from the checkout: pip install '.[counter]'"


class CardTransport(Transport, Protocol):
    """A transport with the card's answer to reset."""

    atr: bytes


class _Traced(Trace):
    def __init__(self, inner: CardTransport, where: str) -> None:
        super().__init__(recorded(inner, reader=where, atr=inner.atr))
        self.atr = inner.atr


@contextmanager
def connect(*, reader: str | None = None, tcp: str | None = None) -> Iterator[CardTransport]:
    """The card in *reader*, at *tcp* (HOST:PORT), or in the first PC/SC reader that has one.

    Raises ReaderError; ValueError where *tcp* is no address.
    """
    if tcp is not None:
        with TcpTransport.parse(tcp) as transport:
            yield _Traced(transport, tcp)
        return
    with _pcsc(reader) as found:
        yield _Traced(found, reader or "")


@contextmanager
def _pcsc(reader: str | None) -> Iterator[CardTransport]:
    try:
        from reader import pcsc  # the extra "counter"; TCP works without it
    except ModuleNotFoundError as error:
        raise TransportError(MISSING) from error
    if reader is not None:
        with pcsc.PcscTransport(reader) as transport:
            yield transport
        return
    names = pcsc.reader_names()
    if not names:
        raise NoReaderError
    for name in names:
        try:
            transport = pcsc.PcscTransport(name)
        except NoCardError:
            continue
        with transport:
            yield transport
        return
    raise NoCardError(", ".join(names))


def wait_for_card(reader: str, *, present: bool, seconds: float) -> bool:
    """Whether a card comes to be in a PC/SC reader, or out of it, within that time."""
    try:
        from reader import pcsc
    except ModuleNotFoundError as error:
        raise TransportError(MISSING) from error
    return pcsc.wait_for_card(reader, present=present, seconds=seconds)


def reader_names() -> list[str]:
    """PC/SC readers that are plugged in; TransportError without PC/SC."""
    try:
        from reader import pcsc
    except ModuleNotFoundError as error:
        raise TransportError(MISSING) from error
    return pcsc.reader_names()
