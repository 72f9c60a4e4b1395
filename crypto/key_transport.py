"""A key on its way from a key store into a chip: wrapped under the chip's own transport key.

AES key wrap (RFC 3394; NIST SP 800-38F, 6.2) with the Key-DEK of the chip's transport key set, and
the key's check value beside it. Nothing but the chip that it was wrapped for opens it.
"""

from dataclasses import dataclass
from hmac import compare_digest

from cryptography.hazmat.primitives.keywrap import (
    InvalidUnwrap,
    aes_key_unwrap,
    aes_key_wrap,
)

from crypto.block_ciphers import BlockCipher
from crypto.errors import KeyMaterialError


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key that may be carried; nothing of it is secret without the transport key."""

    wrapped: bytes  # 8 bytes longer than the key
    check: bytes  # the key's KCV, 3 bytes


def wrap(dek: bytes, key: bytes, cipher: BlockCipher) -> WrappedKey:
    """*key*, for the cipher that will use it, under a transport key of 16, 24 or 32 bytes."""
    return WrappedKey(aes_key_wrap(dek, key), cipher.kcv(key))


def unwrap(dek: bytes, carried: WrappedKey, cipher: BlockCipher) -> bytes:
    """The key that was wrapped; KeyMaterialError if it was wrapped for another chip or altered."""
    try:
        key = aes_key_unwrap(dek, carried.wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise KeyMaterialError("the key was not wrapped under this transport key") from error
    if not compare_digest(cipher.kcv(key), carried.check):
        raise KeyMaterialError("the key does not have the check value that came with it")
    return key
