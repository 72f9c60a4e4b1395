"""SM2 over sm2p256v1 with SM3: signatures and encryption (GM/T 0003.2 and 0003.4-2012; GB/T 32918).

`cryptography` has SM3 but no SM2. The secret computations are done by a provider: the machine's
own libcrypto (crypto.sm2_libcrypto) or, where that has no SM2, gmssl-pyx (crypto.sm2_gmssl). Both
sign and verify the digest e; ZA and e are made here, so that either provider serves any user ID.
Signatures travel as r | s (64 bytes), ciphertexts as C1 | C3 | C2; the providers' DER stays inside.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar, Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from crypto import sm2_ciphertext
from crypto.curves import SCALAR_SIZE, SM2_GENERATOR, SM2P256V1
from crypto.errors import CryptoError, KeyMaterialError, SignatureError, SuiteUnavailableError
from crypto.sm2_gmssl import GmsslProvider
from crypto.sm2_libcrypto import LibcryptoProvider

# The ID of a signer who has none of his own (GM/T 0009-2012, clause 10).
DEFAULT_USER_ID: Final = b"1234567812345678"
SIGNATURE_SIZE: Final = 64
DIGEST_SIZE: Final = 32
# ENTL counts bits in two bytes (GM/T 0003.2-2012, 5.5).
MAX_USER_ID_SIZE: Final = 0xFFFF // 8

# The constant part of ZA: a | b | xG | yG, each 32 bytes (GM/T 0003.2-2012, 5.5).
_CURVE_BYTES: Final = b"".join(
    number.to_bytes(32, "big") for number in (SM2P256V1.p - 3, SM2P256V1.b, *SM2_GENERATOR)
)
# GM/T 0003.5-2012, annex A: the example every implementation must agree with.
_EXAMPLE_SCALAR: Final = bytes.fromhex(
    "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
)
_EXAMPLE_PUBLIC_KEY: Final = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
_EXAMPLE_DIGEST: Final = bytes.fromhex(
    "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"
)
_EXAMPLE_SIGNATURE: Final = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)


class Provider(Protocol):
    """What computes with SM2 keys. Digests have 32 bytes, signatures are DER."""

    @property
    def name(self) -> str: ...

    def generate(self) -> tuple[bytes, bytes]:
        """A new private scalar (32 bytes) and its public key (65 bytes)."""

    def public_key(self, scalar: bytes) -> bytes:
        """The public key (65 bytes) of a scalar already known to be in range."""

    def signing_function(self, scalar: bytes, public_key: bytes) -> Callable[[bytes], bytes]:
        """A function from a digest to its DER signature; callable from any thread or fork."""

    def verify(self, public_key: bytes, digest: bytes, signature: bytes) -> bool:
        """Whether the DER signature holds for a public key already known to be on the curve."""

    def encrypt(self, public_key: bytes, message: bytes) -> bytes:
        """The ciphertext in DER, for a public key already known to be on the curve."""

    def decrypt(self, scalar: bytes, public_key: bytes, ciphertext: bytes) -> bytes:
        """What was encrypted, from DER; CryptoError if the ciphertext is none of this key's."""


# Two threads may both be first: each then holds a working provider, and one is kept. A lock
# instead could be inherited, taken, by a process forked at that moment.
@cache
def provider() -> Provider:
    """The first provider that works on this machine; SuiteUnavailableError if there is none."""
    return choose_provider((LibcryptoProvider.load, GmsslProvider.load))


def choose_provider(loaders: Sequence[Callable[[], Provider]]) -> Provider:
    """The first of these that loads and agrees with the standard's example."""
    reasons = []
    for load in loaders:
        try:
            found = load()
            _self_test(found)
        except SuiteUnavailableError as error:
            reasons.append(error.reason)
        except CryptoError as error:
            reasons.append(str(error))
        else:
            return found
    raise SuiteUnavailableError("GM", "; ".join(reasons))


@dataclass(frozen=True, slots=True, eq=False)
class Sm2PrivateKey:
    """A private key, ready to sign for one user ID, and to decrypt."""

    public_key: bytes
    _za: bytes = field(repr=False)
    _scalar: bytes = field(repr=False)
    _sign: Callable[[bytes], bytes] = field(repr=False)
    _provider: Provider = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """r | s over SM3(ZA | message), 64 bytes."""
        return self.sign_digest(sm3(self._za + message))

    def sign_digest(self, digest: bytes) -> bytes:
        """r | s over e, 64 bytes; KeyMaterialError unless it has 32."""
        _check_digest(digest)
        r, s = decode_dss_signature(self._sign(digest))
        return r.to_bytes(SCALAR_SIZE, "big") + s.to_bytes(SCALAR_SIZE, "big")

    def decrypt(self, ciphertext: bytes) -> bytes:
        """The message in C1 | C3 | C2; KeyMaterialError if it was not encrypted for this key."""
        encoded = sm2_ciphertext.to_der(ciphertext)
        try:
            return self._provider.decrypt(self._scalar, self.public_key, encoded)
        except CryptoError as error:
            raise KeyMaterialError("the message was not encrypted for this SM2 key") from error

    def scalar(self) -> bytes:
        """The private scalar, 32 bytes: for wrapping in a key store or a card, nothing else."""
        return self._scalar


