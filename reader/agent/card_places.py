"""Where the agent looks for a card: in a PC/SC reader, or at an address."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from reader.connect import CardTransport, connect, reader_names


@dataclass(frozen=True, slots=True)
class PcscPlace:
    """One reader, or whichever has a card."""

    reader: str | None

    def connect(self) -> AbstractContextManager[CardTransport]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return connect(reader=self.reader)

    def readers(self) -> list[str]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return reader_names()


@dataclass(frozen=True, slots=True)
class TcpPlace:
    """A card that is served over TCP: a simulated one, or a reader elsewhere."""

    address: str

    def connect(self) -> AbstractContextManager[CardTransport]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return connect(tcp=self.address)

    def readers(self) -> list[str]:
        """See `reader.agent.card_in_hand.CardPlace`."""
        return [self.address]
