"""The PKI application of version 3.00 cards: its files, references and command dialect.

LD/T 32 is not public here, and no public text describes these commands. What is below was read off
two programs that issue such cards, with commands and answers in their comments; every cryptogram
there was computed again. They speak to the cards of one maker (the first to another batch than the
second): another maker's card needs another `Dialect` and no change elsewhere.

* Seen with its answer: SELECT of both levels, the digest, both logins, the change of the
  administrator's PIN, decryption, loading of a symmetric key, import, certificates, EXTERNAL
  AUTHENTICATE and change of master keys.
* Seen without its answer: making the signing pair, and the second way to read its public key.
* ASSUMPTIONS: signing (ISO/IEC 7816-8, 11.5), the administrator's unblocking of the user's PIN
  (ISO/IEC 7816-4, 11.5.10), P2 81 for a change of the user's PIN, the user's PIN as the right to
  every change of keys and certificates (the second program shows no other; so does GM/T 0016).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import NamedTuple

from reader.card_profile.key_applications import PKI_ADF, PKI_ENVIRONMENT
from reader.card_profile.keys import CITY_USAGE, CardKey, KeyRole, eight_digits


@unique
class PkiFile(IntEnum):
    """Elementary files of SS.CERT.ADF1."""

    SIGNING_PUBLIC_KEY = 0x0012
    SIGNING_PRIVATE_KEY = 0x0013
    ENCRYPTION_PUBLIC_KEY = 0x0014
    ENCRYPTION_PRIVATE_KEY = 0x0015
    SIGNING_CERTIFICATE = 0x0018
    ENCRYPTION_CERTIFICATE = 0x0019


ADF_FID = 0xDF01  # of SS.CERT.ADF1 under its environment
PRIVATE_KEYS = frozenset({PkiFile.SIGNING_PRIVATE_KEY, PkiFile.ENCRYPTION_PRIVATE_KEY})
CERTIFICATES = frozenset({PkiFile.SIGNING_CERTIFICATE, PkiFile.ENCRYPTION_CERTIFICATE})
CERTIFICATE_BLOCK = 0x70  # bytes of an UPDATE BINARY, as the first program sends them
MAX_CERTIFICATE_SIZE = 2048
PUBLIC_KEY_SIZE = 64  # X | Y
PUBLIC_KEY_HEADER = bytes.fromhex("CA 40")  # tag and length in front of X | Y
# Behind the name in the answer to SELECT: "30" is the version, as it seems.
SELECT_ANSWERS: Mapping[str, bytes] = {PKI_ENVIRONMENT.name: bytes.fromhex("73 04 92 02 33 30")}

USER_PIN, ADMIN_PIN = 0x81, 0x00  # P2 of VERIFY; P1 is 01
LOGIN = 0x01  # P1 of VERIFY: by challenge
RESET_TRIES = 0x03  # P1 of RESET RETRY COUNTER: without data
MASTER_KEY_KID = 0x00  # of EXTERNAL AUTHENTICATE with the master key of ADF or DDF
BLOCK_SIZE, PIN_KEY_SIZE, MAC_SIZE = 16, 16, 4
CHALLENGE_SIZES = (16, 8)  # the second program asks for 8 and fills them up with zeros
MASTER_KEY_BLOCK = bytes.fromhex("13 00 00 00")  # in front of a new master key

PIN_TRIES = 6  # of both PINs and the master keys, as the program's cards count
PUBLIC_KEY_TEMPLATE, PUBLIC_POINT = 0x7F49, 0x86  # ISO/IEC 7816-8, 5.4

# From these of the issuer's keys follow, card by card, the master keys of both levels and the
# administrator's PIN. No PSAM has them.
ENVIRONMENT_KEY = CardKey(
    "MKPKI", PKI_ENVIRONMENT.name, KeyRole.MAINTENANCE, MASTER_KEY_KID, CITY_USAGE, 0
)
ADF_KEY = CardKey("MKCERT", PKI_ADF.name, KeyRole.MAINTENANCE, MASTER_KEY_KID, CITY_USAGE, 0)
ADMIN_PIN_KEY = CardKey("PKIADMIN", PKI_ADF.name, KeyRole.MAINTENANCE, ADMIN_PIN, CITY_USAGE, 0)
ISSUER_KEYS = (ENVIRONMENT_KEY, ADF_KEY, ADMIN_PIN_KEY)

# Tags in the data of the dialect: a public and a private key by its file, what is to be worked on,
# and the values of a public and a private key.
PUBLIC_REFERENCE, PRIVATE_REFERENCE, INPUT = 0xC0, 0xC2, 0xC1
PUBLIC_VALUE, PRIVATE_VALUE = 0xCA, 0xCB


class Header(NamedTuple):
    """CLA, INS, P1 and P2 of a command."""

    cla: int
    ins: int
    p1: int
    p2: int

    @property
    def instruction(self) -> tuple[int, int]:
        """What a table of commands names it by."""
        return self.cla, self.ins


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The commands that no standard names, or that a maker may name otherwise."""

    digest: Header  # C1 | data
    generate: Header  # C0 | public file, C2 | private file
    name_public_key: Header  # the same, then
    export_public_key: Header  # CA | X | Y is answered
    decrypt: Header  # C2 | private file, C1 | wrapped key; the key is answered
    load_key: Header  # C1 | symmetric key
    import_public: Header  # C0 | public file, CA | X | Y
    import_private: Header  # C2 | private file, CB | encrypted scalar
    change_pin: Header  # P2 is the PIN's reference
    change_master_key: Header
    sign: Header  # a digest; r | s is answered


DIALECT = Dialect(
    digest=Header(0x80, 0xC4, 0x01, 0x03),
    generate=Header(0x80, 0x40, 0x00, 0x00),
    name_public_key=Header(0x80, 0xC9, 0x82, 0x00),
    export_public_key=Header(0x80, 0xC9, 0x82, 0x80),
    decrypt=Header(0x80, 0x4E, 0x00, 0x01),
    load_key=Header(0x80, 0x4A, 0x02, 0x10),
    import_public=Header(0x80, 0xC2, 0x40, 0x00),
    import_private=Header(0x80, 0xC2, 0xC0, 0x01),
    change_pin=Header(0x84, 0x5E, 0x01, ADMIN_PIN),
    change_master_key=Header(0x84, 0xD4, 0x01, 0x00),
    sign=Header(0x00, 0x2A, 0x9E, 0x9A),
)


def admin_pin(key: bytes) -> str:
    """The administrator's PIN of the card with this ADMIN_PIN_KEY: 8 digits, as on cards seen."""
    return eight_digits(key)


def fold_mac(block: bytes) -> bytes:
    """The MAC: the four words of the last block of a CBC-MAC, XORed."""
    words = [int.from_bytes(block[i : i + MAC_SIZE], "big") for i in range(0, len(block), MAC_SIZE)]
    folded = 0
    for word in words:
        folded ^= word
    return folded.to_bytes(MAC_SIZE, "big")
