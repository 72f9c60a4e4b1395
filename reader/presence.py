"""The presence token: the server's word that this card was at this desk in this minute.

A COSE_Sign1 CWT like the card's record (`crypto.envelope`), with a text form of its own: ``OP1:``
and base45. It is signed by a key for nothing else (`crypto.trust.PRESENCE`), so that no record
passes for a token and no token for a record. It may be *used* until it expires; that the card was
there can be verified for ever. Claim numbers below -65536 are private use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from crypto import base45
from crypto.envelope import Envelope, Signer
from crypto.envelope import parse as parse_envelope
from crypto.envelope import sign as sign_envelope
from crypto.envelope import verify as verify_envelope
from crypto.errors import EnvelopeError, SignatureError
from crypto.trust import PRESENCE, TrustedKey, TrustList
from reader.card_profile.values import CardNumber, IdentificationCode, RegionCode
from reader.card_record import EXPIRES, ISSUED, LAST_SECOND, SUBJECT
from reader.errors import ReaderError

ISSUER, TOKEN_ID = 1, 7  # RFC 8392, 4
AT_DESK = -65_538  # what stands in it, beside the card's number
CHIP_CLAIM, DESK_CLAIM, CLERK_CLAIM, PURPOSE_CLAIM = 1, 2, 3, 4

PREFIX = "OP1:"
MAX_TEXT = 2048
ID_SIZE = 16
LIFETIME = timedelta(minutes=10)  # for whoever is to act on it
VALID = ("The card was at the desk in that minute.", "该卡在该时刻于柜台在场。")


class PresenceError(ReaderError):
    """The text is no presence token that counts."""

    code = "presence"
    cause = ("The presence token cannot be accepted.", "在场凭证无效。")
    remedy = (
        "Let the card be shown at a desk again.",
        "请在柜台重新出示卡片。",
    )


class PresenceMalformedError(PresenceError):
    """Not a presence token at all."""

    code = "presence-malformed"
    cause = ("This is not a presence token.", "这不是在场凭证。")


class PresenceAlteredError(PresenceError):
    """Changed after it was signed, or cut off."""

    code = "presence-altered"
    cause = ("The presence token was changed.", "在场凭证已被改动。")


class PresenceKeyError(PresenceError):
    """Signed by a key that is not on the trust list for presence tokens."""

    code = "presence-unknown-key"
    cause = (
        "The presence token was signed by a key that is not trusted for it.",
        "在场凭证的签名密钥不在信任列表中。",
    )
    remedy = (
        "Get the present trust list from the issuer.",
        "请向发卡机构获取最新的信任列表。",
    )


class PresenceNotYetError(PresenceError):
    """Its minute lies ahead: a clock is wrong."""

    code = "presence-not-yet"
    cause = ("The presence token is dated in the future.", "在场凭证的时间在将来。")
    remedy = ("Set this machine's clock.", "请校准本机时钟。")


class PresenceExpiredError(PresenceError):
    """Genuine, and too old to act on."""

    code = "presence-expired"
    cause = (
        "The card was there, but too long ago to act on it.",
        "卡片曾在场，但凭证已过使用期限。",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceToken:
    """That a card was at a desk. *identifier* is the token's own (16 bytes); *key* who signed."""

    card_number: CardNumber
    identification_code: IdentificationCode
    region: RegionCode  # of the issuer whose server signed
    desk: str
    clerk: str
    purpose: str
    at: datetime
    expires_at: datetime
    identifier: bytes
    key: TrustedKey | None = None

    @property
    def minute(self) -> datetime:
        """The minute in which the card was there."""
        return self.at.replace(second=0, microsecond=0)

    def to_json(self) -> dict[str, str]:
        """For programs; a time in UTC."""
        return {
            "id": self.identifier.hex(),
            "card_number": str(self.card_number),
            "identification_code": str(self.identification_code),
            "region": str(self.region),
            "desk": self.desk,
            "clerk": self.clerk,
            "purpose": self.purpose,
            "minute": self.minute.isoformat(),
            "expires_at": self.expires_at.isoformat(),
        }

    def claims(self) -> dict[int, Any]:
        """The CWT claims set."""
        return {
            ISSUER: str(self.region),
            SUBJECT: str(self.card_number),
            EXPIRES: int(self.expires_at.timestamp()),
            ISSUED: int(self.at.timestamp()),
            TOKEN_ID: self.identifier,
            AT_DESK: {
                CHIP_CLAIM: bytes(self.identification_code),
                DESK_CLAIM: self.desk,
                CLERK_CLAIM: self.clerk,
                PURPOSE_CLAIM: self.purpose,
            },
        }

    @classmethod
    def from_claims(cls, claims: Mapping[Any, Any]) -> Self:
        """Read the claims of an envelope. EnvelopeError where they are not a token's."""
        try:
            there = claims[AT_DESK]
            return cls(
                card_number=CardNumber(claims[SUBJECT]),
                identification_code=IdentificationCode(there[CHIP_CLAIM]),
                region=RegionCode(claims[ISSUER]),
                desk=_text(there[DESK_CLAIM]),
                clerk=_text(there[CLERK_CLAIM]),
                purpose=_text(there[PURPOSE_CLAIM]),
                at=_instant(claims[ISSUED]),
                expires_at=_instant(claims[EXPIRES]),
                identifier=_identifier(claims[TOKEN_ID]),
            )
        except (LookupError, TypeError, ValueError) as error:
            raise EnvelopeError(f"not the claims of a presence token: {error}") from error


