"""Signed status lists: which cards are suspended or invalid, checked without a network.

IETF Token Status List (draft-ietf-oauth-status-list-17) as a CWT: two bits a card, compressed.
A list has 8,192 places: whatever it holds, it fits the 4,096 bytes of a signed record. In a file
lists stand one under the other, each a line of base64.
"""

import zlib
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, unique
from typing import Any, Self

from crypto.envelope import Envelope, Signer, parse, sign, verify
from crypto.errors import EnvelopeError, SignatureError
from crypto.trust import TrustedKey, TrustList
from reader.authenticity import CardStatus
from reader.card_record import CardRecord, StatusReference
from reader.errors import ReaderError

SIZE = 8_192  # places in a list
BITS = 2
# RFC 8392, 4; draft, 5.2.
SUBJECT, EXPIRES, ISSUED, TIME_TO_LIVE, STATUS_LIST = 2, 4, 6, 65_534, 65_533
URN = "urn:onecard:status-list:"
COSE_SIGN1 = b"\xd2"  # CBOR tag 18: how a single list begins
MAX_BYTES = SIZE  # eight bits a place, the most the draft allows


@unique
class TokenStatus(IntEnum):
    """Status types (draft, 7.1)."""

    VALID = 0x00
    INVALID = 0x01
    SUSPENDED = 0x02
    INACTIVE = 0x03  # "application specific": made, and not handed over yet


CARD_STATUS = {
    TokenStatus.VALID: CardStatus.VALID,
    TokenStatus.INVALID: CardStatus.INVALID,
    TokenStatus.SUSPENDED: CardStatus.SUSPENDED,
    TokenStatus.INACTIVE: CardStatus.INACTIVE,
}


