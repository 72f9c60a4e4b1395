"""The language of a PSAM, the security module in a terminal: files, keys, commands.

No public text describes the social security system's own PSAM as a whole. What stands here is what
programs in the field send to it ('BF DE', '80 FA', AID, factors, key usage) and, for the rest, what
makers of PBOC security modules document (JR/T 0025; '80 FA' modes, files 15 to 17, key types).
"""

from collections.abc import Mapping
from datetime import date
from enum import Flag, IntEnum, auto, unique
from types import MappingProxyType

from crypto.diversification import FACTOR_SIZE, key_factors
from reader.card_profile.keys import CardKey
from reader.card_profile.ssse import SSSE
from reader.card_profile.values import RegionCode
from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.commands import CLA_PROPRIETARY, Ins

AID = bytes.fromhex("D1 56 00 00 05 90")  # of the DF with the keys
DF = 0xDF01
MF, MF_AID = 0x3F00, SSSE.aid  # a PSAM's MF bears the name that a card's environment has
CARD_INFORMATION, TERMINAL, APPLICATION_INFORMATION = 0x0015, 0x0016, 0x0017

CLA_DIVERSIFY = 0xBF
LOAD_KEY = (0x01, 0x00)  # P1 and P2 of '84 D4'
ALGORITHM_OF_THE_MODULE = 0x00  # what a loaded key serves; the other values are reserved here
SERIAL_SIZE, TERMINAL_SIZE, PARTY_SIZE = 10, 6, 8
VERSION, KIND = 0x01, 0x00  # of the module, in file 15
PURCHASE_KEY_INDEX = 0x01
BY_SFI = 0x80  # bit 8 of P1 of READ BINARY (7816-4, 11.3.2)


@unique
class PsamIns(IntEnum):
    """Instruction bytes that only a PSAM has."""

    LOAD_KEY = 0xD4  # PBOC: WRITE KEY
    DIVERSIFY = 0xDE  # PBOC: INIT FOR DESCRYPT, 80 1A
    CIPHER = 0xFA  # PBOC: DES CRYPT


@unique
class KeyType(IntEnum):
    """The low five bits of a key's usage."""

    MASTER = 0  # the PSAM's own: changes keys and files
    MAINTENANCE = 1  # the PSAM's own: blocks, unblocks, reloads its PIN
    PURCHASE = 2
    PIN_UNBLOCK = 3
    PIN_RELOAD = 4
    CARD_MAINTENANCE = 5
    MAC = 6
    ENCRYPTION = 7
    MAC_AND_ENCRYPTION = 8


class Work(Flag):
    """What '80 FA' does with a session key."""

    MAC = auto()
    ENCRYPTION = auto()


# What the keys of a type may do for whoever asks. The types that are missing serve other commands.
# A purchase key's MAC by '80 FA' is assumed: PBOC's own commands for it (80 70, 80 72) sign one
# amount, and a medical settlement has three.
WORK: Mapping[int, Work] = MappingProxyType(
    {
        KeyType.PURCHASE: Work.MAC,
        KeyType.PIN_UNBLOCK: Work.MAC | Work.ENCRYPTION,
        KeyType.PIN_RELOAD: Work.MAC | Work.ENCRYPTION,
        KeyType.CARD_MAINTENANCE: Work.MAC | Work.ENCRYPTION,
        KeyType.MAC: Work.MAC,
        KeyType.ENCRYPTION: Work.ENCRYPTION,
        KeyType.MAC_AND_ENCRYPTION: Work.MAC | Work.ENCRYPTION,
    }
)


@unique
class CipherMode(IntEnum):
    """P1 of '80 FA': bit 1 asks for a MAC, bit 2 says that more follows, bit 3 that an IV leads."""

    ENCRYPT = 0x00
    MAC_LAST = 0x01
    ENCRYPT_MORE = 0x02
    MAC_NEXT = 0x03
    MAC_ONLY = 0x05
    MAC_FIRST = 0x07

    @property
    def work(self) -> Work:
        """What the key must be allowed to do."""
        return Work.MAC if self & 0x01 else Work.ENCRYPTION

    @property
    def more_follows(self) -> bool:
        """The session key serves for another block; without it this one was the last."""
        return bool(self & 0x02)

    @property
    def has_iv(self) -> bool:
        """The data begins with one block of IV."""
        return bool(self & 0x04)


def key_type(usage: int) -> int:
    """The type in a key's usage."""
    return usage & 0x1F


def levels(usage: int) -> int:
    """How many factors lead from the key in the PSAM to the card's."""
    return usage >> 5


class TerminalNumber(str):
    """终端机编号, twelve digits (file 16, cn 6)."""

    __slots__ = ()

    def __new__(cls, text: str) -> "TerminalNumber":
        if len(text) != 2 * TERMINAL_SIZE or not (text.isascii() and text.isdigit()):
            raise ValueError("a terminal number has twelve digits")
        return super().__new__(cls, text)

    def encode_file(self) -> bytes:
        """As file 16 holds it."""
        return bytes.fromhex(self)


def card_information(serial: bytes) -> bytes:
    """File 15, 14 bytes: serial number (10), version, kind, issuer's own (2)."""
    if len(serial) != SERIAL_SIZE:
        raise ValueError(f"the serial number of a PSAM has {SERIAL_SIZE} bytes")
    return serial + bytes((VERSION, KIND)) + bytes(2)


def application_information(region: RegionCode, first_day: date, last_day: date) -> bytes:
    """File 17, 25 bytes: purchase key's index, issuer (8), receiver (8), first and last day."""
    party = bytes.fromhex(region).ljust(PARTY_SIZE, b"\xff")
    days = bytes.fromhex(f"{first_day:%Y%m%d}{last_day:%Y%m%d}")
    return bytes((PURCHASE_KEY_INDEX,)) + party + party + days


def command_factors(key: CardKey, region: RegionCode, card: bytes) -> bytes:
    """The factors of *key* as 'BF DE' takes them: the card's first, the outermost last."""
    return b"".join(reversed(key_factors(key.level, region, card)))


def read_file(fid: int, size: int) -> CommandApdu:
    """READ BINARY of a file of the current DF, by its SFI."""
    return CommandApdu(ins=Ins.READ_BINARY, p1=BY_SFI | fid & 0x1F, ne=size)


def diversify(key: CardKey, factors: bytes, random: bytes) -> CommandApdu:
    """BF DE: make the session key from the key named, the factors and *random* (8)."""
    if len(random) != FACTOR_SIZE:
        raise ValueError(f"random number of {len(random)} bytes, not {FACTOR_SIZE}")
    return CommandApdu(
        cla=CLA_DIVERSIFY,
        ins=PsamIns.DIVERSIFY,
        p1=key.psam_usage,
        p2=key.psam_id,
        data=factors + random,
    )


def cipher(mode: CipherMode, data: bytes) -> CommandApdu:
    """80 FA: encrypt, or MAC, under the session key."""
    return CommandApdu(cla=CLA_PROPRIETARY, ins=PsamIns.CIPHER, p1=mode, data=data, ne=SHORT_MAX_NE)
