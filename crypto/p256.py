"""P-256: ECDSA with SHA-256 (FIPS 186-5, clause 6), signatures as r | s; key agreement."""

from dataclasses import dataclass, field
from typing import ClassVar, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from crypto.curves import P256, SCALAR_SIZE
from crypto.errors import KeyMaterialError, SignatureError

SIGNATURE_SIZE: Final = 64
DIGEST_SIZE: Final = 32
# ECPrivateKey of a named curve of 256 bits (SEC 1, C.4): SEQUENCE, version 1, the scalar in 32
# bytes; at the end the point behind the BIT STRING's count of unused bits.
_EC_PRIVATE_KEY: Final = bytes.fromhex("30770201010420")
_SCALAR_AT: Final = len(_EC_PRIVATE_KEY)
_POINT_AT: Final = 57


@dataclass(frozen=True, slots=True, eq=False)
class P256PrivateKey:
    """A private key, ready to sign and to agree on a secret."""

    public_key: bytes
    _key: ec.EllipticCurvePrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """r | s, 64 bytes."""
        return self._signature(message, _ecdsa())

    def sign_digest(self, digest: bytes) -> bytes:
        """r | s over a SHA-256 digest; KeyMaterialError unless it has 32 bytes."""
        return self._signature(digest, _prehashed(digest))

    def agree(self, point65: bytes) -> bytes:
        """The X coordinate shared with the holder of a public key (SP 800-56A, 5.7.1.2).

        32 bytes; KeyMaterialError if the point is not on the curve.
        """
        P256.decode(point65)
        peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point65)
        return self._key.exchange(ec.ECDH(), peer)

    def scalar(self) -> bytes:
        """The private scalar, 32 bytes: for wrapping in a key store or a card, nothing else."""
        return self._key.private_numbers().private_value.to_bytes(SCALAR_SIZE, "big")

    def _signature(self, data: bytes, algorithm: ec.ECDSA) -> bytes:
        r, s = decode_dss_signature(self._key.sign(data, algorithm))
        return r.to_bytes(SCALAR_SIZE, "big") + s.to_bytes(SCALAR_SIZE, "big")


@dataclass(frozen=True, slots=True)
class P256Ecdsa:
    """ECDSA P-256 SHA-256 as a signature scheme: COSE's ES256 (RFC 9053, 2.1)."""

    name: ClassVar = "ECDSA P-256"
    curve: ClassVar = P256
    cose_algorithm: ClassVar = -7  # RFC 9053, table 1
    cose_curve: ClassVar = 1  # RFC 9053, table 18

    def generate_key(self) -> P256PrivateKey:
        """A new key pair."""
        return _private_key(ec.generate_private_key(ec.SECP256R1()))

    def generate_pair(self) -> tuple[bytes, bytes]:
        """A new key pair for somebody else: the scalar (32 bytes) and 04 | X | Y.

        Both halves are read from one encoding (SEC 1, C.4), which costs half of asking twice.
        """
        encoded = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
        if not encoded.startswith(_EC_PRIVATE_KEY) or encoded[_POINT_AT - 2 : _POINT_AT] != b"\0\4":
            raise KeyMaterialError("a P-256 key pair encoded in another way than SEC 1 does")
        return encoded[_SCALAR_AT : _SCALAR_AT + SCALAR_SIZE], encoded[_POINT_AT - 1 :]

    def load_key(self, scalar: bytes) -> P256PrivateKey:
        """The key pair of a 32-byte scalar; KeyMaterialError unless 1 <= d < n."""
        number = int.from_bytes(scalar, "big")
        if len(scalar) != SCALAR_SIZE or not 1 <= number < P256.n:
            raise KeyMaterialError("a P-256 private key is a 32-byte number from 1 to n - 1")
        return _private_key(ec.derive_private_key(number, ec.SECP256R1()))

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> None:
        """Return if the signature (r | s) holds, raise SignatureError if not.

        KeyMaterialError if `public_key` is no point of the curve.
        """
        _verify(public_key, message, signature, _ecdsa())

    def verify_digest(self, public_key: bytes, digest: bytes, signature: bytes) -> None:
        """As `verify`, for a SHA-256 digest."""
        _verify(public_key, digest, signature, _prehashed(digest))


def der_signature(signature: bytes) -> bytes:
    """r | s as most protocols write it: SEQUENCE of two INTEGERs (RFC 3279, 2.2.3)."""
    r, s = signature[:SCALAR_SIZE], signature[SCALAR_SIZE:]
    return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))


def _verify(public_key: bytes, data: bytes, signature: bytes, algorithm: ec.ECDSA) -> None:
    P256.decode(public_key)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    if len(signature) != SIGNATURE_SIZE:
        raise SignatureError(f"an ECDSA P-256 signature has {SIGNATURE_SIZE} bytes")
    try:
        key.verify(der_signature(signature), data, algorithm)
    except InvalidSignature as error:
        raise SignatureError("the ECDSA signature does not hold") from error


def _private_key(key: ec.EllipticCurvePrivateKey) -> P256PrivateKey:
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return P256PrivateKey(point, key)


def _ecdsa() -> ec.ECDSA:
    return ec.ECDSA(hashes.SHA256())


def _prehashed(digest: bytes) -> ec.ECDSA:
    if len(digest) != DIGEST_SIZE:
        raise KeyMaterialError(f"a digest of {len(digest)} bytes, not {DIGEST_SIZE}")
    return ec.ECDSA(Prehashed(hashes.SHA256()))
