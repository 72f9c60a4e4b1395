"""The PSAM factory: a module with its files and its own keys, and the keys its cards need.

A PSAM holds the master keys at the level that each key's usage says, undivided: 'BF DE' brings the
factors of province, city and card, so that one module works in every region whose key it has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from crypto.errors import KeyMaterialError
from crypto.key_transport import WrappedKey, unwrap, wrap
from crypto.keys import KeySet
from hardware_sim import factory
from hardware_sim.card.cells import KeyCell, PinCell
from hardware_sim.factory import CARD_MAKER, CHIP_SUPPLIER, SERIAL_SIZE, key_diversification_data
from hardware_sim.psam.state import PsamMemory
from reader.card_profile import psam
from reader.card_profile.keys import CardKey
from reader.card_profile.profiles import CardProfile
from reader.card_profile.psam import TerminalNumber
from reader.card_profile.values import RegionCode

MasterKeys = Callable[[CardKey], WrappedKey | None]

COS = b"SAM"  # T3–T5 of the historical bytes: the COS supplier's own
OWN_KEY_SIZE, OWN_KEY_TRIES, PIN_TRIES = 16, 3, 3
# Every master key of a module that is made without a key store: public, for trying only.
TEST_MASTER_KEY = bytes.fromhex("00112233445566778899AABBCCDDEEFF")


@dataclass(frozen=True, slots=True, kw_only=True)
class PsamOrder:
    """What is asked of the factory."""

    serial: bytes  # 6 bytes
    terminal: TerminalNumber
    region: RegionCode
    first_day: date
    last_day: date
    pin: bytes = b""  # packed digits; none if empty


def diversification_data(serial: bytes) -> bytes:
    """10 bytes by which a transport key set knows this module."""
    return key_diversification_data(serial)


def make(
    profile: CardProfile,
    order: PsamOrder,
    *,
    transport: KeySet,
    master_key: MasterKeys,
) -> PsamMemory:
    """A module of its own transport key set, with each key of *profile* unwrapped inside it.

    The set's ENC becomes the module's master key and its MAC the maintenance key; under the DEK
    the master keys came, those for which *master_key* gives none left out. KeyMaterialError if
    one was wrapped for another module.
    """
    if len(order.serial) != SERIAL_SIZE:
        raise ValueError(f"a chip serial has {SERIAL_SIZE} bytes")
    if len(transport.enc) != OWN_KEY_SIZE:
        raise KeyMaterialError("a PSAM's transport key set has keys of 16 bytes")
    cipher = profile.authentication.cipher
    keys = {
        (key.psam_usage, key.psam_id): unwrap(transport.dek, carried, cipher)
        for key in profile.keys()  # noqa: SIM118  # no mapping
        if key.for_terminals and (carried := master_key(key)) is not None
    }
    serial_number = diversification_data(order.serial)
    return PsamMemory(
        profile=profile.name,
        historical_bytes=profile.historical_bytes(CHIP_SUPPLIER, COS, CARD_MAKER, order.serial),
        files={
            psam.CARD_INFORMATION: psam.card_information(serial_number),
            psam.TERMINAL: order.terminal.encode_file(),
            psam.APPLICATION_INFORMATION: psam.application_information(
                order.region, order.first_day, order.last_day
            ),
        },
        master=_own_key(transport.enc),
        maintenance=_own_key(transport.mac),
        keys=keys,
        pin=PinCell(order.pin, PIN_TRIES, PIN_TRIES),
    )


def test_keys(profile: CardProfile) -> tuple[KeySet, MasterKeys]:
    """Public keys throughout: GlobalPlatform's test set, and `TEST_MASTER_KEY` for every key."""
    transport = factory.test_keys()
    carried = wrap(transport.dek, TEST_MASTER_KEY, profile.authentication.cipher)
    return transport, lambda key: carried


def _own_key(value: bytes) -> KeyCell:
    return KeyCell(value, 1, OWN_KEY_TRIES, OWN_KEY_TRIES)
