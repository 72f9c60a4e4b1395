"""From what a person names, a reader or an address, to a card that can be talked to."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol

from reader.errors import NoCardError, TransportError
from reader.interface import Preference, candidates, choose
from reader.pin_pad import GET_FEATURE_REQUEST, Feature, control_code, parse_features
from reader.reader_states import ReaderState
from reader.tcp import TcpTransport
from reader.transport import Trace, Transport

# Told where pyscard is not installed; a card over TCP needs none of it.
MISSING = "PC/SC needs pyscard; from the checkout: pip install '.[counter]'"


class CardTransport(Transport, Protocol):
    """A transport with the card's answer to reset."""

    atr: bytes


class _Traced(Trace):
    def __init__(self, inner: CardTransport) -> None:
        super().__init__(inner)
        self.atr = inner.atr
        # Of a reader; what lies at an address has none (`reader.pin_entry.pin_pad`).
        self.control = getattr(inner, "control", None)


@contextmanager
def connect(
    *,
    reader: str | None = None,
    tcp: str | None = None,
    preference: Preference = Preference.CONTACT_FIRST,
    without: Collection[str] = (),
) -> Iterator[CardTransport]:
    """The card in *reader*, at *tcp* (HOST:PORT), or in a PC/SC reader that has one.

    <<<<<<< HEAD
        Of several readers *preference* says which goes first; those in *without*, and slots for a
        terminal's security module, are left out. Raises ReaderError; ValueError where *tcp* is no
        address.
    =======
        Raises ReaderError; AddressError where *tcp* is no address.
    >>>>>>> cli
    """
    if tcp is not None:
        with TcpTransport.parse(tcp) as transport:
            yield _Traced(transport)
        return
    with _open(reader, preference, without) as found:
        yield _Traced(found)


def _open(
    reader: str | None, preference: Preference, without: Collection[str]
) -> AbstractContextManager[CardTransport]:
    with pcsc_installed():
        from reader import pcsc
    if reader is not None:
        return pcsc.PcscTransport(reader)
    cards = {name: state.atr for name, state in pcsc.reader_states().items()}
    choose(cards, preference, without=without)  # raises where there is none
    for name in candidates(cards, preference, without=without):
        with suppress(NoCardError):  # taken out, or mute: another may be right
            return pcsc.PcscTransport(name)
    raise NoCardError(", ".join(cards))


def wait_for_card(reader: str, *, present: bool, seconds: float) -> bool:
    """Whether a card comes to be in a PC/SC reader, or out of it, within that time."""
    with pcsc_installed():
        from reader import pcsc
    return pcsc.wait_for_card(reader, present=present, seconds=seconds)


def reader_names() -> list[str]:
    """PC/SC readers that are plugged in; TransportError without PC/SC."""
    with pcsc_installed():
        from reader import pcsc
    return pcsc.reader_names()


def reader_states() -> dict[str, ReaderState]:
    """The same, with the card in each."""
    with pcsc_installed():
        from reader import pcsc
    return pcsc.reader_states()


def reader_features(reader: str) -> Mapping[Feature, int]:
    """What the reader itself can do for a PIN; empty where it tells nothing, or is in use."""
    with pcsc_installed():
        from reader import pcsc
    return parse_features(pcsc.ask_reader(reader, control_code(GET_FEATURE_REQUEST)) or b"")


@contextmanager
def pcsc_installed() -> Iterator[None]:
    """Around an import of `reader.pcsc`: TransportError where pyscard (the extra "counter") is not
    installed. A card over TCP needs none of it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise TransportError(MISSING) from error