def sign_presence(token: PresenceToken, signer: Signer) -> str:
    """The text form, signed. EnvelopeError for a token that is too long."""
    text = PREFIX + base45.encode(sign_envelope(token.claims(), signer))
    if len(text) > MAX_TEXT:
        raise EnvelopeError(f"a presence token has at most {MAX_TEXT} characters")
    return text


def verify_presence(text: str, *, trust: TrustList, now: datetime | None) -> PresenceToken:
    """What the token says, if the server signed it and it may still be used at *now*.

    Without *now* its age is not asked: it was true when it was signed, and stays so. Raises
    PresenceError of one kind or another.
    """
    envelope = _envelope(text.strip())
    key = _signer(envelope, trust)
    try:
        token = PresenceToken.from_claims(envelope.claims)
    except EnvelopeError as error:
        raise PresenceMalformedError(str(error)) from error
    if not key.valid_on(token.at.date()):
        raise PresenceKeyError(f"key {key.name}")
    if now is not None and now < token.minute:
        raise PresenceNotYetError(token.minute.isoformat())
    if now is not None and now >= token.expires_at:
        raise PresenceExpiredError(token.expires_at.isoformat())
    return replace(token, key=key)


def _envelope(text: str) -> Envelope:
    if not text.startswith(PREFIX):
        raise PresenceMalformedError(f"does not begin with {PREFIX}")
    if len(text) > MAX_TEXT:
        raise PresenceMalformedError(f"longer than {MAX_TEXT} characters")
    try:
        return parse_envelope(base45.decode(text.removeprefix(PREFIX)))
    except (EnvelopeError, ValueError) as error:
        raise PresenceAlteredError(str(error)) from error


def _signer(envelope: Envelope, trust: TrustList) -> TrustedKey:
    keys = trust.find(envelope.kid, use=PRESENCE)
    for key in keys:
        try:
            verify_envelope(envelope, key)
        except SignatureError:
            continue
        return key
    if keys:
        raise PresenceAlteredError
    raise PresenceKeyError(f"key {envelope.kid.hex()}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is wanted")
    return value


def _identifier(value: Any) -> bytes:
    if not isinstance(value, bytes) or len(value) != ID_SIZE:
        raise ValueError(f"an identifier has {ID_SIZE} bytes")
    return value


def _instant(seconds: int) -> datetime:
    if not 0 <= seconds < LAST_SECOND:
        raise ValueError("a time outside of the calendar")
    return datetime.fromtimestamp(seconds, UTC)
