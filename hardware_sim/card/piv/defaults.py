"""What every tool tries first on a PIV token: for blanks with public test keys only."""

from datetime import date

from hardware_sim.card.cells import PinCell
from hardware_sim.card.piv.state import PivMemory
from reader.card_profile.piv import PIN_TRIES, Algorithm, Object, padded_pin
from reader.card_profile.piv_objects import capability_container, card_holder_identifier

PIN, PUK = "123456", "12345678"
MANAGEMENT_KEY = bytes.fromhex("0102030405060708") * 3
_LAST_DAY = date(2099, 12, 31)


def test_credentials(serial: bytes) -> PivMemory:
    """The public PIN, PUK and management key, and the objects that make it a card of its own."""
    guid = b"onecard\x00".ljust(16 - len(serial), b"\x00") + serial
    return PivMemory(
        pin=PinCell(padded_pin(PIN), PIN_TRIES, PIN_TRIES),
        puk=PinCell(padded_pin(PUK), PIN_TRIES, PIN_TRIES),
        management_algorithm=Algorithm.TRIPLE_DES,
        management_key=MANAGEMENT_KEY,
        objects={
            Object.CHUID: card_holder_identifier(guid, _LAST_DAY),
            Object.CAPABILITIES: capability_container(serial),
        },
    )
