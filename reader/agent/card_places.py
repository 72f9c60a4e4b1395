"""Where the agent looks for a card: in a PC/SC reader, or at an address."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from reader.connect import CardTransport, connect, reader_names, reader_states
from reader.errors import NoReaderError
from reader.interface import (
    Interface,
    Preference,
    candidates,
    choose,
    interface_of,
    is_module_slot,
)


class PcscPlace:
    """The *reader* named, or whichever has a card; never the *psam*'s."""

    def __init__(self, reader: str | None, psam: str | None = None) -> None:
        self._reader, self._without = reader, [psam] if psam else []
        self._current: str | None = None

    @contextmanager
    def connect(
        self,
        preference: Preference = Preference.CONTACT_FIRST,
        *,
        reader: str | None = None,
    ) -> Iterator[CardTransport]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        if reader is not None and not self._is_ours(reader):
            raise NoReaderError(reader)
        name = reader or self._reader
        if name is None:
            name = choose(self._cards(), preference, without=self._without)
        self._current = name
        with connect(reader=name) as transport:
            yield transport

    def readers(self) -> list[str]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return [name for name in reader_names() if name not in self._without]

    def cards(self) -> dict[str, Interface]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        cards = self._cards()
        return {
            name: interface_of(cards[name] or b"", name)
            for name in candidates(cards, without=self._without)
            if self._is_ours(name)
        }

    def concerns(self, reader: str) -> bool:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return reader in {"", self._current}

    def _is_ours(self, reader: str) -> bool:
        if self._reader is not None:
            return reader == self._reader
        return reader not in self._without and not is_module_slot(reader)

    def _cards(self) -> dict[str, bytes | None]:
        return {reader: state.atr for reader, state in reader_states().items()}


class TcpPlace:
    """A card that is served over TCP: a simulated one, or a reader elsewhere."""

    def __init__(self, address: str) -> None:
        self._address = address

    def connect(
        self,
        preference: Preference = Preference.CONTACT_FIRST,
        *,
        reader: str | None = None,
    ) -> AbstractContextManager[CardTransport]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        if reader not in {None, self._address}:
            raise NoReaderError(reader or "")
        return connect(tcp=self._address)

    def readers(self) -> list[str]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return [self._address]

    def cards(self) -> dict[str, Interface]:
        """See `reader.agent.card_in_hand.CardPlace`; whether one is there shows when it is read."""
        return {self._address: Interface.CONTACT}

    def concerns(self, reader: str) -> bool:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return reader in {"", self._address}
