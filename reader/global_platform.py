"""GlobalPlatform's words: commands to a security domain, data groupings, life cycles.

GlobalPlatform Card Specification 2.3.1 (GPC), chapter 11; data grouping identifiers (DGI)
as in EMV Card Personalization Specification 1.1, 2.2 and 3.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum, IntFlag, unique

from reader.iso7816.apdu import SHORT_MAX_NE, CommandApdu
from reader.iso7816.commands import CLA_PROPRIETARY, Ins
from reader.iso7816.tlv import TlvError

ISD_AID = bytes.fromhex("A0 00 00 01 51 00 00 00")  # GPC, H.1.3
KEY_TYPE_AES, KEY_TYPE_DES = 0x88, 0x80  # GPC, table 11-16
APPLICATION_LOCKED = 0x80  # bit 8 of an application's state (GPC, table 11-4)


@unique
class GpIns(IntEnum):
    """Instruction bytes (GPC, table 11-1) that ISO/IEC 7816-4 does not share."""

    INITIALIZE_UPDATE = 0x50
    PUT_KEY = 0xD8
    STORE_DATA = 0xE2
    DELETE = 0xE4
    INSTALL = 0xE6
    SET_STATUS = 0xF0
    GET_STATUS = 0xF2


# Where both standards give a number its own meaning, GlobalPlatform's is meant by who asks here.
_NAMES: dict[int, str] = {int(ins): ins.name for ins in (*Ins, *GpIns)}


def command_name(ins: int) -> str:
    """The name of an instruction sent to a security domain, for people; its number if unknown."""
    return _NAMES.get(ins, f"{ins:02X}")


@unique
class CardLifeCycle(IntEnum):
    """The chip's own states (GPC, table 11-6); each step is one-way but CARD_LOCKED."""

    OP_READY = 0x01
    INITIALIZED = 0x07
    SECURED = 0x0F
    CARD_LOCKED = 0x7F
    TERMINATED = 0xFF


@unique
class ApplicationLifeCycle(IntEnum):
    """States of a card application (GPC, table 11-4; 5.3.2)."""

    SELECTABLE = 0x07
    PERSONALIZED = 0x0F


class StoreData(IntFlag):
    """P1 of STORE DATA (GPC, table 11-89)."""

    RESPONSE_EXPECTED = 0x01
    DGI = 0x08
    BER_TLV = 0x10
    APPLICATION_DEPENDENT_ENCRYPTION = 0x20
    LAST_BLOCK = 0x80


STRUCTURE_MASK = 0x18


@unique
class Dgi(IntEnum):
    """Data groupings with a fixed meaning; a file's own are made by `record_dgi` and
    `binary_dgi`.

    8000, 8010 and 9010 are EMV CPS's (annex A.5); their content is this card's. 8011, 0047 and
    8047 are ours: no standard grouping brings a second PIN, makes a card generate a key, or brings
    a private key on an elliptic curve.
    """

    KEYS = 0x8000  # entries of kid(1) version(1) tries(1) key(16), encrypted under the DEK
    PIN = 0x8010  # ISO 9564-1 format 2 block, encrypted under the DEK
    UNBLOCKING_PIN = 0x8011  # as the PIN: PIV's PUK, the PIN of a PKI application's administrator
    PIN_TRIES = 0x9010  # try limit (1)
    OBJECTS = 0x0070  # data objects of the security domain (GPC, 11.11.2.3)
    GENERATE_KEY = 0x0047  # key reference (1); answered with 7F49 {86 point}
    LOAD_KEY = 0x8047  # key reference (1), private key (32), encrypted under the DEK


ENCRYPTED = frozenset({Dgi.KEYS, Dgi.PIN, Dgi.UNBLOCKING_PIN, Dgi.LOAD_KEY})


def record_dgi(sfi: int, number: int) -> int:
    """The grouping that writes one record: SFI, then record number (EMV CPS, 2.2)."""
    return sfi << 8 | number


def binary_dgi(sfi: int) -> int:
    """The grouping that writes a piece of a transparent file: offset (2 bytes), data.

    Record number 0 is no record (ISO/IEC 7816-4, 11.4.1), so it is free for this.
    """
    return sfi << 8


