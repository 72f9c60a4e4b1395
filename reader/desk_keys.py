"""The keys of one card at a desk of its issuer: what a PSAM would do in the terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

from crypto.keystore import KeyStore
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.files import ElementaryFile
from reader.card_profile.ssse import EF06, SSSE
from reader.card_record import CardRecord
from reader.errors import MalformedAnswerError
from reader.session import AUTHENTICATION_SIZE, CardSession


@dataclass(frozen=True, slots=True)
class DeskKeys:
    """Opens what the card guards by a key."""

    keys: CardKeys
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

        CardRefusedError where the card holds another key, UnknownKeyError where the store has
        none.
        """
        for name in sorted(file.reading_keys):
            key = session.profile.key(name)
            prove = partial(self.keys.cryptogram, key)
            session.authenticate(key, prove, self.random(AUTHENTICATION_SIZE))

    def open_holder_data(self, session: CardSession) -> None:
        """Open what tells who the holder is; nothing to do where the card shows it freely."""
        self.open_for_reading(session, session.profile.application(SSSE.name).file(EF06.fid))

    def prove_shared(self, record: CardRecord, random: bytes, factor: bytes) -> bytes:
        """See `reader.card_check.SharedKeyProver`."""
        return self.keys.prove_shared(record, random, factor)
