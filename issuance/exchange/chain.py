"""What ties the records of an exchanged file to each other, in their order.

    link 0 = P(header)            link n = P(link n-1 | record n)

P is SHA-256, which shows a change to whoever has the last link from the signed trailer; or, as EMV
CPS 1.1 has a MAC over each whole record, AES-CMAC (SP 800-38B) under a key that the issuer and the
device share: then the device itself sees, card by card, whether one was changed, dropped or moved.
That key follows from a master key of both and the file's one-time id (SP 800-108), so that no two
files have the same.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from crypto.block_ciphers import AES
from crypto.diversification import FACTOR_SIZE, SP800_108
from crypto.errors import UnknownKeyError
from crypto.keystore import KeyStore

ID_SIZE: Final = 16
MAC_LABEL: Final = b"onecard exchange MAC"


@dataclass(frozen=True, slots=True)
class Chain:
    """The function P; *key_name* is the master key behind it, None for SHA-256."""

    key_name: str | None
    link: Callable[[bytes], bytes] = field(repr=False, compare=False)


def digest_chain() -> Chain:
    """SHA-256."""
    return Chain(None, lambda data: hashlib.sha256(data).digest())


def mac_chain(store: KeyStore, key_name: str, file_id: bytes) -> Chain:
    """AES-CMAC under a key of this file's own. Raises UnknownKeyError."""
    if not any((key.name, key.algorithm) == (key_name, AES.name) for key in store.names()):
        raise UnknownKeyError(key_name, "AES master key")
    factors = [file_id[:FACTOR_SIZE], file_id[FACTOR_SIZE:]]
    key = store.diversify(key_name, SP800_108, factors, MAC_LABEL)
    return Chain(key_name, AES.keyed(key).cmac)
