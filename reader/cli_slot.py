"""The card that a clerk's command works on, and the keys that this desk has for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any

from onecard.console import language, say
from reader.blocked_card import open_card
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.card_profile.values import IdentificationCode
from reader.cli_edge import reader_option, tcp_option
from reader.cli_psam import PsamOptions, desk_keys, psam_options
from reader.cli_trace import trace_options
from reader.connect import CardTransport, connect
from reader.desk_errors import NoDeskKeysError
from reader.desk_keys import DeskKeys
from reader.errors import AccessRefusedError, PsamKeyMissingError
from reader.pin_entry import PinPad, pin_pad
from reader.psam import PsamSession
from reader.refusals import ApplicationBlockedError
from reader.session import CardSession


@dataclass(slots=True)
class CardInSlot:
    """A card on the reader, the session with it, and the PSAM beside it if there is one."""

    session: CardSession
    transport: CardTransport
    psam: PsamSession | None
    options: PsamOptions
    _keys: tuple[DeskKeys | None, ...] = ()  # found once: a key store asks for its passphrase

    @property
    def atr(self) -> bytes:
        """The card's answer to reset."""
        return self.transport.atr

    def pad(self) -> PinPad | None:
        """The keys of the reader, if it has some."""
        return pin_pad(self.transport, chinese=language() == "zh")

    def keys(self) -> DeskKeys | None:
        """The keys of this desk for the card; None where it has none."""
        if not self._keys:
            server = self.options.server_address
            self._keys = (desk_keys(self.session, self.atr, self.psam, server=server),)
        return self._keys[0]

    def own_keys(self) -> DeskKeys:
        """The same; NoDeskKeysError where it has none."""
        if (keys := self.keys()) is None:
            raise NoDeskKeysError
        return keys


@dataclass(frozen=True, slots=True)
class Slots:
    """Where the card is, and the PSAM."""

    reader: str | None
    tcp: str | None
    psam: PsamOptions

    @contextmanager
    def card(self) -> Iterator[CardInSlot]:
        """The card and a session with it. Raises ReaderError."""
        with (
            self.psam.session() as module,
            connect(reader=self.reader, tcp=self.tcp) as transport,
        ):
            yield CardInSlot(CardSession(transport), transport, module, self.psam)

    @contextmanager
    def blocked_card(
        self, identification_code: IdentificationCode | None, pin: str | None
    ) -> Iterator[CardInSlot]:
        """The same with a card whose SSSE may be blocked for a time: see `open_card`."""
        with (
            self.psam.session() as module,
            connect(reader=self.reader, tcp=self.tcp) as transport,
        ):
            session = open_card(
                transport, transport.atr, identification_code=identification_code, pin=pin
            )
            yield CardInSlot(session, transport, module, self.psam)


def slot_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --reader, --tcp and the PSAM's options, as *slots* for the command; and --trace."""

    @trace_options
    @reader_option
    @tcp_option
    @psam_options
    @wraps(command)
    def run(reader: str | None, tcp: str | None, psam: PsamOptions, **others: Any) -> None:
        command(slots=Slots(reader, tcp, psam), **others)

    return run


@dataclass(frozen=True, slots=True)
class WhoseCard:
    """What the card shows here of whose it is; None where it keeps that to itself."""

    identification_code: IdentificationCode
    issuer: CardIssuer | None = None
    holder: CardHolder | None = None

    @property
    def number(self) -> str:
        """The card number, or the identification code where the card does not show it."""
        known = self.issuer.card_number if self.issuer else None
        return str(known or self.identification_code)

    def line(self) -> str:
        """For the clerk, to compare with the document."""
        holder = self.holder
        told = (holder.name, holder.social_security_number) if holder else ()
        return "  ".join((self.number, *(str(one) for one in told if one)))

    def to_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "identification_code": str(self.identification_code),
            "card_number": self.issuer.card_number if self.issuer else None,
        }


def whose(session: CardSession) -> WhoseCard:
    """Read what is open now; ask the keys or the holder first for more."""
    found: dict[str, Any] = {}
    for name, group in (("issuer", CardIssuer), ("holder", CardHolder)):
        try:
            found[name] = session.read(group)
        except (AccessRefusedError, ApplicationBlockedError):
            continue
    return WhoseCard(session.identification_code, **found)


def identified(card: CardInSlot) -> WhoseCard:
    """Whose card it is, as far as this desk's keys show it, told to the clerk for comparison."""
    # Without them, or with a part blocked, the number on the card's face has to do.
    with suppress(AccessRefusedError, ApplicationBlockedError, PsamKeyMissingError):
        if keys := card.keys():
            keys.open_holder_data(card.session)
    owner = whose(card.session)
    say(f"Card {owner.line()}", f"卡片 {owner.line()}")
    return owner
