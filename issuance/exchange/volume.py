"""The plain form of an exchanged file: a CBOR sequence (RFC 8742) of header, cards and trailer.

    header          {1: form, 2: version, …}
    card, n times   [<< {1: n, …} >>, link n]
    trailer         {1: "end", 2: n, 3: link n, 4: SHA-256 of all before it}

Deterministic encoding throughout (RFC 8949, 4.2.1). docs/exchange-files.md shows every byte.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, unique
from hmac import compare_digest
from typing import Any, Final

from crypto import cbor
from crypto.errors import EnvelopeError
from issuance.exchange.chain import ID_SIZE, Chain
from issuance.exchange.errors import ExchangeFileError
from issuance.exchange.fields import (
    Field,
    FieldError,
    counted,
    decode,
    encode,
    moment,
    region_code,
    short_text,
    sized,
    up_to,
    values_of,
)

VERSION: Final = 1
END: Final = "end"
MAX_ENVELOPE: Final = 1 << 13  # bytes around one key
NUMBER: Final = 1  # the key of a card's own number in its record


@unique
class Form(Enum):
    """Which way a file goes."""

    RECORDS = "onecard-record-file"  # to the bureau
    RETURN = "onecard-return-file"  # back from it


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a file says of itself: whose, for whom, which volume of how many, how many cards.

    *sequence* counts the files from this sender to this receiver; *file_id* is used once in the
    world; *answers* is that of the file which a return file answers; *mac_key* names the master key
    behind the chain of records, None for plain digests. Of cards that were prepared ahead:
    *secrets_key* is the key of their secrets, in a CMS envelope; *profile* names the kind of card.
    """

    form: Form
    region: str
    bureau: str
    batch: str
    dispatch: int
    volume: int
    volumes: int
    sequence: int
    count: int
    created: datetime
    file_id: bytes
    answers: bytes | None = None
    mac_key: str | None = None
    secrets_key: bytes | None = field(default=None, repr=False)
    profile: str | None = None


HEADER: Final = (
    Field(1, "form", str),
    Field(2, "version", int),
    Field(3, "region", str, region_code),
    Field(4, "bureau", str, short_text),
    Field(5, "batch", str, short_text),
    Field(6, "dispatch", int, counted),
    Field(7, "volume", int, counted),
    Field(8, "volumes", int, counted),
    Field(9, "sequence", int, counted),
    Field(10, "count", int, counted),
    Field(11, "created", int, moment),
    Field(12, "file_id", bytes, sized(ID_SIZE)),
    Field(13, "answers", bytes, sized(ID_SIZE), optional=True),
    Field(14, "mac_key", str, short_text, optional=True),
    Field(15, "secrets_key", bytes, up_to(MAX_ENVELOPE), optional=True),
    Field(16, "profile", str, short_text, optional=True),
)


def write(header: Header, records: Iterable[bytes], chain: Chain) -> bytes:
    """The whole file around encoded records. ValueError where the header is not theirs."""
    if header.mac_key != chain.key_name or not header.volume <= header.volumes:
        raise FieldError("header", "does not belong to this chain, or to so few volumes")
    own = {
        "form": header.form.value,
        "version": VERSION,
        "created": int(header.created.timestamp()),
    }
    parts = [encode(values_of(header, HEADER) | own, HEADER)]
    link = chain.link(parts[0])
    for record in records:
        link = chain.link(link + record)
        parts.append(cbor.encode([record, link]))
    if len(parts) - 1 != header.count:
        raise FieldError("count", f"{header.count} named, {len(parts) - 1} written")
    digest = hashlib.sha256(b"".join(parts)).digest()
    parts.append(cbor.encode({1: END, 2: header.count, 3: link, 4: digest}))
    return b"".join(parts)


def read(
    data: bytes, form: Form, *, file: str, chain_of: Callable[[str | None, bytes], Chain | None]
) -> tuple[Header, list[Mapping[Any, Any]]]:
    """Header and records, after every check; *file* is its name, for what is said of it.

    *chain_of* gives the chain of a named key and file id, None where the key is not at hand.
    Raises ExchangeFileError.
    """
    items = _items(data, file)
    header, at = _header(*_next(items, file), form, file)
    chain = chain_of(header.mac_key, header.file_id)
    if chain is None:
        raise ExchangeFileError("mac_key", file, key=header.mac_key)
    link = chain.link(data[:at])
    records: list[Mapping[Any, Any]] = []
    for item, after in items:
        if isinstance(item, dict):
            _check_trailer(item, header, len(records), link, data[:at], file)
            if after != len(data):
                raise ExchangeFileError("behind_trailer", file)
            return header, records
        number = len(records) + 1
        record, link = _linked(item, link, chain, file, number)
        records.append(_record(record, file, number))
        at = after
    raise ExchangeFileError("cut_short", file)


def _items(data: bytes, file: str) -> Iterator[tuple[Any, int]]:
    try:
        yield from cbor.decode_sequence(data)
    except EnvelopeError as error:
        reason = "cut_short" if "cut short" in str(error) else "form"
        raise ExchangeFileError(reason, file, why=error) from error


def _next(items: Iterator[tuple[Any, int]], file: str) -> tuple[Any, int]:
    for item in items:
        return item
    raise ExchangeFileError("form", file, why="it is empty")


def _header(item: object, at: int, form: Form, file: str) -> tuple[Header, int]:
    if not isinstance(item, dict) or item.get(1) != form.value:
        raise ExchangeFileError("form", file, why=f"it does not begin as {form.value}")
    if item.get(2) != VERSION:
        raise ExchangeFileError("version", file, version=item.get(2), known=VERSION)
    try:
        found = decode(item, HEADER)
        if found["volume"] > found["volumes"]:
            raise FieldError("volume", f"{found['volume']} of {found['volumes']}")
    except FieldError as error:
        raise ExchangeFileError("field", file, field=error.name, why=error.why) from error
    del found["version"]
    return Header(**found | {"form": form, "created": moment(found["created"])}), at


def _linked(
    item: object, before: bytes, chain: Chain, file: str, number: int
) -> tuple[bytes, bytes]:
    """A record and its link."""
    match item:
        case [bytes(record), bytes(link)]:
            if compare_digest(link, chain.link(before + record)):
                return record, link
            raise ExchangeFileError("chain", file, record=number)
        case _:
            raise ExchangeFileError("form", file, record=number, why="no record with its link")


def _record(record: bytes, file: str, number: int) -> Mapping[Any, Any]:
    try:
        content = cbor.decode(record)
    except EnvelopeError as error:
        raise ExchangeFileError("form", file, record=number, why=error) from error
    if not isinstance(content, dict):
        raise ExchangeFileError("form", file, record=number, why="no map")
    if content.get(NUMBER) != number:
        raise ExchangeFileError("number", file, record=number, number=content.get(NUMBER))
    return content


def _check_trailer(
    trailer: dict[Any, Any], header: Header, found: int, link: bytes, before: bytes, file: str
) -> None:
    match trailer:
        case {1: "end", 2: int(count), 3: bytes(last), 4: bytes(digest)} if len(trailer) == 4:
            if not found == count == header.count:
                raise ExchangeFileError(
                    "count", file, header=header.count, trailer=count, found=found
                )
            if not compare_digest(digest, hashlib.sha256(before).digest()):
                raise ExchangeFileError("digest", file)
            if not compare_digest(last, link):
                raise ExchangeFileError("chain", file)
        case _:
            raise ExchangeFileError("form", file, why="no trailer")
