"""The forms in which a GM authority hands over a key envelope: DER, and the record of GM/T 0016.

SM2EnvelopedKey (GM/T 0009-2012, 7.4): SEQUENCE { algorithm identifier, SM2Cipher, BIT STRING public
key, BIT STRING encrypted private key }. ENVELOPEDKEYBLOB (GM/T 0016-2012, 6.4.10): fields of fixed
size, little-endian words, every number of 32 bytes at the end of its 64. NIST has neither.
"""

from struct import Struct
from typing import Final

from crypto import der, sm2_ciphertext
from crypto.curves import SCALAR_SIZE, SM2P256V1
from crypto.errors import KeyMaterialError
from crypto.key_envelope import KEY_SIZE, KeyEnvelope

# 1.2.156.10197.1.104 and, with ECB as the mode of operation, .1 (GM/T 0006-2012).
_SM4: Final = bytes.fromhex("2A811CCF550168")
_SM4_ECB: Final = _SM4 + b"\x01"

_VERSION: Final = 1
_SGD_SM4_ECB: Final = 0x00000401  # GM/T 0006-2012
_BITS: Final = 256
_WRAPPED_SIZE: Final = 112
# Version, algorithm, bits, private key; bits, X, Y of the public key; X, Y, digest, size, cipher.
_BLOB: Final = Struct("<III 32x32s I 32x32s 32x32s 32x32s 32x32s 32s I 16s")


def to_der(envelope: KeyEnvelope) -> bytes:
    """SM2EnvelopedKey."""
    return der.encode(
        der.SEQUENCE,
        der.encode(der.SEQUENCE, der.encode(der.OBJECT_IDENTIFIER, _SM4_ECB)),
        sm2_ciphertext.to_der(b"\x04" + envelope.wrapped_key),
        der.encode_bits(envelope.public_key),
        der.encode_bits(envelope.encrypted_scalar),
    )


def from_der(data: bytes) -> KeyEnvelope:
    """The envelope in an SM2EnvelopedKey; KeyMaterialError if it is none under SM4 in ECB."""
    (content,) = der.contents(data, der.SEQUENCE)
    algorithm, cipher, public_key, encrypted = der.contents(
        content, der.SEQUENCE, der.SEQUENCE, der.BIT_STRING, der.BIT_STRING
    )
    identifier = der.split(algorithm)[:1]
    if identifier not in ([(der.OBJECT_IDENTIFIER, oid)] for oid in (_SM4, _SM4_ECB)):
        raise KeyMaterialError("the private key in the envelope is not under SM4 in ECB")
    raw = sm2_ciphertext.from_der(der.encode(der.SEQUENCE, cipher))
    return _envelope(raw[1:], der.octets(public_key), der.octets(encrypted))


def to_blob(envelope: KeyEnvelope) -> bytes:
    """ENVELOPEDKEYBLOB, 388 bytes."""
    wrapped, public = envelope.wrapped_key, envelope.public_key
    if len(wrapped) != _WRAPPED_SIZE:
        raise KeyMaterialError(f"a wrapped key of {len(wrapped)} bytes, not {_WRAPPED_SIZE}")
    return _BLOB.pack(
        *(_VERSION, _SGD_SM4_ECB, _BITS, envelope.encrypted_scalar),
        *(_BITS, public[1:33], public[33:]),
        *(wrapped[:32], wrapped[32:64], wrapped[64:96], KEY_SIZE, wrapped[96:]),
    )


def from_blob(data: bytes) -> KeyEnvelope:
    """The envelope in an ENVELOPEDKEYBLOB; KeyMaterialError if it is none under SM4 in ECB.

    What fills a field of 64 bytes up is ignored: some authorities encrypt its zeros too.
    """
    if len(data) != _BLOB.size:
        raise KeyMaterialError(f"an enveloped key of {len(data)} bytes, not {_BLOB.size}")
    version, algorithm, bits, encrypted, *rest = _BLOB.unpack(data)
    public_bits, public_x, public_y, x, y, digest, size, cipher_text = rest
    words = (version, algorithm, bits, public_bits, size)
    if words != (_VERSION, _SGD_SM4_ECB, _BITS, _BITS, KEY_SIZE):
        raise KeyMaterialError("an enveloped key of another kind than SM2 under SM4 in ECB")
    return _envelope(x + y + digest + cipher_text, b"\x04" + public_x + public_y, encrypted)


def _envelope(wrapped_key: bytes, public_key: bytes, encrypted: bytes) -> KeyEnvelope:
    SM2P256V1.decode(public_key)
    # Under ECB the end of a longer field opens by itself: the scalar is in the last 32 bytes.
    if len(encrypted) not in (SCALAR_SIZE, 2 * SCALAR_SIZE):
        raise KeyMaterialError(f"an encrypted private key of {len(encrypted)} bytes")
    return KeyEnvelope(wrapped_key, public_key, encrypted[-SCALAR_SIZE:])
