"""Is this record, and the card it lies on, the issuer's own, unchanged and valid now?

Pure: the trust list, the status and the time come in. What is not genuine is answered with
one verdict, the gravest first, and never with an exception: a hostile card or code is an
expected visitor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, unique
from typing import Any

from crypto.envelope import Envelope
from crypto.envelope import verify as verify_envelope
from crypto.errors import EnvelopeError, KeyMaterialError, SignatureError
from crypto.receipt import PAIR, parse_record
from crypto.trust import TrustedKey, TrustList
from reader.card_record import PREFIX, CardRecord, from_text

COSE_SIGN1_BYTE = 0xD2  # CBOR tag 18
BEGINNINGS = frozenset({COSE_SIGN1_BYTE, PAIR})  # what a record begins with, in either form


@unique
class Verdict(StrEnum):
    """What a verifier says; only GENUINE is a yes."""

    GENUINE = "genuine"
    MALFORMED = "malformed"
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"
    COPIED = "copied"
    REPLAYED = "replayed"
    UNKNOWN_CARD = "unknown_card"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    INACTIVE = "inactive"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"


REASONS: dict[Verdict, tuple[str, str]] = {
    Verdict.GENUINE: (
        "Signed by the issuer, unchanged, and valid.",
        "由发卡机构签名，内容未被改动，目前有效。",
    ),
    Verdict.MALFORMED: ("This is not a card record.", "这不是社会保障卡的签名记录。"),
    Verdict.ALTERED: (
        "The record was changed after it was signed.",
        "记录在签名之后被改动。",
    ),
    Verdict.UNKNOWN_KEY: (
        "Signed by a key that is not on the trust list.",
        "签名密钥不在信任列表中。",
    ),
    Verdict.COPIED: (
        "The record is genuine, but it belongs to another chip.",
        "记录是真实的，但不属于这张卡的芯片。",
    ),
    Verdict.REPLAYED: (
        "The proof of the chip was used before; it says nothing about the card here now.",
        "芯片证明已被使用过，不能证明卡片此刻在场。",
    ),
    Verdict.UNKNOWN_CARD: (
        "The issuer's book does not hold this card.",
        "发卡机构没有这张卡的记录。",
    ),
    Verdict.REVOKED: ("The card was reported lost or cancelled.", "该卡已挂失或注销。"),
    Verdict.SUSPENDED: ("The card is temporarily suspended.", "该卡已临时挂失。"),
    Verdict.INACTIVE: (
        "The card was made, but not handed over to its holder yet.",
        "该卡已制成，但尚未领卡启用。",
    ),
    Verdict.NOT_YET_VALID: ("The card is not valid yet.", "该卡尚未生效。"),
    Verdict.EXPIRED: ("The card has expired.", "该卡已过有效期。"),
}


# The reason of a yes that nobody was asked about a loss for: an answer must not claim more.
LOSS_NOT_CHECKED = (
    "Signed by the issuer, unchanged, and within its dates; a loss was not checked.",
    "由发卡机构签名，内容未被改动，在有效期内；未核查是否挂失。",
)


@unique
class CardStatus(Enum):
    """What the issuer says of a card now, in the book or in a signed status list."""

    VALID = "valid"
    SUSPENDED = "suspended"
    INACTIVE = "inactive"
    INVALID = "invalid"
    UNKNOWN = "unknown"


STATUS_VERDICTS = {
    CardStatus.INVALID: Verdict.REVOKED,
    CardStatus.SUSPENDED: Verdict.SUSPENDED,
    CardStatus.INACTIVE: Verdict.INACTIVE,
    CardStatus.UNKNOWN: Verdict.UNKNOWN_CARD,
}

StatusSource = Callable[[CardRecord], CardStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A verdict, why, and what the record says (None where it could not be read).

    *checks* names what was looked at, for the person who relies on it: a printed code shows
    nothing about a chip, and an offline check without a status list nothing about a loss.
    """

    verdict: Verdict
    reason: tuple[str, str]
    checks: tuple[str, ...] = ()
    record: CardRecord | None = None
    issuer: TrustedKey | None = None

    @property
    def genuine(self) -> bool:
        """Whether the answer is yes."""
        return self.verdict is Verdict.GENUINE

    def to_json(self) -> dict[str, Any]:
        """For programs. Who the holder is stands there only if the answer is yes."""
        english, chinese = self.reason
        return {
            "verdict": self.verdict.value,
            "genuine": self.genuine,
            "reason": english,
            "reason_zh": chinese,
            "checks": list(self.checks),
            "issuer": self.issuer.name if self.issuer else None,
            "card": self.record.to_json() if self.record and self.genuine else None,
        }


