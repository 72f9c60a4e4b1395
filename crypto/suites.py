"""The two algorithm suites behind one interface.

GM is SM2, SM3 and SM4; NIST is ECDSA over P-256, SHA-256 and AES. A card profile names its suite,
and nothing else asks which of the two it works with. SCP03 is AES in both.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from crypto.block_ciphers import AES, SM4, BlockCipher
from crypto.curves import Curve
from crypto.p256 import P256Ecdsa
from crypto.sm2 import Sm2, sm3

KID_SIZE: Final = 8


class PrivateKey(Protocol):
    """A private key, ready to sign; its repr shows the public half only."""

    @property
    def public_key(self) -> bytes:
        """04 | X | Y, 65 bytes."""

    def sign(self, message: bytes) -> bytes:
        """r | s, 64 bytes, over the whole message (hashed inside)."""

    def sign_digest(self, digest: bytes) -> bytes:
        """r | s over 32 bytes that were hashed elsewhere; for SM2 they are e (ZA included)."""

    def scalar(self) -> bytes:
        """The private scalar, 32 bytes: for wrapping in a key store or a card, nothing else."""


class SignatureScheme(Protocol):
    """How a suite signs. Public keys are 04 | X | Y (65 bytes), signatures r | s (64 bytes)."""

    @property
    def name(self) -> str: ...

    @property
    def curve(self) -> Curve: ...

    @property
    def cose_algorithm(self) -> int:
        """The number in an envelope's protected header (RFC 9053, 2)."""

    @property
    def cose_curve(self) -> int:
        """The number in a COSE key (RFC 9053, 7.1)."""

    def generate_key(self) -> PrivateKey:
        """A new key pair."""

    def generate_pair(self) -> tuple[bytes, bytes]:
        """A new key pair for somebody else: the scalar (32 bytes) and 04 | X | Y."""

    def load_key(self, scalar: bytes) -> PrivateKey:
        """The key pair of a 32-byte scalar; KeyMaterialError if it is out of range."""

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> None:
        """Return if the signature holds; raise SignatureError if not.

        KeyMaterialError if the public key is no point of the curve.
        """

    def verify_digest(self, public_key: bytes, digest: bytes, signature: bytes) -> None:
        """As `verify`, for 32 bytes that were hashed elsewhere (see PrivateKey.sign_digest)."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A hash, a block cipher and a signature scheme that belong together."""

    name: str
    hash_name: str
    digest: Callable[[bytes], bytes] = field(repr=False)
    cipher: BlockCipher = field(repr=False)
    signature: SignatureScheme = field(repr=False)

    def kid(self, public_key: bytes) -> bytes:
        """The short name of a public key: the first 8 bytes of the digest of its 65 bytes."""
        return self.digest(public_key)[:KID_SIZE]


def sha256(message: bytes) -> bytes:
    """SHA-256 (FIPS 180-4): 32 bytes."""
    return hashlib.sha256(message).digest()


def compress(suite: Suite, point65: bytes) -> bytes:
    """A public key in 33 bytes (SEC 1, 2.3.3); KeyMaterialError if not on the suite's curve."""
    return suite.signature.curve.compress(point65)


def decompress(suite: Suite, point33: bytes) -> bytes:
    """A public key in 65 bytes (SEC 1, 2.3.4); KeyMaterialError if not on the suite's curve."""
    return suite.signature.curve.decompress(point33)


GM: Final = Suite("GM", "SM3", sm3, SM4, Sm2())
NIST: Final = Suite("NIST", "SHA-256", sha256, AES, P256Ecdsa())
SUITES: Final = {suite.name: suite for suite in (GM, NIST)}
