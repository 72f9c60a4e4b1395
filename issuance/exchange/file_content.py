"""A card of a record file as a station takes it: the bureau's end, without any key of the issuer's.

For a bureau that runs this program's station, and the proof that a record file is enough to make
its cards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crypto import cbor
from crypto.errors import UnknownKeyError
from crypto.keys import KeySet
from crypto.receipt import parse_record
from crypto.trust import TrustList
from issuance.card_job import CardJob
from issuance.exchange.card_secrets import CardSecrets
from issuance.exchange.errors import ExchangeFileError
from issuance.exchange.record_file import CardRecordEntry
from issuance.exchange.volume import Header
from issuance.issuer_keys import ISSUER_KEYS, TRANSPORT_KEYS
from issuance.personalization import CardData, Grouping
from issuance.prepared_content import KeysByName
from reader.card_keys import CardKeys
from reader.card_profile.files import Application, RecordFile
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.card_profile.values import RegionCode
from reader.card_record import CardRecord
from reader.data_items import from_records
from reader.global_platform import parse_dgis, record_dgi


@dataclass(frozen=True, slots=True)
class FileContent:
    """See `issuance.card_content.CardContent`; for the one chip that the entry names."""

    job: CardJob
    keys: CardKeys
    chip_private_key: bytes | None = field(repr=False)
    _groupings: dict[str, bytes] = field(repr=False)
    _record: bytes = field(repr=False)

    @classmethod
    def of(cls, header: Header, entry: CardRecordEntry, secrets: CardSecrets) -> "FileContent":
        """The card of this entry. ExchangeFileError for one that was not prepared ahead."""
        profile = PROFILES.get(header.profile or "")
        if profile is None or entry.record is None or entry.blank is None:
            raise ExchangeFileError(
                "form", entry.card_number, why="its card was not prepared ahead"
            )
        region = RegionCode(header.region)
        groupings = {str(name): bytes(held) for name, held in cbor.decode(entry.chip_data)}
        record = CardRecord.from_claims(parse_record(entry.record).claims, profile.suite)
        job = CardJob(
            number=entry.card_number,
            profile=profile,
            region=region,
            data=CardData(groups=(*_groups(profile, groupings),), transport_pin=secrets.pin),
            status=record.status,
            signing_key="",  # the record is signed
        )
        keys = CardKeys(KeysByName(secrets.keys), profile, region, entry.blank)
        return cls(job, keys, secrets.scalar, groupings, entry.record)

    def groupings(self, application: Application, capacity: int) -> Sequence[Grouping]:
        """As they stand in the file."""
        return [*parse_dgis(self._groupings.get(application.name, b""))]

    def record(self, chip_key: bytes | None) -> bytes:
        """As it stands in the file."""
        return self._record


@dataclass(frozen=True, slots=True)
class ChannelKeys:
    """The keys of one chip's secure channel, in place of the key sets that they come from."""

    secrets: CardSecrets
    trusted: TrustList = field(repr=False)

    def diversify_key_set(self, name: str, kdd: bytes) -> KeySet:
        """See `crypto.keystore.KeyStore`; UnknownKeyError for another chip."""
        known = {
            TRANSPORT_KEYS: self.secrets.factory_keys,
            ISSUER_KEYS: self.secrets.issuer_keys,
        }
        if kdd != self.secrets.diversification_data or name not in known:
            raise UnknownKeyError(name)
        enc, mac, dek = known[name]
        return KeySet(enc, mac, dek)

    def public_keys(self) -> TrustList:
        """What the issuer publishes."""
        return self.trusted


def _groups(profile: CardProfile, groupings: dict[str, bytes]) -> Iterator[Any]:
    """The data groups whose records are among the groupings, to be compared with the chip."""
    for application, file in profile.files():
        if not isinstance(file, RecordFile) or not file.slots:
            continue
        held = dict(parse_dgis(groupings.get(application.name, b"")))
        records = [held.get(record_dgi(file.sfi, slot.number), b"") for slot in file.slots]
        if any(records):
            yield from_records(file.holds, records, file.slots)
