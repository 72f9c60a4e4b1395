"""What a desk does with a card's keys, wherever they are: in a key store, a PSAM, at the server.

The key that a card shares with its issuer is not lent: its holder compares the card's answer, and
says yes or no.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, Self

from crypto.keystore import KeyStore
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.files import ElementaryFile
from reader.card_profile.keys import CardKey
from reader.card_profile.ssse import EF06, SSSE
from reader.card_record import CardRecord
from reader.errors import CardAuthenticationError, CardRefusedError, MalformedAnswerError
from reader.session import AUTHENTICATION_SIZE, CardSession


class KeysInUse(Protocol):
    """The keys of one card: they are used, and never handed out."""

    def cryptogram(self, key: CardKey, random: bytes, factor: bytes) -> bytes:
        """What proves that *key* is held, over a random number and a factor of 8 bytes each."""

    def seal(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The protected data field of the command with this header (CLA INS P1 P2)."""

    def mac(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The data field of the command with this header: *data*, readable, and its MAC."""

    def confirms(self, key: CardKey, random: bytes, factor: bytes, answer: bytes) -> bool:
        """Whether *answer* is what a card that holds *key* makes of them; in constant time."""

    def proves_shared(
        self, record: CardRecord, random: bytes, factor: bytes, answer: bytes
    ) -> bool:
        """Whether *answer* is that of *record*'s card, by the key it shares with its issuer."""


@dataclass(frozen=True, slots=True)
class DeskKeys:
    """Opens what the card guards by a key."""

    keys: KeysInUse
    random: Callable[[int], bytes]

    @classmethod
    def of(
        cls, session: CardSession, store: KeyStore, atr: bytes, *, random: Callable[[int], bytes]
    ) -> Self:
        """The keys of the card in *session*; MalformedAnswerError if its ATR names no card."""
        region = session.identification_code.region
        try:
            factor = ladder_factor(atr)
        except ValueError as error:
            raise MalformedAnswerError(str(error)) from error
        return cls(CardKeys(store, session.profile, region, factor), random)

    def open_for_reading(self, session: CardSession, file: ElementaryFile) -> None:
        """Authenticate with the keys that guard the reading of *file*, if any do.

        CardRefusedError where the card holds another key; UnknownKeyError or PsamKeyMissingError
        where nobody here has it.
        """
        for name in sorted(file.reading_keys):
            self.authenticate(session, session.profile.key(name))

    def authenticate(
        self, session: CardSession, key: CardKey, *, even_blocked: bool = False
    ) -> None:
        """EXTERNAL AUTHENTICATE with *key*; errors as above.

        *even_blocked* enters an application that is blocked for a time.
        """
        prove = partial(self.keys.cryptogram, key)
        factor = self.random(AUTHENTICATION_SIZE)
        session.authenticate(key, prove, factor, even_blocked=even_blocked)

    def open_holder_data(self, session: CardSession) -> None:
        """Open what tells who the holder is; nothing to do where the card shows it freely."""
        self.open_for_reading(session, session.profile.application(SSSE.name).file(EF06.fid))

    def proves_shared(
        self, record: CardRecord, random: bytes, factor: bytes, answer: bytes
    ) -> bool:
        """See `reader.card_check.SharedKeyCheck`."""
        return self.keys.proves_shared(record, random, factor, answer)

    def check_card(self, session: CardSession) -> None:
        """INTERNAL AUTHENTICATE with IRK; CardAuthenticationError if the card cannot do it.

        It shows that an issuer's key is in the card, and says nothing about the record: that is
        `reader.card_check`.
        """
        irk = session.profile.key("IRK")
        random, factor = self.random(AUTHENTICATION_SIZE), self.random(AUTHENTICATION_SIZE)
        try:
            answer = session.internal_authenticate(irk, random, factor)
        except CardRefusedError as error:
            raise CardAuthenticationError(str(error)) from error
        if not self.keys.confirms(irk, random, factor, answer):
            raise CardAuthenticationError(irk.name)

    def reload_pin(self, session: CardSession, new_pin: str) -> None:
        """A new PIN for a holder who proved otherwise to be one: PUK opens, STK seals it."""
        self.authenticate(session, session.profile.key("PUK"))
        session.reload_pin(new_pin, partial(self.keys.seal, session.profile.key("STK")))

    def unblock_pin(self, session: CardSession) -> None:
        """New tries for a holder who knows the PIN after all; PUK opens, STK proves."""
        self.authenticate(session, session.profile.key("PUK"))
        session.unblock_pin(partial(self.keys.mac, session.profile.key("STK")))