@dataclass(frozen=True, slots=True)
class Sm2:
    """SM2 with SM3 as a signature scheme; the provider is found at the first use."""

    user_id: bytes = DEFAULT_USER_ID
    find_provider: Callable[[], Provider] = field(default=provider, repr=False)

    name: ClassVar = "SM2"
    curve: ClassVar = SM2P256V1
    # RFC 9053 knows no SM2, nor does IANA: the first numbers for private use (RFC 9052, 11.1).
    cose_algorithm: ClassVar = -65537
    cose_curve: ClassVar = -65537

    def __post_init__(self) -> None:
        if len(self.user_id) > MAX_USER_ID_SIZE:
            raise KeyMaterialError(f"an SM2 user ID has at most {MAX_USER_ID_SIZE} bytes")

    def generate_key(self) -> Sm2PrivateKey:
        """A new key pair."""
        scalar, public_key = self.find_provider().generate()
        _check_scalar(scalar)
        return self._private_key(scalar, public_key)

    def generate_pair(self) -> tuple[bytes, bytes]:
        """A new key pair for somebody else: the scalar (32 bytes) and 04 | X | Y."""
        scalar, public_key = self.find_provider().generate()
        _check_scalar(scalar)
        return scalar, public_key

    def load_key(self, scalar: bytes) -> Sm2PrivateKey:
        """The key pair of a 32-byte scalar; KeyMaterialError unless 1 <= d <= n - 2."""
        _check_scalar(scalar)
        public_key = self.find_provider().public_key(scalar)
        key = self._private_key(scalar, public_key)
        # Neither provider notices a public half that belongs to another key: try the pair.
        try:
            self.verify(public_key, b"", key.sign(b""))
        except SignatureError as error:
            raise KeyMaterialError("the SM2 key pair does not fit together") from error
        return key

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> None:
        """Return if the signature (r | s) holds, raise SignatureError if not.

        KeyMaterialError if `public_key` is no point of the curve.
        """
        self.verify_digest(public_key, sm3(za(public_key, self.user_id) + message), signature)

    def verify_digest(self, public_key: bytes, digest: bytes, signature: bytes) -> None:
        """As `verify`, for the digest e of 32 bytes: no user ID is asked for."""
        SM2P256V1.decode(public_key)
        _check_digest(digest)
        if not self.find_provider().verify(public_key, digest, _to_der(signature)):
            raise SignatureError("the SM2 signature does not hold")

    def encrypt(self, public_key: bytes, message: bytes) -> bytes:
        """C1 | C3 | C2 for the holder of a private key: 97 bytes longer than the message.

        KeyMaterialError if the public key is no point of the curve, or unless the message has 1 to
        255 bytes.
        """
        SM2P256V1.decode(public_key)
        if not 0 < len(message) <= sm2_ciphertext.MAX_MESSAGE_SIZE:
            raise KeyMaterialError(f"SM2 encrypts 1 to 255 bytes, not {len(message)}")
        return sm2_ciphertext.from_der(self.find_provider().encrypt(public_key, message))

    def _private_key(self, scalar: bytes, public_key: bytes) -> Sm2PrivateKey:
        found = self.find_provider()
        sign = found.signing_function(scalar, public_key)
        return Sm2PrivateKey(public_key, za(public_key, self.user_id), scalar, sign, found)


def za(public_key: bytes, user_id: bytes) -> bytes:
    """ZA: the digest that binds the user ID, the curve and the public key (5.5)."""
    entl = (8 * len(user_id)).to_bytes(2, "big")
    return sm3(entl + user_id + _CURVE_BYTES + public_key[1:])


def sm3(message: bytes) -> bytes:
    """SM3 (GM/T 0004-2012): 32 bytes."""
    state = hashes.Hash(hashes.SM3())
    state.update(message)
    return state.finalize()


def _self_test(candidate: Provider) -> None:
    if candidate.public_key(_EXAMPLE_SCALAR) != _EXAMPLE_PUBLIC_KEY or not candidate.verify(
        _EXAMPLE_PUBLIC_KEY, _EXAMPLE_DIGEST, _to_der(_EXAMPLE_SIGNATURE)
    ):
        raise SuiteUnavailableError("GM", f"{candidate.name} fails the example of GM/T 0003.5")


def _check_scalar(scalar: bytes) -> None:
    # n - 1 has no inverse of 1 + d: libcrypto 3.0 loops for ever on it, and accepts 0 and n.
    if len(scalar) != SCALAR_SIZE or not 1 <= int.from_bytes(scalar, "big") <= SM2P256V1.n - 2:
        raise KeyMaterialError("an SM2 private key is a 32-byte number from 1 to n - 2")


def _check_digest(digest: bytes) -> None:
    if len(digest) != DIGEST_SIZE:
        raise KeyMaterialError(f"a digest of {len(digest)} bytes, not {DIGEST_SIZE}")


def _to_der(signature: bytes) -> bytes:
    """DER of r | s, after the checks of GM/T 0003.2-2012, 7.1 B1, B2 and B5."""
    if len(signature) != SIGNATURE_SIZE:
        raise SignatureError(f"an SM2 signature has {SIGNATURE_SIZE} bytes")
    r = int.from_bytes(signature[:SCALAR_SIZE], "big")
    s = int.from_bytes(signature[SCALAR_SIZE:], "big")
    n = SM2P256V1.n
    if not (1 <= r < n and 1 <= s < n and (r + s) % n):
        raise SignatureError("the SM2 signature does not hold")
    return encode_dss_signature(r, s)