def refusal(
    verdict: Verdict,
    *,
    detail: str = "",
    checks: tuple[str, ...] = (),
    record: CardRecord | None = None,
    issuer: TrustedKey | None = None,
) -> Verification:
    """A verification that ends here, with record and issuer as far as known."""
    english, chinese = REASONS[verdict]
    if detail:
        english, chinese = f"{english} ({detail})", f"{chinese}（{detail}）"
    return Verification(
        verdict=verdict, reason=(english, chinese), checks=checks, record=record, issuer=issuer
    )


def verify_text(
    text: str, *, trust: TrustList, now: datetime, status: StatusSource | None = None
) -> Verification:
    """Verify the text of a QR code."""
    text = text.strip()
    try:
        envelope = from_text(text)
    except EnvelopeError as error:
        damaged = text.startswith(PREFIX)
        return refusal(Verdict.ALTERED if damaged else Verdict.MALFORMED, detail=str(error))
    return verify_record(envelope, trust=trust, now=now, status=status)


def verify_record(
    data: bytes, *, trust: TrustList, now: datetime, status: StatusSource | None = None
) -> Verification:
    """Verify a record's bytes: form, key, signature, status and validity, in this order."""
    try:
        envelope = parse_record(data)
    except EnvelopeError as error:
        damaged = data[:1] != b"" and data[0] in BEGINNINGS
        return refusal(Verdict.ALTERED if damaged else Verdict.MALFORMED, detail=str(error))
    keys = trust.find(envelope.kid)
    if not keys:
        return refusal(Verdict.UNKNOWN_KEY, detail=f"key {envelope.kid.hex()}")
    issuer = _signer(envelope, keys)
    if issuer is None:
        return refusal(Verdict.ALTERED)
    if not issuer.valid_on(now.date()):
        return refusal(Verdict.UNKNOWN_KEY, detail=f"key {issuer.name} is retired", issuer=issuer)
    try:
        record = CardRecord.from_claims(envelope.claims, issuer.suite)
    except (EnvelopeError, KeyMaterialError) as error:
        # Signed by a trusted key, yet no card: a status list, say, handed in as one.
        return refusal(Verdict.MALFORMED, detail=str(error), issuer=issuer)
    return _judge(record, issuer, now, status)


def _signer(envelope: Envelope, keys: tuple[TrustedKey, ...]) -> TrustedKey | None:
    for key in keys:
        try:
            verify_envelope(envelope, key)
        except SignatureError:
            continue
        return key
    return None


def _judge(
    record: CardRecord, issuer: TrustedKey, now: datetime, status: StatusSource | None
) -> Verification:
    checks = ("signature", "validity", *(("status",) if status else ()))

    def refused(verdict: Verdict, detail: str = "") -> Verification:
        return refusal(verdict, detail=detail, checks=checks, record=record, issuer=issuer)

    if status and (verdict := STATUS_VERDICTS.get(status(record))):
        return refused(verdict)
    if now < record.issued_at:
        return refused(Verdict.NOT_YET_VALID)
    if now >= record.expires_at:
        return refused(Verdict.EXPIRED, record.last_day.isoformat())
    return Verification(
        verdict=Verdict.GENUINE,
        reason=REASONS[Verdict.GENUINE] if status else LOSS_NOT_CHECKED,
        checks=checks,
        record=record,
        issuer=issuer,
    )
