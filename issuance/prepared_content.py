"""A card that was prepared ahead for one chip, as the station takes it from the book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crypto.diversification import Diversification
from crypto.errors import UnknownKeyError
from issuance.card_job import CardJob
from issuance.personalization import Grouping, file_groupings
from issuance.preparation.content import PreparedCard
from reader.card_keys import CardKeys
from reader.card_profile.files import Application
from reader.card_profile.ssse import SSSE, Photo
from reader.global_platform import parse_dgis


@dataclass(frozen=True, slots=True)
class KeysByName:
    """The keys of one card, already diversified: no master key is needed where they are used."""

    keys: Mapping[str, bytes] = field(repr=False)

    def diversify(
        self,
        name: str,
        diversification: Diversification,
        factors: Sequence[bytes],
        label: bytes = b"",
    ) -> bytes:
        """See `reader.card_keys.Diversifier`."""
        try:
            return self.keys[label.decode("ascii")]
        except KeyError:
            raise UnknownKeyError(name) from None


@dataclass(frozen=True, slots=True)
class PreparedContent:
    """See `issuance.card_content.CardContent`."""

    job: CardJob
    keys: CardKeys
    _prepared: PreparedCard
    _record: bytes

    @classmethod
    def of(
        cls, job: CardJob, prepared: PreparedCard, record: bytes, factor: bytes
    ) -> "PreparedContent":
        """The card *prepared* for the chip of this *factor*."""
        keys = CardKeys(KeysByName(prepared.keys), job.profile, job.region, factor)
        code = keys.identification_code()
        return cls(job.with_identification_code(code), keys, prepared, record)

    @property
    def chip_private_key(self) -> bytes | None:
        """As it was prepared."""
        return self._prepared.scalar

    def groupings(self, application: Application, capacity: int) -> Sequence[Grouping]:
        """As they were prepared; records are small, so that the channel takes any of them.

        A photo is not prepared ahead: it comes to the station in its own file.
        """
        prepared = parse_dgis(self._prepared.groupings.get(application.name, b""))
        photos = [group for group in self.job.data.groups if isinstance(group, Photo)]
        if application.name != SSSE.name or not photos:
            return [*prepared]
        return [*prepared, *file_groupings(self.job.profile, photos[0], capacity)]

    def record(self, chip_key: bytes | None) -> bytes:
        """As it was signed, whatever pair the chip has made since."""
        return self._record
