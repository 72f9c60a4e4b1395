"""The signed record: what the issuer vouches for, on the chip and in the printed QR code.

One COSE_Sign1 CWT (RFC 9052, RFC 8392) serves both. It names the card and its holder, and is
bound to one chip three ways: by the identification code, by the digest of what EF05 and EF06
hold as stored, and by the confirmation key (RFC 8747) that only that chip has. Claim numbers
below -65536 are private use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from crypto import base45
from crypto.errors import EnvelopeError
from crypto.suites import Suite, compress, decompress
from reader.card_profile.values import CardNumber, IdentificationCode, SocialSecurityNumber
from reader.iso7816 import tlv
from reader.item_codecs import CHINA_STANDARD_TIME

# Registered CWT claims (RFC 8392, 4; RFC 8747, 3.1).
SUBJECT, EXPIRES, ISSUED, CONFIRMATION = 2, 4, 6, 8
# Private: the card's own items, in one map to keep the QR code small.
CARD = -65_537
NUMBER_CLAIM, NAME_CLAIM, SEX_CLAIM, CHIP_CLAIM, DIGEST_CLAIM, STATUS_CLAIM = 1, 2, 3, 4, 5, 6
# RFC 8747, 3: a COSE key, or the identifier of a key the issuer shares with the chip.
COSE_KEY, KEY_ID = 1, 3
KTY, CURVE, X, Y, EC2 = 1, -1, -2, -3, 2  # RFC 9053, 7.1.1

RID = bytes.fromhex("D1 56 00 00 05")  # inside every identification code; left out of the claim
PREFIX = "OC1:"  # text form; every character is in the QR code's alphanumeric set
DIGEST_SIZE = 16  # bytes kept of the digest: 128 bits against a second preimage
MAX_TEXT = 4096
LAST_SECOND = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())  # whatever the time zone
FILE_TAG = 0x53  # discretionary data (ISO/IEC 7816-4, table 16)


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where a card's status stands: the list's number and the place in it.

    The registered claim (IETF Token Status List, 6.2) would name the list by a URI and cost a
    QR code version; the trust settings say where an issuer publishes its lists.
    """

    list_id: int
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRecord:
    """What a signed record says. Exactly one of *chip_key* and *chip_key_id* is set.

    *chip_key* is an uncompressed point (65 bytes); *chip_key_id* names a key that issuer and
    chip share (kid and version), for chips without a key pair of their own.
    """

    card_number: CardNumber
    social_security_number: SocialSecurityNumber
    name: str
    sex: str
    identification_code: IdentificationCode
    data_digest: bytes
    issued_at: datetime
    expires_at: datetime
    status: StatusReference
    chip_key: bytes | None = None
    chip_key_id: bytes | None = None

    @property
    def last_day(self) -> date:
        """The last day on which the card is valid, where it was issued."""
        return (self.expires_at - timedelta(seconds=1)).astimezone(CHINA_STANDARD_TIME).date()

    def to_json(self) -> dict[str, str]:
        """What a verifier shows of the card."""
        return {
            "card_number": str(self.card_number),
            "name": self.name,
            "social_security_number": str(self.social_security_number),
            "sex": self.sex,
            "identification_code": str(self.identification_code),
            "issued_at": self.issued_at.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }

    def claims(self, suite: Suite) -> dict[int, Any]:
        """The CWT claims set."""
        return {
            SUBJECT: str(self.card_number),
            EXPIRES: int(self.expires_at.timestamp()),
            ISSUED: int(self.issued_at.timestamp()),
            CONFIRMATION: self._confirmation(suite),
            CARD: {
                NUMBER_CLAIM: str(self.social_security_number),
                NAME_CLAIM: self.name,
                SEX_CLAIM: self.sex,
                CHIP_CLAIM: _without_rid(self.identification_code),
                DIGEST_CLAIM: self.data_digest,
                STATUS_CLAIM: [self.status.list_id, self.status.index],
            },
        }

    def _confirmation(self, suite: Suite) -> dict[int, Any]:
        if self.chip_key is None:
            return {KEY_ID: self.chip_key_id}
        point = compress(suite, self.chip_key)
        curve = suite.signature.cose_curve
        return {COSE_KEY: {KTY: EC2, CURVE: curve, X: point[1:], Y: point[0] == 0x03}}

    @classmethod
    def from_claims(cls, claims: Mapping[Any, Any], suite: Suite) -> Self:
        """Read the claims of an envelope; EnvelopeError where they are not a card's."""
        try:
            card, confirmation = claims[CARD], claims[CONFIRMATION]
            if (COSE_KEY in confirmation) == (KEY_ID in confirmation):
                raise ValueError("exactly one confirmation key is wanted")
            return cls(
                card_number=CardNumber(claims[SUBJECT]),
                social_security_number=SocialSecurityNumber(card[NUMBER_CLAIM]),
                name=_text(card[NAME_CLAIM]),
                sex=_text(card[SEX_CLAIM]),
                identification_code=_with_rid(card[CHIP_CLAIM]),
                data_digest=_bytes(card[DIGEST_CLAIM]),
                issued_at=_instant(claims[ISSUED]),
                expires_at=_instant(claims[EXPIRES]),
                status=_status(card[STATUS_CLAIM]),
                chip_key=_chip_key(confirmation, suite),
                chip_key_id=_bytes(confirmation[KEY_ID]) if KEY_ID in confirmation else None,
            )
        except (LookupError, TypeError, ValueError) as error:
            raise EnvelopeError(f"not the claims of a card: {error}") from error


