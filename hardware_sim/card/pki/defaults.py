"""Public credentials of the PKI application: for blanks with public test keys only."""

from hardware_sim.card.cells import PinCell
from hardware_sim.card.pki.state import PkiMemory
from reader.card_profile.key_applications import PKI_ADF, PKI_ENVIRONMENT
from reader.card_profile.pki import PIN_TRIES

USER_PIN = bytes.fromhex("123456")  # as in the transcript of a program that issues such cards
ADMIN_PIN = bytes.fromhex("12345678")
MASTER_KEY = bytes(range(0x40, 0x50))
TRIES = PIN_TRIES


def test_credentials() -> PkiMemory:
    """User and administrator PIN, and one master key for both levels."""
    return PkiMemory(
        user_pin=PinCell(USER_PIN, TRIES, TRIES),
        admin_pin=PinCell(ADMIN_PIN, TRIES, TRIES),
        master_keys={
            one.name: PinCell(MASTER_KEY, TRIES, TRIES) for one in (PKI_ENVIRONMENT, PKI_ADF)
        },
    )
