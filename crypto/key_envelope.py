"""How an encryption key pair made by an authority reaches the holder's card: in an envelope.

GM suite: the key pair protection of GM/T 0009-2012, 7.4 and GM/T 0016-2012, 6.4.10. A random SM4
key is encrypted with SM2 for the card's signing key, and the private scalar under it in SM4-ECB.
The NIST suite takes the same shape, and that is this system's own: see `_wrap_p256`.

The card gets three parts, one by one: the wrapped key, the public key, the encrypted scalar. Points
inside a wrapped key are X | Y, as card commands carry them.
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from crypto.curves import SCALAR_SIZE
from crypto.errors import KeyMaterialError
from crypto.p256 import P256Ecdsa, P256PrivateKey
from crypto.sm2 import Sm2, Sm2PrivateKey
from crypto.suites import PrivateKey, Suite

KEY_SIZE: Final = 16
_UNCOMPRESSED: Final = b"\x04"
_XY_SIZE: Final = 64


@dataclass(frozen=True, slots=True)
class KeyEnvelope:
    """A key pair on its way to one card. Nothing in it is secret without that card."""

    wrapped_key: bytes  # GM: X | Y | digest | cipher text, 112 bytes; NIST: X | Y | key wrap, 88
    public_key: bytes  # 04 | X | Y
    encrypted_scalar: bytes  # 32


def seal(
    suite: Suite, card_public_key: bytes, key: PrivateKey, symmetric_key: bytes
) -> KeyEnvelope:
    """The authority's end: a pair for the card with this signing key.

    `symmetric_key` is 16 random bytes, never used for another pair. KeyMaterialError if it has
    another size, or the card's key is no point of the suite's curve.
    """
    if len(symmetric_key) != KEY_SIZE:
        raise KeyMaterialError(f"a symmetric key of {len(symmetric_key)} bytes, not {KEY_SIZE}")
    match suite.signature:
        case Sm2() as sm2:
            wrapped_key = sm2.encrypt(card_public_key, symmetric_key)[1:]
        case P256Ecdsa() as p256:
            wrapped_key = _wrap_p256(p256.generate_key(), card_public_key, symmetric_key)
        case other:
            raise KeyMaterialError(f"no envelope is known for {other.name}")
    return KeyEnvelope(
        wrapped_key=wrapped_key,
        public_key=key.public_key,
        encrypted_scalar=suite.cipher.encrypt(symmetric_key, key.scalar()),
    )


def open_envelope(suite: Suite, card_key: PrivateKey, envelope: KeyEnvelope) -> PrivateKey:
    """The card's end, all at once: the pair. Raises what the two halves of it raise."""
    symmetric_key = open_key(card_key, envelope.wrapped_key)
    return open_scalar(suite, symmetric_key, envelope.public_key, envelope.encrypted_scalar)


def open_key(card_key: PrivateKey, wrapped_key: bytes) -> bytes:
    """The symmetric key, 16 bytes; KeyMaterialError if it was not wrapped for this card."""
    match card_key:
        case Sm2PrivateKey():
            key = card_key.decrypt(_UNCOMPRESSED + wrapped_key)
        case P256PrivateKey():
            key = _unwrap_p256(card_key, wrapped_key)
        case _:
            raise KeyMaterialError("no envelope is known for this kind of key")
    if len(key) != KEY_SIZE:
        raise KeyMaterialError(f"a symmetric key of {len(key)} bytes, not {KEY_SIZE}")
    return key


def open_scalar(
    suite: Suite, symmetric_key: bytes, public_key: bytes, encrypted_scalar: bytes
) -> PrivateKey:
    """The pair; KeyMaterialError if its halves do not fit together: ECB proves nothing itself."""
    if len(encrypted_scalar) != SCALAR_SIZE:
        raise KeyMaterialError(f"a private key of {len(encrypted_scalar)} bytes, not {SCALAR_SIZE}")
    pair = suite.signature.load_key(suite.cipher.decrypt(symmetric_key, encrypted_scalar))
    if not compare_digest(pair.public_key, public_key):
        raise KeyMaterialError("the two halves of the key pair do not fit together")
    return pair


def _wrap_p256(ephemeral: P256PrivateKey, card_public_key: bytes, key: bytes) -> bytes:
    """X | Y of a key pair made for the occasion, then the AES key wrap of the key (RFC 3394)."""
    shared = ephemeral.agree(card_public_key)
    wrapped = aes_key_wrap(_wrapping_key(shared, ephemeral.public_key, card_public_key), key)
    return ephemeral.public_key[1:] + wrapped


def _unwrap_p256(card_key: P256PrivateKey, wrapped_key: bytes) -> bytes:
    ephemeral = _UNCOMPRESSED + wrapped_key[:_XY_SIZE]
    shared = card_key.agree(ephemeral)
    try:
        return aes_key_unwrap(
            _wrapping_key(shared, ephemeral, card_key.public_key), wrapped_key[_XY_SIZE:]
        )
    except (InvalidUnwrap, ValueError) as error:
        raise KeyMaterialError("the key was not wrapped for this P-256 key") from error


def _wrapping_key(shared: bytes, ephemeral: bytes, card_public_key: bytes) -> bytes:
    """ANSI X9.63 KDF (SEC 1, 3.6.1) with SHA-256; both public keys are the shared information."""
    return X963KDF(hashes.SHA256(), KEY_SIZE, ephemeral + card_public_key).derive(shared)
