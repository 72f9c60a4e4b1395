"""What a card says of itself when a conversation begins: its kind, and which one it is."""

from dataclasses import dataclass

from reader.application_selection import algorithm_mark
from reader.card_profile.ssse import EF05
from reader.card_profile.values import IdentificationCode
from reader.card_version import FILLINGS, CardKind, is_known, kind_of, profile_of_mark
from reader.errors import BlankCardError, MalformedAnswerError
from reader.file_reading import FileReading, StoredRecords
from reader.stored_items import identification_code_of, values_by_tag

# Tags in EF05, and the numbers of their records.
IDENTIFICATION_CODE, VERSION = 0x01, 0x03


@dataclass(frozen=True, slots=True)
class Recognized:
    """A card at the beginning; *issuer* is EF05 where reading it brought the whole file."""

    kind: CardKind
    identification: IdentificationCode | MalformedAnswerError
    issuer: StoredRecords | None


def recognize(reading: FileReading, fci: bytes) -> Recognized:
    """The card whose SSSE is selected and answered with *fci*.

    Of version and identification code one may be missing, not both: BlankCardError or
    MalformedAnswerError then; UnknownVersionError where no profile is near.
    """
    mark = algorithm_mark(fci)
    expected = profile_of_mark(mark)
    # A card that keeps a part of EF05 back would refuse to give all at once.
    in_parts = expected is not None and bool(expected.record_file(EF05).restricted)
    numbers = (IDENTIFICATION_CODE, VERSION) if in_parts else None
    found = reading.records(EF05, numbers=numbers)
    values = values_by_tag(found.records, EF05.slots)
    version = values.get(VERSION, b"").strip(FILLINGS)
    identification = _identification(values.get(IDENTIFICATION_CODE, b""))
    if isinstance(identification, MalformedAnswerError):
        if not version and VERSION in values:
            raise BlankCardError
        if not is_known(version):
            raise identification
    kind = kind_of(version or None, mark)
    return Recognized(kind, identification, None if in_parts else found)


def _identification(stored: bytes) -> IdentificationCode | MalformedAnswerError:
    try:
        return identification_code_of(stored)
    except ValueError as error:
        return MalformedAnswerError(f"identification code: {error}")