def encode_dgi(dgi: int, content: bytes) -> bytes:
    """DGI (2), length (1, or FF and 2), content (EMV CPS, 2.2)."""
    size = len(content)
    length = bytes((size,)) if size < 0xFF else b"\xff" + size.to_bytes(2, "big")
    return dgi.to_bytes(2, "big") + length + content


def parse_dgis(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each grouping and its content; TlvError if one is cut short."""
    groupings, rest = split_dgis(data)
    yield from groupings
    if rest:
        raise TlvError("data grouping cut short", len(data) - len(rest))


def split_dgis(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The groupings that are whole, and the rest, which the next block completes."""
    groupings = []
    while len(data) >= 3:
        start, size = 3, data[2]
        if size == 0xFF:
            start, size = 5, int.from_bytes(data[3:5], "big")
        if len(data) < start + size:
            break
        groupings.append((int.from_bytes(data[:2], "big"), data[start : start + size]))
        data = data[start + size :]
    return groupings, data


def initialize_update(host_challenge: bytes, *, key_version: int = 0) -> CommandApdu:
    """INITIALIZE UPDATE (Amendment D, 7.1.1); *key_version* 0 takes the card's default."""
    return CommandApdu(
        cla=CLA_PROPRIETARY,
        ins=GpIns.INITIALIZE_UPDATE,
        p1=key_version,
        data=host_challenge,
        ne=SHORT_MAX_NE,
    )


def install_for_personalization(aid: bytes) -> CommandApdu:
    """INSTALL [for personalization]: what STORE DATA brings next is for *aid* (GPC, 11.5.2.3.5)."""
    data = b"\x00\x00" + bytes((len(aid),)) + aid + b"\x00\x00\x00"
    return CommandApdu(cla=CLA_PROPRIETARY, ins=GpIns.INSTALL, p1=0x20, data=data, ne=SHORT_MAX_NE)


def store_data(
    content: bytes, *, block: int, last: bool, flags: StoreData = StoreData.DGI
) -> CommandApdu:
    """STORE DATA, one block (GPC, 11.11)."""
    p1 = flags | (StoreData.LAST_BLOCK if last else 0)
    ne = SHORT_MAX_NE if flags & StoreData.RESPONSE_EXPECTED else 0
    return CommandApdu(
        cla=CLA_PROPRIETARY, ins=GpIns.STORE_DATA, p1=int(p1), p2=block, data=content, ne=ne
    )


def put_aes_keys(
    wrapped: Iterable[tuple[bytes, bytes]], *, new_version: int, replaces: int
) -> CommandApdu:
    """PUT KEY for ENC, MAC and DEK: *wrapped* pairs of (key under the DEK, KCV).

    *replaces* 0 adds a key version (GPC, 11.8; Amendment D, 7.2: type 88, length, key, KCV).
    """
    data = bytes((new_version,))
    for key, kcv in wrapped:
        data += bytes((KEY_TYPE_AES, len(key))) + key + bytes((len(kcv),)) + kcv
    return CommandApdu(
        cla=CLA_PROPRIETARY, ins=GpIns.PUT_KEY, p1=replaces, p2=0x81, data=data, ne=SHORT_MAX_NE
    )


def set_card_status(state: CardLifeCycle) -> CommandApdu:
    """SET STATUS of the card (GPC, 11.10)."""
    return CommandApdu(cla=CLA_PROPRIETARY, ins=GpIns.SET_STATUS, p1=0x80, p2=state)


def get_status(scope: int, *, following: bool = False, ne: int = SHORT_MAX_NE) -> CommandApdu:
    """GET STATUS of all in *scope* (80 security domain, 40 applications), as TLV (GPC, 11.4).

    *following* asks for what did not fit into the answer before ('6310').
    """
    p2 = 0x03 if following else 0x02
    return CommandApdu(
        cla=CLA_PROPRIETARY, ins=GpIns.GET_STATUS, p1=scope, p2=p2, data=b"\x4f\x00", ne=ne
    )


def get_data(tag: int) -> CommandApdu:
    """GET DATA: one data object of the card (GPC, 11.3)."""
    return CommandApdu(
        cla=CLA_PROPRIETARY, ins=Ins.GET_DATA, p1=tag >> 8, p2=tag & 0xFF, ne=SHORT_MAX_NE
    )
