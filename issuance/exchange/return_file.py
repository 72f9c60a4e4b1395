"""The return file: what became of each card of a volume, as the bureau reports it.

A card is good, with the chip it is on, or rejected, with the step and the reason.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, unique
from typing import Final

from issuance.exchange.chain import Chain, digest_chain
from issuance.exchange.errors import ExchangeFileError
from issuance.exchange.fields import (
    Field,
    FieldError,
    card_number,
    counted,
    decode,
    encode,
    identification_code,
    short_text,
    sized,
    up_to,
    values_of,
)
from issuance.exchange.volume import Form, Header, read, write

MAX_ATR: Final = 33  # ISO/IEC 7816-3, 8.2.1


@unique
class CardResult(Enum):
    """What became of a card."""

    GOOD = "good"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedCard:
    """One card as it came back; *row* counts the cards of its file from 1.

    *atr* is the whole answer to reset. The holder's number, name and dates stand in result files
    (回盘) only, to be compared with the book; bank columns are kept as they came.
    """

    row: int
    card_number: str
    result: CardResult
    stage: str | None = None
    reason: str | None = None
    identification_code: bytes | None = None
    atr: bytes | None = None
    chip_public_key: bytes | None = field(default=None, repr=False)
    blank_serial: str | None = None
    box_position: str | None = None
    bank_card_number: str | None = field(default=None, repr=False)
    personal_account: str | None = field(default=None, repr=False)
    social_security_number: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    issued_on: date | None = None
    expires_on: date | None = None


def _result(value: int) -> None:
    if value not in (0, 1):
        raise ValueError("neither 0 (good) nor 1 (rejected)")


RETURNED: Final = (
    Field(1, "row", int, counted),
    Field(2, "card_number", str, card_number),
    Field(3, "result", int, _result),
    Field(4, "stage", str, short_text, optional=True),
    Field(5, "reason", str, short_text, optional=True),
    Field(6, "identification_code", bytes, identification_code, optional=True),
    Field(7, "atr", bytes, up_to(MAX_ATR), optional=True),
    Field(8, "chip_public_key", bytes, sized(65), optional=True),
    Field(9, "blank_serial", str, short_text, optional=True),
    Field(10, "box_position", str, short_text, optional=True),
    Field(11, "bank_card_number", str, short_text, optional=True),
    Field(12, "personal_account", str, short_text, optional=True),
)
_RESULTS: Final = (CardResult.GOOD, CardResult.REJECTED)


def write_return(
    header: Header, cards: Iterable[ReturnedCard], chain: Chain | None = None
) -> bytes:
    """The return file of these cards, as a bureau writes it. ValueError as of `write_records`."""
    return write(header, map(_encoded, cards), chain or digest_chain())


def read_return(
    data: bytes, *, file: str, chain_of: Callable[[str | None, bytes], Chain | None]
) -> tuple[Header, list[ReturnedCard]]:
    """Header and cards. Raises ExchangeFileError."""
    header, records = read(data, Form.RETURN, file=file, chain_of=chain_of)
    if header.answers is None:
        raise ExchangeFileError("field", file, field="answers", why="missing")
    return header, [_card(content, file, row) for row, content in enumerate(records, 1)]


def _encoded(card: ReturnedCard) -> bytes:
    return encode(values_of(card, RETURNED) | {"result": _RESULTS.index(card.result)}, RETURNED)


def _card(content: object, file: str, row: int) -> ReturnedCard:
    try:
        found = decode(content, RETURNED)
    except FieldError as error:
        raise ExchangeFileError(
            "field", file, record=row, field=error.name, why=error.why
        ) from error
    return ReturnedCard(**found | {"result": _RESULTS[found["result"]]})