def data_digest(suite: Suite, issuer_records: bytes, holder_records: bytes) -> bytes:
    """Digest of EF05 and EF06 as stored: every record with tag and length, in order."""
    return suite.digest(issuer_records + holder_records)[:DIGEST_SIZE]


def to_text(envelope: bytes) -> str:
    """The form in a QR code: prefix and base45 (RFC 9285)."""
    return PREFIX + base45.encode(envelope)


def from_text(text: str) -> bytes:
    """The envelope in a text; EnvelopeError where it is none of ours or damaged."""
    if not text.startswith(PREFIX):
        raise EnvelopeError(f"does not begin with {PREFIX}")
    if len(text) > MAX_TEXT:
        raise EnvelopeError(f"longer than {MAX_TEXT} characters")
    try:
        return base45.decode(text.removeprefix(PREFIX))
    except ValueError as error:
        raise EnvelopeError(f"not base45: {error}") from error


def to_file(envelope: bytes) -> bytes:
    """The form in EF0C of DF0A: one data object, so that the file's filling has an end."""
    return tlv.encode(FILE_TAG, envelope)


def file_size(beginning: bytes) -> int:
    """Bytes of EF0C in use, from its first bytes; 0 where it holds no record."""
    if not beginning or beginning[0] != FILE_TAG:
        return 0
    try:
        return tlv.size_of_first(beginning)
    except tlv.TlvError:
        return 0


def from_file(content: bytes) -> bytes:
    """The envelope in EF0C; b"" where there is none."""
    try:
        return tlv.find(content[: file_size(content)], FILE_TAG) or b""
    except tlv.TlvError:
        return b""


def _without_rid(code: IdentificationCode) -> bytes:
    if code[3:8] != RID:
        raise ValueError("an identification code carries the RID D156000005")
    return bytes(code[:3] + code[8:])


def _with_rid(short: Any) -> IdentificationCode:
    kept = _bytes(short)
    return IdentificationCode(kept[:3] + RID + kept[3:])


def _chip_key(confirmation: Mapping[Any, Any], suite: Suite) -> bytes | None:
    if COSE_KEY not in confirmation:
        return None
    key = confirmation[COSE_KEY]
    if key[KTY] != EC2 or key[CURVE] != suite.signature.cose_curve:
        raise ValueError("confirmation key of another suite")
    return decompress(suite, (b"\x03" if key[Y] else b"\x02") + _bytes(key[X]))


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("a byte string is wanted")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted")
    return value


def _instant(seconds: int) -> datetime:
    if not 0 <= seconds < LAST_SECOND:
        raise ValueError("a time outside of the calendar")
    return datetime.fromtimestamp(seconds, UTC)


def _status(value: Any) -> StatusReference:
    match value:
        case [int() as list_id, int() as index] if list_id >= 0 and index >= 0:
            return StatusReference(list_id, index)
        case _:
            raise TypeError("a status reference is a list number and a place")
