"""What a PIV card says of itself to everybody: CHUID and card capability container.

NIST SP 800-73-4, part 1, 3.1.1, 3.1.2 and appendix A. Neither names a person.
"""

from datetime import date
from uuid import UUID, uuid5

from reader.card_profile.values import IdentificationCode
from reader.iso7816.tlv import encode

# FASC-N of a card that no agency of that government issued (3.1.2): readers take the GUID instead.
_FASC_N = bytes.fromhex("D4E739DA739CED39CE739DA1685A1082108CE73984108CA3FC")
_CARDS = UUID("af720ffa-041b-4f4e-b452-d9185cfa3cfb")  # the name space of cards: ours
_CARD_IDENTIFIER = bytes.fromhex("A000000116FF02")  # GSC-RID, a maker without number, kind of card
_CARD_NUMBER_SIZE = 14


def card_guid(code: IdentificationCode) -> bytes:
    """The GUID of the card with this identification code: a UUID of version 5 (3.4.1, RFC 4122).

    The same for the same chip however often it is written, and the code does not follow from it.
    """
    return uuid5(_CARDS, bytes(code).hex()).bytes


def card_holder_identifier(guid: bytes, last_day: date) -> bytes:
    """CHUID: FASC-N, GUID, expiry date; no issuer's signature, and an empty check."""
    expiry = f"{last_day:%Y%m%d}".encode("ascii")
    signed = encode(0x30, _FASC_N) + encode(0x34, guid) + encode(0x35, expiry)
    return signed + encode(0x3E, b"") + encode(0xFE, b"")


def capability_container(card: bytes) -> bytes:
    """Every mandatory element, empty where this card has nothing to say; *card* tells it apart."""
    identifier = _CARD_IDENTIFIER + card[-_CARD_NUMBER_SIZE:].rjust(_CARD_NUMBER_SIZE, b"\x00")
    versions = b"".join(encode(tag, b"\x21") for tag in (0xF1, 0xF2))
    empty = b"".join(encode(tag, b"") for tag in (0xF3, 0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE))
    return (
        encode(0xF0, identifier) + versions + encode(0xF4, b"\x00") + encode(0xF5, b"\x10") + empty
    )
