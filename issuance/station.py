"""The personalization station: one card on a transport, from a blank to a card that proves itself.

The order is what makes it safe to stop anywhere. Data and keys are written, the issuer's own
key set replaces the transport keys, everything is read back as a counter would; only then does
the chip's life cycle become SECURED, after which nothing here opens it again. A run that was
cut off is simply run again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from crypto.block_ciphers import AES
from crypto.keys import KeySet
from crypto.keystore import KeyStore
from crypto.sensitive_data import wrap_key
from issuance.card_job import CardJob, sign_record
from issuance.issuer_keys import ISSUER_KEYS, TRANSPORT_KEYS
from issuance.personalization import (
    application_script,
    generate_chip_key,
    key_groupings,
    record_groupings,
    store_data_blocks,
)
from issuance.piv_personalization import check_piv, piv_script
from issuance.pki_personalization import check_pki, pki_script
from issuance.read_back import read_back
from issuance.station_errors import ForeignCardError
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.card_profile.values import IdentificationCode
from reader.errors import CardRefusedError, MalformedAnswerError
from reader.global_platform import (
    ISD_AID,
    CardLifeCycle,
    GpIns,
    command_name,
    get_status,
    install_for_personalization,
    put_aes_keys,
    set_card_status,
)
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.commands import select_aid
from reader.iso7816.status import SW
from reader.secure_channel import CardIdentity, SecureChannel, open_channel
from reader.session import CardSession
from reader.transport import GetResponse, Transport

ISSUER_KEY_VERSION = 0x01  # of the issuer's own key set on a personalized card

HOST_CHALLENGE_SIZE = 8
PUBLIC_KEY_PATH = (0x7F49, 0x86)  # ISO/IEC 7816-8, 5.4
SECURITY_DOMAIN = 0x80  # P1 of GET STATUS (GPC, 11.4.2.1)
LIFE_CYCLE_PATH = (0xE3, 0x9F70)  # GPC, 11.4.3.1


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCard:
    """What came of a job, for the book and the printer."""

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
        """Write *job* to the blank behind *transport*, read it back and secure the chip.

        *book* is told between reading back and securing; what it raises leaves the chip open.

        Raises ReaderError where the card or the line fails, ForeignCardError for a card that is
        no blank of this bureau, CardMismatchError where it does not give back what was written.
        """
        keys = self._card_keys(job, atr)
        code = keys.identification_code()
        job = job.with_identification_code(code)
        plain = GetResponse(transport)
        channel = self._open(plain)
        self._write_applications(channel, job, keys)
        self._write_key_applications(channel, job, keys)
        chip_key, record = self._write_record(channel, job, keys, code)
        self._replace_transport_keys(channel)
        self._read_back(transport, job, keys, record)
        check_pki(transport, job.profile, job.data.transport_pin)
        check_piv(transport, keys, job.data.transport_pin, job.last_day)
        made = MadeCard(identification_code=code, atr=atr, chip_public_key=chip_key, record=record)
        book(made)
        self._secure(plain)
        return made

    def finish(self, transport: Transport, atr: bytes, job: CardJob, record: bytes) -> bool:
        """Read back and secure a chip that the book has: the run that booked it was cut off.

        False where the chip is secured already. Raises as `personalize` does.
        """
        keys = self._card_keys(job, atr)
        plain = GetResponse(transport)
        if _life_cycle(self._open(plain)) >= CardLifeCycle.SECURED:
            return False
        job = job.with_identification_code(keys.identification_code())
        self._read_back(transport, job, keys, record)
        self._secure(plain)
        return True

    def is_secured(self, transport: Transport) -> bool:
        """Whether nothing can be written to this chip any more. Raises ReaderError."""
        return _life_cycle(self._open(GetResponse(transport))) >= CardLifeCycle.SECURED

    def _card_keys(self, job: CardJob, atr: bytes) -> CardKeys:
        try:
            return CardKeys(self._store, job.profile, job.region, ladder_factor(atr))
        except ValueError as error:  # no social security card's answer to reset
            raise ForeignCardError from error

    def _open(self, transport: Transport) -> SecureChannel:
        _send(transport, select_aid(ISD_AID))
        return open_channel(transport, self._key_set, self._random(HOST_CHALLENGE_SIZE))

    def _key_set(self, identity: CardIdentity) -> KeySet:
        """The chip's keys: the issuer's own once they are in, the factory's until then."""
        own = identity.key_version == ISSUER_KEY_VERSION
        name = ISSUER_KEYS if own else TRANSPORT_KEYS
        found = self._store.diversify_key_set(name, identity.key_diversification_data)
        return replace(found, version=identity.key_version)

    def _write_applications(self, channel: SecureChannel, job: CardJob, keys: CardKeys) -> None:
        dek = self._key_set(channel.identity).dek
        for application in job.profile.applications:
            if application.name != DF0A.name:
                card_keys = {key.name: keys.key(key) for key in application.keys}
                _run(
                    channel,
                    application_script(
                        job.profile,
                        application,
                        job.data,
                        card_keys,
                        dek=dek,
                        capacity=channel.capacity,
                    ),
                )

    def _write_key_applications(self, channel: SecureChannel, job: CardJob, keys: CardKeys) -> None:
        """PINs, keys and key pairs of the PKI and PIV applications, where there are any."""
        dek, capacity = self._key_set(channel.identity).dek, channel.capacity
        pin = job.data.transport_pin
        _run(channel, pki_script(keys, pin, dek=dek, capacity=capacity))
        _run(channel, piv_script(keys, pin, job.last_day, dek=dek, capacity=capacity))

    def _write_record(
        self, channel: SecureChannel, job: CardJob, keys: CardKeys, code: IdentificationCode
    ) -> tuple[bytes | None, bytes]:
        """DF0A: the chip makes its key pair, the issuer signs, the record goes on the chip."""
        application = job.profile.application(DF0A.name)
        _send(channel, install_for_personalization(application.aid))
        chip_key = None
        if job.profile.chip_has_key_pair:
            answer = _send(channel, generate_chip_key(CHIP_KEY_REFERENCE))
            chip_key = _data_object(answer, *PUBLIC_KEY_PATH)
        record = sign_record(job, self._store.signer(job.signing_key), code, chip_key)
        card_keys = {key.name: keys.key(key) for key in application.keys}
        groupings = [
            *key_groupings(application, card_keys, self._key_set(channel.identity).dek),
            *record_groupings(record, channel.capacity),
        ]
        first = 1 if chip_key else 0
        _run(channel, store_data_blocks(groupings, capacity=channel.capacity, first_block=first))
        return chip_key, record

    def _replace_transport_keys(self, channel: SecureChannel) -> None:
        """PUT KEY: from here the chip obeys its issuer and no longer its factory."""
        identity = channel.identity
        if identity.key_version == ISSUER_KEY_VERSION:
            return
        dek = self._key_set(identity).dek
        own = self._store.diversify_key_set(ISSUER_KEYS, identity.key_diversification_data)
        wrapped = [(wrap_key(dek, key), AES.kcv(key)) for key in (own.enc, own.mac, own.dek)]
        replaced = identity.key_version
        _send(channel, put_aes_keys(wrapped, new_version=ISSUER_KEY_VERSION, replaces=replaced))

    def _read_back(self, transport: Transport, job: CardJob, keys: CardKeys, record: bytes) -> None:
        read_back(
            CardSession(transport),
            job,
            keys,
            record,
            trust=self._store.public_keys(),
            now=self._clock(),
            random=self._random,
        )

    def _secure(self, transport: Transport) -> None:
        """The chip's life cycle to SECURED: no personalization after this."""
        channel = self._open(transport)
        reached = _life_cycle(channel)
        for state in (CardLifeCycle.INITIALIZED, CardLifeCycle.SECURED):
            if state > reached:
                _send(channel, set_card_status(state))


def _life_cycle(channel: SecureChannel) -> int:
    """The chip's own state, a value of CardLifeCycle."""
    answer = _send(channel, get_status(SECURITY_DOMAIN))
    return int.from_bytes(_data_object(answer, *LIFE_CYCLE_PATH), "big")


def _data_object(answer: bytes, *path: int) -> bytes:
    """The value behind a path of tags; MalformedAnswerError where the card gives none."""
    try:
        found = tlv.find(answer, *path)
    except tlv.TlvError as error:
        raise MalformedAnswerError(str(error)) from error
    if not found:
        raise MalformedAnswerError(f"no data object {path[-1]:X}")
    return found


def _run(transport: Transport, script: Iterable[CommandApdu]) -> None:
    """Send each command; the first refusal stops the script."""
    for command in script:
        _send(transport, command)


def _send(transport: Transport, command: CommandApdu) -> bytes:
    response = ResponseApdu.decode(transport.transmit(command.encode()))
    if response.sw == SW.CONDITIONS_OF_USE_NOT_SATISFIED and command.ins == GpIns.INSTALL:
        raise ForeignCardError  # secured already: it has a holder
    if response.sw != SW.OK:
        raise CardRefusedError(response.sw, command_name(command.ins))
    return response.data
