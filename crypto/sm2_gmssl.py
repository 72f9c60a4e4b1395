"""SM2 through gmssl-pyx, for machines whose libcrypto has none.

Of its signatures only the `*_sm3_digest` calls are used: each makes a fresh signing context, so no
nonce can be repeated after a fork, and they are ten times as fast as its `sm2_sign`. The library
writes lines to stderr when a signature does not hold or a ciphertext does not open; nothing can be
done about it from here.
"""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from crypto.curves import SM2_GENERATOR, SM2P256V1, Point
from crypto.errors import CryptoError, KeyMaterialError, SuiteUnavailableError

_PROBE_DIGESTS: Final = (bytes(32), bytes(31) + b"\x01")


class GmsslProvider:
    """SM2 by gmssl-pyx; see crypto.sm2.Provider."""

    name = "gmssl-pyx"

    def __init__(self, gmssl: ModuleType) -> None:
        self._gmssl = gmssl

    @classmethod
    def load(cls) -> "GmsslProvider":
        """Import gmssl-pyx; SuiteUnavailableError if it is not installed."""
        try:
            return cls(import_module("gmssl_pyx"))
        except ImportError as error:
            raise SuiteUnavailableError("GM", "gmssl-pyx is not installed") from error

    def generate(self) -> tuple[bytes, bytes]:
        public_key, scalar = self._call("sm2_key_generate")
        return bytes(scalar), b"\x04" + bytes(public_key)

    def public_key(self, scalar: bytes) -> bytes:
        # The library gives no public key for a private one, and multiplying the generator in
        # Python would show the scalar in its timing. Signatures give it away by design: from
        # (x1, y1) = k·G, r = e + x1 and s = k - (r + s)·d follows the key, except for the sign
        # of y1. Only the true key could have made both of two signatures.
        may_have_signed = (
            _keys_that_may_have_signed(digest, self._sign(scalar, digest))
            for digest in _PROBE_DIGESTS
        )
        common = set.intersection(*may_have_signed)
        if len(common) != 1:
            raise CryptoError("gmssl-pyx makes signatures that fit no single key")
        return common.pop()

    def signing_function(self, scalar: bytes, public_key: bytes) -> Callable[[bytes], bytes]:
        return lambda digest: self._sign(scalar, digest)

    def verify(self, public_key: bytes, digest: bytes, signature: bytes) -> bool:
        return bool(self._call("sm2_verify_sm3_digest", public_key[1:], digest, signature))

    def encrypt(self, public_key: bytes, message: bytes) -> bytes:
        return bytes(self._call("sm2_encrypt", public_key[1:], message))

    def decrypt(self, scalar: bytes, public_key: bytes, ciphertext: bytes) -> bytes:
        return bytes(self._call("sm2_decrypt", scalar, ciphertext))

    def _sign(self, scalar: bytes, digest: bytes) -> bytes:
        return bytes(self._call("sm2_sign_sm3_digest", scalar, digest))

    def _call(self, function: str, *arguments: bytes) -> Any:
        try:
            return getattr(self._gmssl, function)(*arguments)
        except self._gmssl.GmsslInnerError as error:
            raise CryptoError(f"gmssl-pyx: {function} failed") from error


def _keys_that_may_have_signed(digest: bytes, signature: bytes) -> set[bytes]:
    """The public keys (r + s)⁻¹·(k·G - s·G) for which a DER signature of the digest holds."""
    curve = SM2P256V1
    r, s = decode_dss_signature(signature)
    minus_s_g = curve.multiply(-s, SM2_GENERATOR)
    factor = pow(r + s, -1, curve.n)
    found = set()
    # x1 = r - e (mod n); p is a little above n, so that x1 + n may be meant.
    for x in range((r - int.from_bytes(digest, "big")) % curve.n, curve.p, curve.n):
        for k_g in _points_at(x):
            multiple = curve.add(k_g, minus_s_g)
            key = multiple and curve.multiply(factor, multiple)
            if key:
                found.add(curve.encode(key))
    return found


def _points_at(x: int) -> list[Point]:
    try:
        return [
            SM2P256V1.decode(SM2P256V1.decompress(bytes([parity]) + x.to_bytes(32, "big")))
            for parity in (0x02, 0x03)
        ]
    except KeyMaterialError:
        return []
