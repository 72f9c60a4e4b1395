"""What every tool tries first on a PIV token: for blanks with public test keys only."""

from hardware_sim.card.cells import PinCell
from hardware_sim.card.piv.state import PivMemory
from reader.card_profile.piv import PIN_TRIES, Algorithm, Object, padded_pin
from reader.iso7816.tlv import encode

PIN, PUK = "123456", "12345678"
MANAGEMENT_KEY = bytes.fromhex("0102030405060708") * 3
# FASC-N of a card that no agency issued (SP 800-73-4, part 1, 3.1.2), and no expiry worth a name.
_FASC_N = bytes.fromhex("D4E739DA739CED39CE739DA1685A1082108CE73984108CA3FC")
_EXPIRY = b"20991231"


def test_credentials(serial: bytes) -> PivMemory:
    """The public PIN, PUK and management key, and the objects that make it a card of its own."""
    return PivMemory(
        pin=PinCell(padded_pin(PIN), PIN_TRIES, PIN_TRIES),
        puk=PinCell(padded_pin(PUK), PIN_TRIES, PIN_TRIES),
        management_algorithm=Algorithm.TRIPLE_DES,
        management_key=MANAGEMENT_KEY,
        objects={
            Object.CHUID: card_holder_identifier(serial),
            Object.CAPABILITIES: _capability_container(serial),
        },
    )


def card_holder_identifier(serial: bytes) -> bytes:
    """CHUID without signature: FASC-N, GUID (the chip's serial), expiry date."""
    guid = b"onecard\x00".ljust(16 - len(serial), b"\x00") + serial
    return encode(0x30, _FASC_N) + encode(0x34, guid) + encode(0x35, _EXPIRY) + b"\x3e\x00\xfe\x00"


def _capability_container(serial: bytes) -> bytes:
    """Every mandatory element, empty where this card has nothing to say (part 1, table 8)."""
    identifier = bytes.fromhex("A000000116FF02") + serial.rjust(14, b"\x00")
    versions = b"".join(encode(tag, b"\x21") for tag in (0xF1, 0xF2))
    empty = b"".join(encode(tag, b"") for tag in (0xF3, 0xF6, 0xF7, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE))
    return (
        encode(0xF0, identifier) + versions + encode(0xF4, b"\x00") + encode(0xF5, b"\x10") + empty
    )
