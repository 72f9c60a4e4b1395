"""A card's own keys, from the issuer's master keys by name (LD/T 32.4).

For the desk of the issuer: a counter elsewhere has a PSAM or asks the server instead, and
never holds a master key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from crypto.diversification import Diversification, KeyLevel, key_factors
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile
from reader.card_profile.values import SOCIAL_SECURITY_RID, IdentificationCode, RegionCode
from reader.card_record import CardRecord

SERIAL_SIZE = 4  # of the identification code: the chip serial's last bytes, as on most cards seen


class Diversifier(Protocol):
    """Gives a card's own keys: a key store of master keys, or the keys of one card themselves."""

    def diversify(
        self,
        name: str,
        diversification: Diversification,
        factors: Sequence[bytes],
        label: bytes = b"",
    ) -> bytes:
        """As `crypto.keystore.KeyStore.diversify`; *label* is the key's own name."""


@dataclass(frozen=True, slots=True)
class CardKeys:
    """The keys of one card. *ladder_factor* is the last eight historical bytes of its ATR."""

    store: Diversifier
    profile: CardProfile
    region: RegionCode
    ladder_factor: bytes

    def key(self, key: CardKey) -> bytes:
        """The 16 bytes of *key* on this card."""
        factors = key_factors(KeyLevel(key.level), self.region, self.ladder_factor)
        label = key.name.encode("ascii")
        return self.store.diversify(
            master_key_name(self.profile, key), self.profile.diversification, factors, label
        )

    def cryptogram(self, key: CardKey, random: bytes, factor: bytes) -> bytes:
        """What proves that *key* is held, over a random number and a factor of 8 bytes each."""
        return self.profile.authentication.cryptogram(self.key(key), random, factor)

    def seal(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The protected data field of the command with this header (CLA INS P1 P2)."""
        rules = self.profile.authentication
        return rules.seal_command(rules.session_key(self.key(key), random), header, data)

    def mac(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The data field of the command with this header: *data*, readable, and its MAC."""
        rules = self.profile.authentication
        return data + rules.command_mac(rules.session_key(self.key(key), random), header, data)

    def transaction_mac(self, key: CardKey, session: bytes, data: bytes) -> bytes:
        """The MAC of a step of a transaction; *session* makes the session key (8 bytes)."""
        rules = self.profile.authentication
        session_key = rules.session_key(self.key(key), session)
        return rules.mac(session_key, bytes(rules.cipher.block_size), data)

    def transaction_certificate(self, key: CardKey, data: bytes) -> bytes:
        """The TAC that this card gives over *data*."""
        return self.profile.authentication.tac(self.key(key), data)

    def identification_code(self) -> IdentificationCode:
        """The card's identification code: region, serial, and what only IRK can compute."""
        serial = self.ladder_factor[-SERIAL_SIZE:]
        unauthenticated = bytes.fromhex(self.region) + SOCIAL_SECURITY_RID + serial
        irk = self.key(self.profile.key("IRK"))
        authentication_code = self.profile.authentication_code(irk, unauthenticated)
        return IdentificationCode(unauthenticated + authentication_code)

    def confirms(self, key: CardKey, random: bytes, factor: bytes, answer: bytes) -> bool:
        """Whether *answer* is what a card that holds *key* makes of them; in constant time."""
        return self.profile.authentication.matches(self.key(key), random, factor, answer)

    def proves_shared(
        self, record: CardRecord, random: bytes, factor: bytes, answer: bytes
    ) -> bool:
        """Whether *answer* is that of *record*'s card, by the key it shares with its issuer."""
        if record.identification_code != self.identification_code():
            return False
        return self.confirms(self.profile.key("IRK"), random, factor, answer)


def master_key_name(profile: CardProfile, key: CardKey) -> str:
    """The name of a master key in the key store; one for each algorithm, never shared."""
    return f"{profile.authentication.name}/{key.name}"
