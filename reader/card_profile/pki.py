"""The PKI application of version 3.00 cards: its files, references and command dialect.

Files, login by challenge, import of an enveloped key and change of master keys are read off a
program that issues such cards (one maker's COS). What that program does not use, making the signing
key pair, signing and deciphering, takes ISO/IEC 7816-8: an assumption, like the meaning of the
steps named so below. Another maker's card needs another dialect and no change elsewhere.
"""

from dataclasses import dataclass
from enum import IntEnum, unique


@unique
class PkiFile(IntEnum):
    """Elementary files of SS.CERT.ADF1."""

    SIGNING_PUBLIC_KEY = 0x0012
    ENCRYPTION_PUBLIC_KEY = 0x0014
    ENCRYPTION_PRIVATE_KEY = 0x0015
    SIGNING_CERTIFICATE = 0x0018
    ENCRYPTION_CERTIFICATE = 0x0019


CERTIFICATES = frozenset({PkiFile.SIGNING_CERTIFICATE, PkiFile.ENCRYPTION_CERTIFICATE})
MAX_CERTIFICATE_SIZE = 2048
PUBLIC_KEY_HEADER = bytes.fromhex("CA 40")  # tag and length in front of X | Y

USER_PIN, ADMIN_PIN = 0x81, 0x00  # P2 of VERIFY; P1 is 01
LOGIN = 0x01  # P1 of VERIFY: by challenge
MASTER_KEY_KID = 0x00  # of EXTERNAL AUTHENTICATE with the master key of ADF or DDF
CHALLENGE_SIZE, PIN_KEY_SIZE = 16, 16
MASTER_KEY_BLOCK = bytes.fromhex("13 00 00 00")  # in front of a new master key


@dataclass(frozen=True, slots=True)
class Dialect:
    """CLA and INS of what no standard names, and the parameters it is sent with."""

    digest: tuple[int, int] = (0x80, 0xC4)  # P1-P2 01 03: the digest of what tag C1 holds
    begin_import: tuple[int, int] = (0x80, 0x4E)  # P1-P2 00 01: unwrap with the signing key
    import_key: tuple[int, int] = (0x80, 0x4A)  # P1-P2 02 10: the wrapped symmetric key
    import_pair: tuple[int, int] = (0x80, 0xC2)  # P1-P2 40 00: public half, C0 01: private half
    change_pin: tuple[int, int] = (0x84, 0x5E)  # P1-P2 01 and the PIN's reference
    change_master_key: tuple[int, int] = (0x84, 0xD4)  # P1-P2 01 00


DIALECT = Dialect()
