"""Keys and secrets on their way into a card, encrypted under the static Key-DEK.

GPC Amendment D, 6.2.8: AES in CBC with a zero IV, within and beyond what the secure channel does.
Errors are KeyMaterialError; a caller that needs proof of a key compares its KCV.
"""

from crypto.block_ciphers import AES
from crypto.errors import KeyMaterialError
from crypto.padding import pad, unpad

_ZERO_IV = bytes(AES.block_size)


def wrap_key(dek: bytes, key: bytes) -> bytes:
    """A key as PUT KEY carries it. What fills the last block is arbitrary by 6.2.8: zeros here."""
    return AES.encrypt_cbc(dek, _ZERO_IV, key + bytes(-len(key) % AES.block_size))


def unwrap_key(dek: bytes, wrapped: bytes, size: int) -> bytes:
    """The key of `size` bytes that was wrapped: of 24 bytes, 8 more were padding."""
    key = AES.decrypt_cbc(dek, _ZERO_IV, wrapped)
    if not 0 <= len(key) - size < AES.block_size:
        raise KeyMaterialError(f"a key of {size} bytes is not wrapped in {len(wrapped)} bytes")
    return key[:size]


def encrypt_data(dek: bytes, data: bytes) -> bytes:
    """A secret as an encrypted STORE DATA carries it, padded with 80 00 … (GPCS B.2.3)."""
    return AES.encrypt_cbc(dek, _ZERO_IV, pad(data, AES.block_size))


def decrypt_data(dek: bytes, encrypted: bytes) -> bytes:
    """The secret that was encrypted."""
    padded = AES.decrypt_cbc(dek, _ZERO_IV, encrypted)
    try:
        return unpad(padded)
    except ValueError as error:
        raise KeyMaterialError("the data was not encrypted under this key") from error
