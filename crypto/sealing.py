"""Small secrets sealed under a key of the key store (AES-256-GCM; NIST SP 800-38D).

A sealed secret is 01, a nonce of 12 bytes, the ciphertext, a tag of 16 bytes. It opens only with
the context that it was sealed with, so that one person's secret cannot be put in another's place.
"""

from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.errors import SealError

ALGORITHM: Final = "AES-256-GCM"
KEY_SIZE: Final = 32
TAG_SIZE: Final = 16
NONCE_SIZE: Final = 12  # SP 800-38D, 8.2.2: random, so at most 2^32 secrets under one key
_FORMAT: Final = b"\x01"


def seal(key: bytes, secret: bytes, *, context: bytes, nonce: bytes) -> bytes:
    """The secret, sealed; a nonce must never be used twice with one key."""
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, secret, context)


def unseal(key: bytes, sealed: bytes, *, context: bytes) -> bytes:
    """The secret. SealError for another key or context, and for changed bytes; not said which."""
    nonce, ciphertext = sealed[1 : 1 + NONCE_SIZE], sealed[1 + NONCE_SIZE :]
    if sealed[:1] != _FORMAT or len(nonce) != NONCE_SIZE:
        raise SealError("this is no sealed secret of a known format")
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, context)
    except InvalidTag:
        raise SealError("the sealed secret does not open with this key") from None


class SealedSeries:
    """Secrets under a key that seals one series and nothing else.

    The place in the series is the nonce (SP 800-38D, 8.2.1), so that a sealed secret is as long as
    the secret and the tag, and opens at its own place only.
    """

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secrets: Sequence[bytes]) -> list[bytes]:
        """The whole series, sealed. To be called once for a key."""
        encrypt = self._cipher.encrypt
        return [
            encrypt(place.to_bytes(NONCE_SIZE, "big"), secret, None)
            for place, secret in enumerate(secrets)
        ]

    def open(self, place: int, sealed: bytes) -> bytes:
        """The secret at *place*. SealError for another place or key, and for changed bytes."""
        try:
            return self._cipher.decrypt(place.to_bytes(NONCE_SIZE, "big"), sealed, None)
        except InvalidTag:
            raise SealError("the sealed secret does not open at this place") from None
