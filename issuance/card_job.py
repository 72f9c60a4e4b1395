"""What the book wants of one card: its data, and the record that will be signed over it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from crypto.envelope import Signer, sign
from issuance.instants import midnight
from issuance.personalization import KEY_VERSION, CardData
from reader.card_profile.files import RecordFile
from reader.card_profile.profiles import CardProfile
from reader.card_profile.ssse import CardHolder, CardIssuer
from reader.card_profile.values import IdentificationCode, RegionCode
from reader.card_record import CardRecord, StatusReference, data_digest
from reader.data_items import ItemError, to_records

T = TypeVar("T")
G = TypeVar("G")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardJob:
    """One card to make; its identification code is the chip's to give."""

    number: str
    profile: CardProfile
    region: RegionCode
    data: CardData
    status: StatusReference
    signing_key: str

    def group(self, kind: type[G]) -> G:
        """The data group of this kind; every job has an issuer and a holder."""
        for group in self.data.groups:
            if isinstance(group, kind):
                return group
        raise ItemError(kind.__name__, "not in the job")

    @property
    def last_day(self) -> date:
        """The last day on which the card is valid; ItemError in a job without one."""
        return _known("expiry_date", self.group(CardIssuer).expiry_date)

    def records(self, group: object) -> bytes:
        """The records of a data group as the card will hold them, one behind the other."""
        _, file = self.profile.file_of(type(group))
        slots = file.slots if isinstance(file, RecordFile) else None
        return b"".join(to_records(group, slots))

    def with_identification_code(self, code: IdentificationCode) -> "CardJob":
        """The job for the chip of this code."""
        groups = tuple(
            replace(group, identification_code=code) if isinstance(group, CardIssuer) else group
            for group in self.data.groups
        )
        return replace(self, data=replace(self.data, groups=groups))


def sign_record(
    job: CardJob, signer: Signer, code: IdentificationCode, chip_key: bytes | None
) -> bytes:
    """The signed record of this card, for its chip and its QR code."""
    issuer, holder = job.group(CardIssuer), job.group(CardHolder)
    digest = data_digest(signer.suite, *(job.records(group) for group in (issuer, holder)))
    record = CardRecord(
        card_number=_known("card_number", issuer.card_number),
        social_security_number=_known("social_security_number", holder.social_security_number),
        name=_known("name", holder.full_name),
        sex=_known("sex", holder.sex),
        identification_code=code,
        data_digest=digest,
        issued_at=midnight(_known("issue_date", issuer.issue_date)),
        expires_at=midnight(job.last_day + timedelta(days=1)),
        status=job.status,
        chip_key=chip_key,
        chip_key_id=None if chip_key else bytes((job.profile.key("IRK").kid, KEY_VERSION)),
    )
    return sign(record.claims(signer.suite), signer)


def _known(item: str, value: T | None) -> T:
    if value is None:
        raise ItemError(item, "missing")
    return value