class StatusListError(ReaderError):
    """These bytes are no status list, or not one that may be relied on."""

    code = "status-list"
    cause = ("The status list cannot be used.", "状态列表无法使用。")
    remedy = ("Fetch the newest list from the issuer.", "请向发卡机构获取最新的状态列表。")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """One list. What it says is proven only after `verify`."""

    number: int
    issued_at: datetime
    expires_at: datetime
    time_to_live: timedelta
    bits: int
    places: bytes = field(repr=False)
    envelope: Envelope = field(repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The list in a signed CWT. Raises StatusListError for any other bytes."""
        try:
            envelope = parse(data)
            claims = envelope.claims
            content = claims[STATUS_LIST]
            bits, compressed = content["bits"], content["lst"]
            if bits not in {1, 2, 4, 8} or not isinstance(compressed, bytes):
                raise ValueError("bits or lst")
            return cls(
                number=_number(claims[SUBJECT]),
                issued_at=datetime.fromtimestamp(claims[ISSUED], UTC),
                expires_at=datetime.fromtimestamp(claims[EXPIRES], UTC),
                time_to_live=timedelta(seconds=claims[TIME_TO_LIVE]),
                bits=bits,
                places=decompress(compressed),
                envelope=envelope,
            )
        except EnvelopeError as error:
            raise StatusListError(str(error)) from error
        except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
            raise StatusListError(f"not the claims of a status list: {error}") from error

    def verify(self, trust: TrustList, *, now: datetime) -> None:
        """Raise StatusListError unless a trusted key signed the list and it is not too old."""
        if not any(self._signed_by(key) for key in trust.find(self.envelope.kid)):
            raise StatusListError("no trusted key signed it")
        if now >= self.expires_at:
            raise StatusListError(f"too old, it ended {self.expires_at:%Y-%m-%d %H:%M} UTC")

    def status(self, index: int) -> CardStatus:
        """The status at a place. Raises StatusListError for a place outside of the list."""
        if not 0 <= index < len(self.places) * 8 // self.bits:
            raise StatusListError(f"place {index} is outside of list {self.number}")
        byte, place = divmod(index * self.bits, 8)
        value = self.places[byte] >> place & ((1 << self.bits) - 1)
        # A status type of a later time is not for this program to call valid.
        return CARD_STATUS[TokenStatus(value)] if value in CARD_STATUS else CardStatus.INVALID

    def _signed_by(self, key: TrustedKey) -> bool:
        try:
            verify(self.envelope, key)
        except SignatureError:
            return False
        return True


class StatusLists:
    """The lists a desk holds; as a function, the source of status for a verification."""

    def __init__(self, lists: Iterable[StatusList]) -> None:
        self._lists = {one.number: one for one in lists}

    def __len__(self) -> int:
        return len(self._lists)

    @property
    def oldest(self) -> datetime | None:
        """When the oldest of them was signed."""
        return min((one.issued_at for one in self._lists.values()), default=None)

    def held(self, number: int) -> StatusList | None:
        """The list with that number, if this desk has it."""
        return self._lists.get(number)

    def __call__(self, record: CardRecord) -> CardStatus:
        """The status of the card with this record; UNKNOWN when its list is not held here.

        Raises StatusListError for a place outside of the list.
        """
        return self.at(record.status)

    def at(self, reference: StatusReference) -> CardStatus:
        """The same of a place in a list."""
        held = self.held(reference.list_id)
        return CardStatus.UNKNOWN if held is None else held.status(reference.index)


def status_source(data: bytes, *, trust: TrustList, now: datetime) -> StatusLists:
    """The verified lists in a file's bytes: lines of base64, or one list as it is over HTTP.

    Raises StatusListError if one does not hold.
    """
    lists = status_lists(data)
    for one in lists:
        one.verify(trust, now=now)
    return StatusLists(lists)


def status_lists(data: bytes) -> list[StatusList]:
    """The same lists, at least one, whose signatures nobody has looked at. StatusListError."""
    lists = [StatusList.parse(encoded) for encoded in _encoded_lists(data)]
    if not lists:
        raise StatusListError("it is empty")
    return lists


def _encoded_lists(data: bytes) -> Iterator[bytes]:
    if data[:1] == COSE_SIGN1:
        yield data
        return
    for line in data.split():
        try:
            yield b64decode(line, validate=True)
        except Base64Error as error:
            raise StatusListError("neither a signed list nor base64") from error


def dumps(lists: Iterable[bytes]) -> str:
    """The text of a file of signed lists."""
    return "".join(b64encode(one).decode("ascii") + "\n" for one in lists)


def encode(
    number: int,
    statuses: Mapping[int, TokenStatus],
    signer: Signer,
    *,
    issued_at: datetime,
    lifetime: timedelta,
    time_to_live: timedelta,
) -> bytes:
    """A signed list; places that *statuses* leaves out are valid."""
    claims = {
        SUBJECT: f"{URN}{number}",
        EXPIRES: int((issued_at + lifetime).timestamp()),
        ISSUED: int(issued_at.timestamp()),
        TIME_TO_LIVE: int(time_to_live.total_seconds()),
        STATUS_LIST: {"bits": BITS, "lst": compress(statuses)},
    }
    return sign(claims, signer)


def compress(statuses: Mapping[int, TokenStatus], *, bits: int = BITS, size: int = SIZE) -> bytes:
    """The compressed byte array (draft, 4.1): places from the low bits of each byte upwards."""
    places = bytearray(size * bits // 8)
    for index, status in statuses.items():
        byte, place = divmod(index * bits, 8)
        places[byte] |= status << place
    return zlib.compress(bytes(places), 9)


def decompress(compressed: bytes) -> bytes:
    """The byte array again; ValueError for no or too much content, or bytes after its end."""
    stream = zlib.decompressobj()
    try:
        places = stream.decompress(compressed, MAX_BYTES)
    except zlib.error as error:
        raise ValueError(f"not compressed: {error}") from error
    if not stream.eof or stream.unused_data or not places:
        raise ValueError("compressed content has not the right size")
    return places


def _number(subject: Any) -> int:
    if not isinstance(subject, str) or not subject.startswith(URN):
        raise ValueError("subject")
    digits = subject.removeprefix(URN)
    if not digits.isascii() or not digits.isdigit():
        raise ValueError("subject")
    return int(digits)
