"""What a desk is equipped with, and who stands before it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from reader.agent.card_in_hand import CardPlace, OpenCard
from reader.agent.errors import AgentError
from reader.agent.offline import OfflineDesk
from reader.agent.pin_asking import PinAsking
from reader.agent.pin_entry import PinEntry
from reader.agent.stop import Stop
from reader.desk_keys import DeskKeys
from reader.issuer_server import IssuerServer
from reader.psam import PsamSession, psam_desk
from reader.relay import RelayLine
from reader.server_client import ServerKeys

PIN_ENTRY = "pin-entry"
WAITING, DONE, CANCELLED = "waiting", "done", "cancelled"
PsamSlot = Callable[[], AbstractContextManager[PsamSession | None]]


class DeskServer(IssuerServer, RelayLine, Protocol):
    """The issuer's server, which also works a card at this desk itself."""


class Tell(Protocol):
    """Tells the page something before its answer."""

    def __call__(self, event: str, /, **fields: object) -> None:
        """An event of `reader.agent.protocol`."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The page that asks."""

    origin: str
    tell: Tell

    @contextmanager
    def waiting_for_a_pin(self) -> Iterator[None]:
        """Around the entry of a PIN: the page learns its state, and nothing else."""
        self.tell(PIN_ENTRY, state=WAITING)
        state = DONE
        try:
            yield
        except AgentError:
            state = CANCELLED
            raise
        finally:
            self.tell(PIN_ENTRY, state=state)


@dataclass(frozen=True, kw_only=True)
class Equipment:
    """Without a *server* the desk judges by *offline*; *psam* opens the module of a second slot."""

    place: CardPlace
    pins: PinEntry
    random: Callable[[int], bytes]
    version: str
    psam: PsamSlot = nullcontext
    server: DeskServer | None = None
    offline: OfflineDesk | None = None

    @contextmanager
    def keys(self, card: OpenCard, ticket: str | None) -> Iterator[DeskKeys | None]:
        """The card's keys for reading: in the PSAM, at the server, or nowhere."""
        with self.psam() as module:
            if module is not None:
                keys = psam_desk(module, card.session, card.atr, random=self.random)
                keys.check_card(card.session)  # no card without an issuer's key goes on
                yield keys
            else:
                yield self.server_keys(card, ticket)

    def server_keys(self, card: OpenCard, ticket: str | None) -> DeskKeys | None:
        """The card's keys at the server; under a ticket of work, those that the work needs."""
        if self.server is None:
            return None
        return DeskKeys(
            ServerKeys.of(self.server, card.session, card.atr, ticket=ticket), self.random
        )

    def asking(self, visitor: Visitor, stop: Stop, same_card: Callable[[], None]) -> PinAsking:
        """The desk's way of entering a PIN, for this page and call."""
        return PinAsking(
            self.pins,
            visitor.origin,
            stop,
            same_card,
            visitor.waiting_for_a_pin,
        )
