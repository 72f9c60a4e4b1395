"""The whole card on the reader: its record, the data beside it, and the chip under both.

A record alone can be copied to another chip together with all files. Only the chip that the
record names can answer a fresh challenge.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hmac import compare_digest
from typing import Protocol

from crypto.errors import EnvelopeError, KeyMaterialError, SignatureError
from crypto.receipt import parse_record
from crypto.suites import Suite
from crypto.trust import TrustList
from reader.authenticity import StatusSource, Verdict, Verification, refusal, verify_record
from reader.card_profile.df0a import DF0A, EF0C, chip_proof_message
from reader.card_profile.ssse import EF05, EF06, SSSE
from reader.card_record import (
    CONFIRMATION,
    COSE_KEY,
    CardRecord,
    data_digest,
    file_size,
    from_file,
)
from reader.errors import AccessRefusedError, CardRefusedError
from reader.session import BINARY_BLOCK, CardSession

CHALLENGE_SIZE = 32
SHARED_RANDOM_SIZE = 8


class SharedKeyCheck(Protocol):
    """Knows what a chip answers with the key that it shares with its issuer, and tells nobody.

    Whoever holds the key: the issuer's server, a PSAM, or the issuer's own desk.
    """

    def __call__(self, record: CardRecord, random: bytes, factor: bytes, answer: bytes) -> bool:
        """Whether *answer* (8 bytes) is that of the chip that *record* names."""


def read_record(session: CardSession) -> bytes:
    """The signed record on the chip, without the filling behind it; b"" where there is none."""
    application = session.profile.application(DF0A.name)
    beginning = session.read_binary(application, EF0C, size=BINARY_BLOCK)
    size = file_size(beginning)
    if size <= len(beginning):
        return from_file(beginning)
    return from_file(session.read_binary(application, EF0C, size=min(size, EF0C.size)))


def check_card(
    session: CardSession,
    *,
    trust: TrustList,
    now: datetime,
    random: Callable[[int], bytes],
    status: StatusSource | None = None,
    shared_key: SharedKeyCheck | None = None,
) -> Verification:
    """Verify the record on the card, the data it covers, and that this is its chip."""
    found = verify_record(read_record(session), trust=trust, now=now, status=status)
    if found.record is None or found.issuer is None:
        return found
    record, suite = found.record, found.issuer.suite
    problem = _chip_problem(session, record, suite, random, shared_key)
    if problem is None and not _covers(session, record, suite):
        problem = (Verdict.ALTERED, "EF05/EF06")
    if problem is not None:
        verdict, detail = problem
        return refusal(
            verdict, detail=detail, checks=found.checks, record=record, issuer=found.issuer
        )
    proved = record.chip_key is not None or shared_key is not None
    return replace(found, checks=(*found.checks, "data", *(("chip",) if proved else ())))


def _covers(session: CardSession, record: CardRecord, suite: Suite) -> bool:
    """Whether EF05 and EF06 hold what was signed, byte for byte as stored."""
    application = session.profile.application(SSSE.name)
    stored = [b"".join(session.read_records(application, file)) for file in (EF05, EF06)]
    return compare_digest(data_digest(suite, *stored), record.data_digest)


def _chip_problem(
    session: CardSession,
    record: CardRecord,
    suite: Suite,
    random: Callable[[int], bytes],
    shared_key: SharedKeyCheck | None,
) -> tuple[Verdict, str] | None:
    if session.identification_code != record.identification_code:
        return Verdict.COPIED, f"chip {session.identification_code}"
    if record.chip_key is None:
        return _shared_key_problem(session, record, random, shared_key)
    challenge = random(CHALLENGE_SIZE)
    try:
        response = session.prove_chip(challenge)
        verify_chip_response(record, suite, challenge, response)
    except (SignatureError, KeyMaterialError, CardRefusedError):
        return Verdict.COPIED, ""
    return None


def answer_challenge(
    session: CardSession, challenge: bytes, *, record: bytes | None = None
) -> bytes:
    """What the chip says to a verifier's challenge of 16 bytes or more: signature or cryptogram.

    Which of them its *record* says, whatever else the chip could do. It is read where not given; of
    a card that shows it to key holders only, the profile decides.
    """
    if record is None:
        try:
            record = read_record(session)
        except AccessRefusedError:
            record = b""
    if _names_own_key(record, otherwise=session.profile.chip_has_key_pair):
        return session.prove_chip(challenge)
    random = challenge[:SHARED_RANDOM_SIZE]
    factor = challenge[SHARED_RANDOM_SIZE : 2 * SHARED_RANDOM_SIZE]
    return session.internal_authenticate(session.profile.key("IRK"), random, factor)


def _names_own_key(record: bytes, *, otherwise: bool) -> bool:
    """Whether a record, not verified here, names a key pair of the chip's own."""
    try:
        return COSE_KEY in parse_record(record).claims[CONFIRMATION]
    except (EnvelopeError, LookupError, TypeError):
        return otherwise


def verify_chip_response(
    record: CardRecord, suite: Suite, challenge: bytes, response: bytes
) -> None:
    """Return if *response* proves the record's chip; SignatureError if not."""
    if record.chip_key is None:
        raise SignatureError("the record names no key of the chip's own")
    message = chip_proof_message(record.identification_code, challenge)
    suite.signature.verify(record.chip_key, message, response)


def _shared_key_problem(
    session: CardSession,
    record: CardRecord,
    random: Callable[[int], bytes],
    shared_key: SharedKeyCheck | None,
) -> tuple[Verdict, str] | None:
    if shared_key is None:
        return None
    challenge, factor = random(SHARED_RANDOM_SIZE), random(SHARED_RANDOM_SIZE)
    try:
        answer = session.internal_authenticate(session.profile.key("IRK"), challenge, factor)
    except CardRefusedError:
        return Verdict.COPIED, ""
    if not shared_key(record, challenge, factor, answer):
        return Verdict.COPIED, ""
    return None
