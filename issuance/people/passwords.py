"""Passwords: argon2id (RFC 9106). The only importer of argon2.

The parameters are the RFC's second recommendation (4: t=3, p=4, 64 MiB, a salt of 128 bits, a tag
of 256); a hash made with others is made anew at the next login.
"""

import unicodedata
from typing import Final

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from issuance.people.errors import PasswordError
from issuance.people.names import person_key

Cost = Parameters
LOW_MEMORY: Final = RFC_9106_LOW_MEMORY
SALT_SIZE: Final = 16
SHORTEST: Final = 12
LONGEST: Final = 128


def check_password(password: str, *, name: str) -> None:
    """Raise PasswordError for one that is too short, too long, or holds the name.

    Nothing is asked of its letters (NIST SP 800-63B, 5.1.1.2).
    """
    text = _normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise PasswordError("length")
    if person_key(name) in "".join(text.casefold().split()):
        raise PasswordError("name")


def hash_password(password: str, *, salt: bytes, cost: Cost = LOW_MEMORY) -> str:
    """The hash with its parameters, in the PHC string form; *salt* has 16 random bytes."""
    return PasswordHasher.from_parameters(cost).hash(_bytes(password), salt=salt)


def matches(stored: str, password: str) -> bool:
    """Whether this is the password. Takes as long as the parameters of the hash say."""
    try:
        return PasswordHasher().verify(stored, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str, *, cost: Cost = LOW_MEMORY) -> bool:
    """Whether the hash has other parameters than are wanted now."""
    return PasswordHasher.from_parameters(cost).check_needs_rehash(stored)


def _normal(password: str) -> str:
    # One keyboard writes é as one character, another as two (RFC 8265, 4.2: OpaqueString).
    text = unicodedata.normalize("NFC", password)
    return "".join(" " if one.isspace() else one for one in text)


def _bytes(password: str) -> bytes:
    return _normal(password).encode(errors="surrogatepass")  # a terminal may give any bytes
