"""A record, and perhaps the proof of its chip, judged against the issuer's book.

What `reader.card_check` does at a counter, with the card at the other end of a network: the
challenge comes from here, counts once, and is spent whatever the verdict.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Self

from api.config import Service
from api.request_fields import JsonObject, hex_field, known_fields, object_field, text_field
from crypto.errors import SignatureError
from crypto.suites import Suite
from issuance import batches, cards, challenges
from issuance.book_errors import ChallengeError
from reader.authenticity import (
    CardStatus,
    Verdict,
    Verification,
    refusal,
    verify_record,
    verify_text,
)
from reader.card_check import SHARED_RANDOM_SIZE, verify_chip_response
from reader.card_keys import CardKeys, master_key_name
from reader.card_profile.atr import ladder_factor
from reader.card_profile.profiles import PROFILES
from reader.card_record import CardRecord
from reader.record_input import interpret

SIGNATURE_SIZE = 64  # r | s, of a chip with a key pair of its own
CRYPTOGRAM_SIZE = 8  # of a chip that shares its key with the issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipProof:
    """A challenge of ours, and what the chip answered to it."""

    challenge: bytes
    response: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationRequest:
    """A record as text (that of a QR code) or bytes, with the proof of its chip if there is one."""

    record: str | bytes
    proof: ChipProof | None

    @classmethod
    def from_json(cls, body: JsonObject) -> Self:
        """Read the body of a request. Raises InvalidFieldError."""
        known_fields(body, ("record", "chip"))
        record, chip = text_field(body, "record"), object_field(body, "chip")
        return cls(
            record=interpret(record.encode("utf-8", "replace")),
            proof=_proof(chip) if chip is not None else None,
        )


def verify_online(service: Service, asked: VerificationRequest) -> Verification:
    """Signature, status in the book and validity; the chip too, where its proof came along.

    Where the chip shares its key with the issuer and this service does not hold that key, the
    chip stays unproven: "chip" is not among the checks. Raises StorageError,
    TrustUnavailableError; the challenge is spent only if the book took it.
    """
    trust, at, proof = service.trust.current(), service.now(), asked.proof
    fresh = proof is None or _redeem(service, proof.challenge, at)
    status = partial(_status, service, at)
    if isinstance(asked.record, str):
        found = verify_text(asked.record, trust=trust, now=at, status=status)
    else:
        found = verify_record(asked.record, trust=trust, now=at, status=status)
    if proof is None or found.record is None or found.issuer is None:
        return found
    if not fresh:
        return _refused(found, Verdict.REPLAYED)
    match _proves(service, found.record, found.issuer.suite, proof):
        case None:
            return found
        case True:
            return replace(found, checks=(*found.checks, "chip"))
        case _:
            return _refused(found, Verdict.COPIED)


def _refused(found: Verification, verdict: Verdict) -> Verification:
    return refusal(verdict, checks=found.checks, record=found.record, issuer=found.issuer)


def _redeem(service: Service, challenge: bytes, at: datetime) -> bool:
    """Spend the challenge; False for one that is unknown, used or too old."""
    try:
        with service.book.changing() as session:
            challenges.redeem(session, challenge, at=at)
    except ChallengeError:
        return False
    return True


def _status(service: Service, at: datetime, record: CardRecord) -> CardStatus:
    with service.book.reading() as session:
        return cards.status_of(session, record, at=at)


def _proves(service: Service, record: CardRecord, suite: Suite, proof: ChipProof) -> bool | None:
    """Whether the answer is that of the record's chip; None where that cannot be told here."""
    if record.chip_key is None:
        return _shared_key_proves(service, record, proof)
    try:
        verify_chip_response(record, suite, proof.challenge, proof.response)
    except SignatureError:
        return False
    return True


def _shared_key_proves(service: Service, record: CardRecord, proof: ChipProof) -> bool | None:
    """The same of a chip without a key pair: random and factor are the challenge's two halves."""
    if service.keys is None:
        return None
    with service.book.reading() as session:
        card = cards.find(session, record.card_number)
        if card is None or card.atr is None:
            return None
        profile = PROFILES[batches.get(session, card.batch_id).profile]
        factor = ladder_factor(card.atr)
    if not service.keys.has(master_key_name(profile, profile.key("IRK"))):
        return None
    keys = CardKeys(service.keys, profile, record.identification_code.region, factor)
    middle, end = SHARED_RANDOM_SIZE, 2 * SHARED_RANDOM_SIZE
    random, factor = proof.challenge[:middle], proof.challenge[middle:end]
    return keys.proves_shared(record, random, factor, proof.response)


def _proof(chip: JsonObject) -> ChipProof:
    known_fields(chip, ("challenge", "response"), within="chip")
    return ChipProof(
        challenge=hex_field(chip, "challenge", (challenges.SIZE,), within="chip"),
        response=hex_field(chip, "response", (SIGNATURE_SIZE, CRYPTOGRAM_SIZE), within="chip"),
    )
