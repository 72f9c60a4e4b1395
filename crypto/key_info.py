"""What a key is for, and what may be shown of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from crypto.block_ciphers import AES, SM4, TRIPLE_DES

CIPHERS: Final = {cipher.name: cipher for cipher in (TRIPLE_DES, SM4, AES)}
# Secure channel keys are AES in every profile; the number is the size of each of the three.
KEY_SET_SIZES: Final = {"AES-128": 16, "AES-192": 24, "AES-256": 32}


@unique
class Purpose(StrEnum):
    """What a key may be used for; a key has one purpose."""

    SIGNING = "signing"
    MASTER = "master"
    KEY_SET = "keyset"
    SEALING = "sealing"


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What may be shown of a key.

    `algorithm` names a suite (signing), a cipher (master), an AES size (key set) or an AEAD
    (sealing). `check` is the kid of a signing key or the KCV of another in hexadecimal; a key set
    has three KCVs.
    """

    name: str
    purpose: Purpose
    algorithm: str
    check: str
    created: datetime
