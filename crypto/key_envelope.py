"""How a key pair made by an authority reaches the holder's card: in an envelope.

GM suite: GM/T 0009-2012, SM2EnvelopedKey: a random SM4 key encrypted with SM2 under the card's
signing key, and the private scalar under it in SM4-ECB. The NIST suite takes the same shape with
what is at hand there: the key comes from ECDH with a key made for the occasion (SP 800-56A, and the
KDF of ANSI X9.63 with SHA-256), and the scalar is under it in AES-ECB. The card gets three parts.
"""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF

from crypto.curves import POINT_SIZE, SCALAR_SIZE
from crypto.errors import KeyMaterialError
from crypto.p256 import P256PrivateKey
from crypto.sm2 import Sm2, Sm2PrivateKey
from crypto.suites import PrivateKey, Suite

KEY_SIZE = 16


@dataclass(frozen=True, slots=True)
class KeyEnvelope:
    """A key pair on its way to one card."""

    wrapped_key: bytes  # the symmetric key, for the card's signing key only
    public_key: bytes  # 04 | X | Y
    encrypted_scalar: bytes = field(repr=False)  # 32 bytes under the symmetric key


def seal(
    suite: Suite, card_public_key: bytes, key: PrivateKey, symmetric_key: bytes
) -> KeyEnvelope:
    """The authority's end. *symmetric_key* is 16 random bytes; the NIST suite makes its own."""
    wrapped, used = _wrap(suite, card_public_key, symmetric_key)
    return KeyEnvelope(wrapped, key.public_key, suite.cipher.encrypt(used, key.scalar()))


def open_key(card_key: PrivateKey, wrapped_key: bytes) -> bytes:
    """The card's end, first part: the symmetric key; KeyMaterialError if it is for another."""
    if isinstance(card_key, Sm2PrivateKey):
        key = card_key.decrypt(wrapped_key)
    elif isinstance(card_key, P256PrivateKey) and len(wrapped_key) == POINT_SIZE:
        key = _derived(card_key.agree(wrapped_key))
    else:
        raise KeyMaterialError("no envelope for this kind of key")
    if len(key) != KEY_SIZE:
        raise KeyMaterialError(f"a key of {len(key)} bytes in the envelope, not {KEY_SIZE}")
    return key


def open_scalar(suite: Suite, key: bytes, public_key: bytes, encrypted_scalar: bytes) -> PrivateKey:
    """The card's end, the rest: the pair; KeyMaterialError if its halves do not fit together."""
    if len(encrypted_scalar) != SCALAR_SIZE:
        raise KeyMaterialError(f"a private key of {len(encrypted_scalar)} bytes, not {SCALAR_SIZE}")
    pair = suite.signature.load_key(suite.cipher.decrypt(key, encrypted_scalar))
    if pair.public_key != public_key:
        raise KeyMaterialError("the two halves of the key pair do not fit together")
    return pair


def _wrap(suite: Suite, card_public_key: bytes, symmetric_key: bytes) -> tuple[bytes, bytes]:
    """The wrapped key, and the key."""
    if len(symmetric_key) != KEY_SIZE:
        raise KeyMaterialError(f"a symmetric key of {len(symmetric_key)} bytes, not {KEY_SIZE}")
    if isinstance(suite.signature, Sm2):
        return suite.signature.encrypt(card_public_key, symmetric_key), symmetric_key
    ephemeral = suite.signature.generate_key()
    if not isinstance(ephemeral, P256PrivateKey):
        raise KeyMaterialError("no envelope for this kind of key")
    return ephemeral.public_key, _derived(ephemeral.agree(card_public_key))


def _derived(shared: bytes) -> bytes:
    return X963KDF(hashes.SHA256(), KEY_SIZE, None).derive(shared)
