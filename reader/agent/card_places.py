"""Where the agent looks for a card: in a PC/SC reader, or at an address."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from reader.connect import CardTransport, connect, reader_names, reader_states
from reader.interface import Preference, choose


class PcscPlace:
    """The *reader* named, or whichever has a card; never the *psam*'s."""

    def __init__(self, reader: str | None, psam: str | None = None) -> None:
        self._reader, self._without = reader, [psam] if psam else []
        self._current: str | None = None

    @contextmanager
    def connect(self, preference: Preference = Preference.CONTACT_FIRST) -> Iterator[CardTransport]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        name = self._reader
        if name is None:
            cards = {reader: state.atr for reader, state in reader_states().items()}
            name = choose(cards, preference, without=self._without)
        self._current = name
        with connect(reader=name) as transport:
            yield transport

    def readers(self) -> list[str]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return [name for name in reader_names() if name not in self._without]

    def concerns(self, reader: str) -> bool:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return reader in {"", self._current}


class TcpPlace:
    """A card that is served over TCP: a simulated one, or a reader elsewhere."""

    def __init__(self, address: str) -> None:
        self._address = address

    def connect(
        self, preference: Preference = Preference.CONTACT_FIRST
    ) -> AbstractContextManager[CardTransport]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return connect(tcp=self._address)

    def readers(self) -> list[str]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return [self._address]

    def concerns(self, reader: str) -> bool:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return reader in {"", self._address}
