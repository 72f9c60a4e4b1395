"""One-time codes by time (TOTP, RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds.

These are the values that every authenticator application takes. The only importer of pyotp.
"""

import unicodedata
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from hmac import compare_digest
from typing import Final

import pyotp

from crypto.key_info import Purpose
from crypto.keystore import KeyStore, create_issuer_keys
from crypto.sealing import ALGORITHM

STEP_SECONDS: Final = 30  # RFC 6238, 5.2
DIGITS: Final = 6
SECRET_SIZE: Final = 20  # RFC 4226, 4, R6: 160 bits are recommended
DRIFT: Final = 1  # RFC 6238, 5.2: at most one step for the way and for clocks
CODES_KEY: Final = "operator-codes"  # of the key store; seals the secrets
ISSUER: Final = "onecard"


def new_secret(random: Callable[[int], bytes]) -> bytes:
    """A secret for one person's authenticator."""
    return random(SECRET_SIZE)


def step_at(at: datetime) -> int:
    """T of RFC 6238, 4.2: the steps since 1970."""
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """The code of a step."""
    return pyotp.HOTP(_base32(secret), digits=DIGITS).at(step)


def matching_step(secret: bytes, code: str, *, at: datetime, after: int | None) -> int | None:
    """The step whose code this is, near *at* and later than *after*; None where it is none.

    A code works once (RFC 6238, 5.2): who accepts the step keeps it, as the next *after*.
    """
    given, now = _digits(code), step_at(at)
    found = None
    for step in range(now + DRIFT, now - DRIFT - 1, -1):
        # All are compared, whichever it is.
        if compare_digest(code_of(secret, step), given) and (after is None or step > after):
            found = step
    return found


def provisioning_uri(secret: bytes, name: str) -> str:
    """What an authenticator application takes in, as a QR code or by hand."""
    return pyotp.TOTP(_base32(secret), digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=name, issuer_name=ISSUER
    )


def seal(store: KeyStore, secret: bytes, person: str) -> bytes:
    """The secret as the book keeps it: it opens with this key store and for this person only."""
    create_issuer_keys(store, [(CODES_KEY, Purpose.SEALING, ALGORITHM)])
    return store.seal(CODES_KEY, secret, context=_context(person))


def unseal(store: KeyStore, sealed: bytes, person: str) -> bytes:
    """The secret. Raises UnknownKeyError (another key store) and SealError."""
    return store.unseal(CODES_KEY, sealed, context=_context(person))


def _context(person: str) -> bytes:
    return f"operator {person}".encode()


def _base32(secret: bytes) -> str:
    return b32encode(secret).decode("ascii")


def _digits(code: str) -> str:
    """The code without spaces and in ASCII; what is no code matches none."""
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    return digits if digits.isascii() else ""
