"""What is written on one chip, apart from how: two providers, one protocol.

`ComputedContent` works it out at the station, with the issuer's master keys and the signing key.
Content that was prepared ahead is `issuance.prepared_content`'s. The station sees no difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from crypto.keystore import KeyStore
from issuance.card_job import CardJob, sign_record
from issuance.personalization import (
    Grouping,
    Script,
    data_script,
    file_groupings,
    key_groupings,
    record_groupings,
)
from issuance.piv_personalization import piv_scripts
from issuance.pki_personalization import pki_scripts
from issuance.station_errors import ForeignCardError
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.card_profile.files import Application
from reader.global_platform import Dgi


class CardContent(Protocol):
    """One card for one chip."""

    @property
    def job(self) -> CardJob:
        """What the card must give back, with the chip's identification code."""

    @property
    def keys(self) -> CardKeys:
        """The card's own keys, by name."""

    @property
    def chip_private_key(self) -> bytes | None:
        """Of a key pair made ahead; None where the chip makes its own, or has none."""

    def groupings(self, application: Application, capacity: int) -> Sequence[Grouping]:
        """What goes into the files of an application; nothing of it is secret from the card."""

    def record(self, chip_key: bytes | None) -> bytes:
        """The signed record; *chip_key* is the public key of the pair that the chip made."""


@dataclass(frozen=True, slots=True)
class ComputedContent:
    """A card worked out for the chip that is in the reader."""

    job: CardJob
    keys: CardKeys
    _store: KeyStore

    chip_private_key = None

    @classmethod
    def of(cls, job: CardJob, store: KeyStore, atr: bytes) -> "ComputedContent":
        """For the chip that answers with *atr*; ForeignCardError for no social security card's."""
        keys = CardKeys(store, job.profile, job.region, factor_of(atr))
        return cls(job.with_identification_code(keys.identification_code()), keys, store)

    def groupings(self, application: Application, capacity: int) -> Sequence[Grouping]:
        """From the data groups of the job."""
        return [
            grouping
            for group in self.job.data.groups
            if self.job.profile.file_of(type(group))[0].name == application.name
            for grouping in file_groupings(self.job.profile, group, capacity)
        ]

    def record(self, chip_key: bytes | None) -> bytes:
        """Signed now."""
        signer = self._store.signer(self.job.signing_key)
        return sign_record(self.job, signer, self.keys.identification_code(), chip_key)


def factor_of(atr: bytes) -> bytes:
    """The factor of the chip (8 bytes: maker, serial); ForeignCardError where it has none."""
    try:
        return ladder_factor(atr)
    except ValueError as error:
        raise ForeignCardError from error


def scripts(content: CardContent, capacity: int) -> Iterator[Script]:
    """All applications but the one of the signed record, which needs the chip's answer first."""
    job, keys = content.job, content.keys
    for application in job.profile.applications:
        if application.name != DF0A.name:
            yield data_script(
                job.profile,
                application,
                keys={key.name: keys.key(key) for key in application.keys},
                pin=job.data.transport_pin,
                groupings=content.groupings(application, capacity),
            )
    yield from pki_scripts(keys, job.data.transport_pin)
    yield from piv_scripts(keys, job.data.transport_pin, job.last_day)


def makes_key_pair(content: CardContent) -> bool:
    """Whether the chip is told to make its own key pair."""
    return content.job.profile.chip_has_key_pair and content.chip_private_key is None


def key_pair_script(content: CardContent) -> Script:
    """The beginning of DF0A, where the chip makes its key pair and answers with its public key."""
    generate = (Dgi.GENERATE_KEY, bytes((CHIP_KEY_REFERENCE,)))
    return Script(name=DF0A.name, aid=DF0A.aid, groupings=(generate,))


def record_script(content: CardContent, record: bytes, capacity: int) -> Script:
    """DF0A from its beginning: the key pair, the card keys, the signed record."""
    application = content.job.profile.application(DF0A.name)
    keys = {key.name: content.keys.key(key) for key in application.keys}
    own = content.chip_private_key
    loaded = ((Dgi.LOAD_KEY, bytes((CHIP_KEY_REFERENCE,)) + own),) if own is not None else ()
    made = key_pair_script(content).groupings if makes_key_pair(content) else ()
    return Script(
        name=DF0A.name,
        aid=DF0A.aid,
        groupings=(
            *made,
            *loaded,
            *key_groupings(application, keys),
            *record_groupings(record, capacity),
        ),
    )
