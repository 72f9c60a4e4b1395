"""The personalization station: one card on a transport, from a blank to a card that proves itself.

The order is what makes it safe to stop anywhere. Data and keys are written, the issuer's own
key set replaces the transport keys, everything is read back as a counter would; only then does
the chip's life cycle become SECURED, after which nothing here opens it again. A run that was
cut off is simply run again, and goes on where the card's last answer left it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from crypto.block_ciphers import AES
from crypto.keys import KeySet
from crypto.keystore import KeyStore
from crypto.sensitive_data import wrap_key
from issuance.card_content import CardContent, ComputedContent
from issuance.card_exchange import data_object, send
from issuance.card_job import CardJob
from issuance.issuer_keys import ISSUER_KEYS, TRANSPORT_KEYS
from issuance.loading import Loader
from issuance.piv_personalization import check_piv
from issuance.pki_personalization import check_pki
from issuance.progress.steps import Progress
from issuance.read_back import read_back
from reader.card_profile.values import IdentificationCode
from reader.global_platform import (
    ISD_AID,
    CardLifeCycle,
    get_status,
    put_aes_keys,
    set_card_status,
)
from reader.iso7816.commands import select_aid
from reader.secure_channel import CardIdentity, SecureChannel, open_channel
from reader.session import CardSession
from reader.transport import GetResponse, Transport

ISSUER_KEY_VERSION = 0x01  # of the issuer's own key set on a personalized card

HOST_CHALLENGE_SIZE = 8
SECURITY_DOMAIN = 0x80  # P1 of GET STATUS (GPC, 11.4.2.1)
LIFE_CYCLE_PATH = (0xE3, 0x9F70)  # GPC, 11.4.3.1


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCard:
    """What came of a card, for the book and the printer.

    *chip_public_key* is the one that the record names; None where it names a shared key.
    """

    identification_code: IdentificationCode
    atr: bytes
    chip_public_key: bytes | None
    record: bytes


class Station:
    """Personalizes cards with the keys of *store*, as of *clock*."""

    def __init__(
        self, store: KeyStore, *, random: Callable[[int], bytes], clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._random = random
        self._clock = clock

    def personalize(
        self,
        transport: Transport,
        atr: bytes,
        job: CardJob,
        *,
        book: Callable[[MadeCard], None] = lambda made: None,
    ) -> MadeCard:
        """Write *job*, worked out here, to the blank behind *transport*; see `write`."""
        return self.write(transport, atr, ComputedContent.of(job, self._store, atr), book=book)

    def write(
        self,
        transport: Transport,
        atr: bytes,
        content: CardContent,
        *,
        progress: Progress | None = None,
        book: Callable[[MadeCard], None] = lambda made: None,
    ) -> MadeCard:
        """Write *content* to the chip behind *transport*, read it back and secure the chip.

        *progress* is what an earlier run reached on this chip. *book* is told between reading back
        and securing; what it raises leaves the chip open.

        Raises ReaderError where the card or the line fails, ForeignCardError for a card that is
        no blank of this bureau, CardMismatchError where it does not give back what was written.
        """
        job, keys = content.job, content.keys
        plain = GetResponse(transport)
        channel = self._open(plain)
        dek = self._key_set(channel.identity).dek
        progress = progress or Progress(number=job.number)
        record = Loader(channel, content, dek=dek, progress=progress).load()
        self._replace_transport_keys(channel)
        chip_key = self._read_back(transport, content, record)
        check_pki(transport, job.profile, job.data.transport_pin)
        check_piv(transport, keys, job.data.transport_pin, job.last_day)
        made = MadeCard(
            identification_code=keys.identification_code(),
            atr=atr,
            chip_public_key=chip_key,
            record=record,
        )
        book(made)
        self._secure(plain)
        return made

    def finish(self, transport: Transport, content: CardContent, record: bytes) -> bool:
        """Read back and secure a chip that the book has: the run that booked it was cut off.

        False where the chip is secured already. Raises as `write` does.
        """
        plain = GetResponse(transport)
        if _life_cycle(self._open(plain)) >= CardLifeCycle.SECURED:
            return False
        self._read_back(transport, content, record)
        self._secure(plain)
        return True

    def is_secured(self, transport: Transport) -> bool:
        """Whether nothing can be written to this chip any more. Raises ReaderError."""
        return _life_cycle(self._open(GetResponse(transport))) >= CardLifeCycle.SECURED

    def _open(self, transport: Transport) -> SecureChannel:
        send(transport, select_aid(ISD_AID))
        return open_channel(transport, self._key_set, self._random(HOST_CHALLENGE_SIZE))

    def _key_set(self, identity: CardIdentity) -> KeySet:
        """The chip's keys: the issuer's own once they are in, the factory's until then."""
        own = identity.key_version == ISSUER_KEY_VERSION
        name = ISSUER_KEYS if own else TRANSPORT_KEYS
        found = self._store.diversify_key_set(name, identity.key_diversification_data)
        return replace(found, version=identity.key_version)

    def _replace_transport_keys(self, channel: SecureChannel) -> None:
        """PUT KEY: from here the chip obeys its issuer and no longer its factory."""
        identity = channel.identity
        if identity.key_version == ISSUER_KEY_VERSION:
            return
        dek = self._key_set(identity).dek
        own = self._store.diversify_key_set(ISSUER_KEYS, identity.key_diversification_data)
        wrapped = [(wrap_key(dek, key), AES.kcv(key)) for key in (own.enc, own.mac, own.dek)]
        replaced = identity.key_version
        send(channel, put_aes_keys(wrapped, new_version=ISSUER_KEY_VERSION, replaces=replaced))

    def _read_back(self, transport: Transport, content: CardContent, record: bytes) -> bytes | None:
        """Read as a counter would, compare, let the chip prove itself; its key in the record."""
        found = read_back(
            CardSession(transport),
            content.job,
            content.keys,
            record,
            trust=self._store.public_keys(),
            now=self._clock(),
            random=self._random,
        )
        return found.chip_key

    def _secure(self, transport: Transport) -> None:
        """The chip's life cycle to SECURED: no personalization after this."""
        channel = self._open(transport)
        reached = _life_cycle(channel)
        for state in (CardLifeCycle.INITIALIZED, CardLifeCycle.SECURED):
            if state > reached:
                send(channel, set_card_status(state))


def _life_cycle(channel: SecureChannel) -> int:
    """The chip's own state, a value of CardLifeCycle."""
    answer = send(channel, get_status(SECURITY_DOMAIN))
    return int.from_bytes(data_object(answer, *LIFE_CYCLE_PATH), "big")
