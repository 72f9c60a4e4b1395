"""GENERAL AUTHENTICATE and GENERATE ASYMMETRIC KEY PAIR (SP 800-73-4, part 2, 3.2.4 and 3.3.2).

Key pairs are of P-256: every client knows it, and the card needs no second curve for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from hmac import compare_digest

from crypto.block_ciphers import AES, TRIPLE_DES, BlockCipher
from crypto.errors import KeyMaterialError
from crypto.p256 import P256Ecdsa, der_signature
from hardware_sim.card.state import Chip
from reader.card_profile.piv import (
    CHALLENGE,
    DYNAMIC_AUTHENTICATION,
    EXPONENTIATION,
    PUBLIC_KEY_TEMPLATE,
    PUBLIC_POINT,
    RESPONSE,
    WITNESS,
    Algorithm,
    Reference,
)
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

CIPHERS: Mapping[int, tuple[BlockCipher, int]] = {  # by algorithm: cipher, bytes of a key
    Algorithm.TRIPLE_DES: (TRIPLE_DES, 24),
    Algorithm.AES_128: (AES, 16),
    Algorithm.AES_192: (AES, 24),
    Algorithm.AES_256: (AES, 32),
}
KEY_PAIRS = frozenset(
    {
        Reference.AUTHENTICATION,
        Reference.SIGNATURE,
        Reference.KEY_MANAGEMENT,
        Reference.CARD_AUTHENTICATION,
    }
)
DIGEST_SIZE = 32
ALGORITHM_TEMPLATE, ALGORITHM = 0xAC, 0x80  # of GENERATE ASYMMETRIC KEY PAIR
INS_SET_MANAGEMENT_KEY = 0xFF  # one maker's, whose tool knows no other way
_SCHEME = P256Ecdsa()


def general_authenticate(chip: Chip, command: CommandApdu) -> bytes:
    """Prove the management key, sign a digest, or agree on a key, as P2 says."""
    asked = _template(command.data, DYNAMIC_AUTHENTICATION)
    if command.p2 == Reference.CARD_MANAGEMENT:
        return _wrapped(*_management(chip, command.p1, asked))
    if command.p2 not in KEY_PAIRS:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    if command.p1 != Algorithm.ECC_P256:
        raise StatusError(SW.WRONG_P1_P2)
    _require_pin(chip, command.p2)
    scalar = chip.persistent.piv.keys.get(command.p2)
    if scalar is None:
        raise StatusError(SW.REFERENCED_DATA_NOT_FOUND)
    key = _SCHEME.load_key(scalar)
    if command.p2 == Reference.KEY_MANAGEMENT:
        try:
            return _wrapped(RESPONSE, key.agree(asked.get(EXPONENTIATION, b"")))
        except KeyMaterialError:
            raise StatusError(SW.WRONG_DATA) from None
    digest = asked.get(CHALLENGE, b"")
    if len(digest) != DIGEST_SIZE:
        raise StatusError(SW.WRONG_DATA)
    return _wrapped(RESPONSE, der_signature(key.sign_digest(digest)))


def _require_pin(chip: Chip, reference: int) -> None:
    """Once a session; for the signature key just before (part 1, table 4b); never for 9E."""
    session = chip.volatile.piv
    allowed = {
        Reference.CARD_AUTHENTICATION: True,
        Reference.SIGNATURE: session.pin_just_verified,
    }.get(Reference(reference), session.pin_verified)
    if not allowed:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)


def _management(chip: Chip, algorithm: int, asked: dict[int, bytes]) -> tuple[int, bytes]:
    """Card management key: mutual by witness, or the host alone by challenge (part 2, A.1)."""
    memory, session = chip.persistent.piv, chip.volatile.piv
    witness, session.witness = session.witness, b""
    challenge, session.challenge = session.challenge, b""
    if not memory.management_key:
        raise StatusError(SW.REFERENCE_DATA_NOT_USABLE)
    if algorithm != memory.management_algorithm:
        raise StatusError(SW.WRONG_P1_P2)
    cipher, _ = CIPHERS[algorithm]
    if asked == {WITNESS: b""}:
        session.witness = chip.random(cipher.block_size)
        return WITNESS, cipher.encrypt(memory.management_key, session.witness)
    if asked == {CHALLENGE: b""}:
        session.challenge = chip.random(cipher.block_size)
        return CHALLENGE, session.challenge
    session.manager = False
    if WITNESS in asked:
        if not witness or not compare_digest(asked[WITNESS], witness):
            raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
        answer = asked.get(CHALLENGE, b"")
        if len(answer) != cipher.block_size:
            raise StatusError(SW.WRONG_DATA)
        session.manager = True
        return RESPONSE, cipher.encrypt(memory.management_key, answer)
    proof = asked.get(RESPONSE, b"")
    expected = cipher.encrypt(memory.management_key, challenge) if challenge else b""
    if not expected or not compare_digest(proof, expected):
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    session.manager = True
    return RESPONSE, b""


def generate_key_pair(chip: Chip, command: CommandApdu) -> bytes:
    """A new pair for reference P2, on the card; answered with its public key."""
    if not chip.volatile.piv.manager:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    if command.p1 or command.p2 not in KEY_PAIRS:
        raise StatusError(SW.WRONG_P1_P2)
    if _template(command.data, ALGORITHM_TEMPLATE).get(ALGORITHM) != bytes((Algorithm.ECC_P256,)):
        raise StatusError(SW.WRONG_DATA)
    scalar, answer = new_key_pair()
    memory = chip.persistent.piv
    chip.write(piv=replace(memory, keys={**memory.keys, command.p2: scalar}))
    return answer


def new_key_pair() -> tuple[bytes, bytes]:
    """The scalar to keep, and the public key template that answers (table 12)."""
    key = _SCHEME.generate_key()
    return key.scalar(), tlv.encode(PUBLIC_KEY_TEMPLATE, tlv.encode(PUBLIC_POINT, key.public_key))


def public_key(scalar: bytes) -> bytes:
    """The other half of a key pair, 04 | X | Y."""
    return _SCHEME.load_key(scalar).public_key


def set_management_key(chip: Chip, command: CommandApdu) -> bytes:
    """Algorithm, reference 9B, length and key, for who proved the old one."""
    if not chip.volatile.piv.manager:
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    if command.p1 != 0xFF or command.p2 not in (0xFF, 0xFE) or len(command.data) < 3:
        raise StatusError(SW.WRONG_P1_P2)
    algorithm, reference, size = command.data[:3]
    key = command.data[3:]
    if reference != Reference.CARD_MANAGEMENT or len(key) != size or not fits(algorithm, key):
        raise StatusError(SW.WRONG_DATA)
    memory = replace(chip.persistent.piv, management_algorithm=algorithm, management_key=key)
    chip.write(piv=memory)
    return b""


def fits(algorithm: int, key: bytes) -> bool:
    """Whether *key* can be a management key of this algorithm."""
    return algorithm in CIPHERS and len(key) == CIPHERS[algorithm][1]


def _template(data: bytes, tag: int) -> dict[int, bytes]:
    try:
        inner = tlv.find(data, tag)
        return dict(tlv.parse(inner)) if inner is not None else {}
    except tlv.TlvError:
        raise StatusError(SW.WRONG_DATA) from None


def _wrapped(tag: int, value: bytes) -> bytes:
    return tlv.encode(DYNAMIC_AUTHENTICATION, tlv.encode(tag, value)) if value else b""
