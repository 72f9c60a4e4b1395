"""The record file: what a bureau needs to make the cards of one volume of a batch.

Print data, chip data and wrapped secrets are made elsewhere and only carried here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from issuance.exchange.chain import Chain, digest_chain
from issuance.exchange.errors import ExchangeFileError
from issuance.exchange.fields import (
    Field,
    FieldError,
    card_number,
    counted,
    decode,
    encode,
    sized,
    up_to,
    values_of,
)
from issuance.exchange.volume import Form, Header, read, write
from reader.card_profile.atr import LADDER_FACTOR_SIZE

MAX_DATA: Final = 1 << 20  # bytes of one field of one card


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecordEntry:
    """One card to make. Personal data and secrets stay out of the repr.

    *order* is its place in the batch; *print_data* goes onto its face, a photo as JPEG bytes;
    *chip_data* into its chip. Of a card that was prepared ahead: *secrets* are keys and PIN, sealed
    (`issuance.exchange.card_secrets`), *record* is the signed record, *blank* the factor of the one
    chip that it was made for (maker and serial).
    """

    order: int
    card_number: str
    print_data: Mapping[str, str | int | bytes | None] = field(repr=False)
    chip_data: bytes = field(repr=False)
    secrets: bytes | None = field(default=None, repr=False)
    record: bytes | None = field(default=None, repr=False)
    blank: bytes | None = None


def _print_data(value: Mapping[Any, Any]) -> None:
    for name, content in value.items():
        if not isinstance(name, str) or not isinstance(content, str | int | bytes | None):
            raise ValueError("not texts, numbers and bytes by name")


RECORD: Final = (
    Field(1, "number", int, counted),
    Field(2, "order", int, counted),
    Field(3, "card_number", str, card_number),
    Field(4, "print_data", Mapping, _print_data),
    Field(5, "chip_data", bytes, up_to(MAX_DATA)),
    Field(6, "secrets", bytes, up_to(MAX_DATA), optional=True),
    Field(7, "record", bytes, up_to(MAX_DATA), optional=True),
    Field(8, "blank", bytes, sized(LADDER_FACTOR_SIZE), optional=True),
)


def write_records(
    header: Header, entries: Iterable[CardRecordEntry], chain: Chain | None = None
) -> bytes:
    """The record file of these cards. ValueError for a card or header that it cannot carry."""
    return write(header, map(_encoded, enumerate(entries, 1)), chain or digest_chain())


def read_records(
    data: bytes,
    *,
    file: str = "record file",
    chain_of: Callable[[str | None, bytes], Chain | None],
) -> tuple[Header, list[CardRecordEntry]]:
    """Header and cards, as a bureau's device would read them. Raises ExchangeFileError."""
    header, records = read(data, Form.RECORDS, file=file, chain_of=chain_of)
    entries = []
    for number, content in enumerate(records, 1):
        try:
            found = decode(content, RECORD)
        except FieldError as error:
            raise ExchangeFileError(
                "field", file, record=number, field=error.name, why=error.why
            ) from error
        del found["number"]
        entries.append(CardRecordEntry(**found))
    return header, entries


def _encoded(numbered: tuple[int, CardRecordEntry]) -> bytes:
    number, entry = numbered
    return encode(values_of(entry, RECORD) | {"number": number}, RECORD)
