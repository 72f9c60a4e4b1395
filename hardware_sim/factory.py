"""The chip factory: a pre-personalized blank, with its files, its serial and transport keys."""

from collections.abc import Callable
from dataclasses import replace

from crypto.block_ciphers import TRIPLE_DES
from crypto.keys import KeySet
from hardware_sim.card.cells import PinCell
from hardware_sim.card.piv import defaults as piv_defaults
from hardware_sim.card.piv.state import PivMemory
from hardware_sim.card.pki import defaults as pki_defaults
from hardware_sim.card.pki.state import PkiMemory
from hardware_sim.card.state import Persistent, Place
from reader.card_profile.files import TransparentFile
from reader.card_profile.key_applications import PIV, PKI_ADF
from reader.card_profile.profiles import CardProfile
from reader.global_platform import CardLifeCycle
from reader.iso7816.tlv import encode_record

CHIP_SUPPLIER = bytes.fromhex("0081")  # T1–T2 of the historical bytes (LD/T 32.2)
COS = bytes.fromhex("4F4310")  # T3–T5: the COS supplier's own
CARD_MAKER = bytes.fromhex("8660")  # T6–T7
SERIAL_SIZE = 6  # T8–T13

# GlobalPlatform's public test keys, which every host program knows (GPC, E.6 of 2.1.1): for
# trying foreign software on a card, never for a card that goes to a person.
TEST_KEY = bytes(range(0x40, 0x50))
TEST_KEY_VERSION = 0x30
TEST_KEY_VERSION_SCP02 = 0x20
TRANSPORT_KEY_VERSION = 0x11  # tells a blank from a card that has its issuer's keys


def test_keys() -> KeySet:
    """The public test key set 40…4F, version 30."""
    return KeySet(TEST_KEY, TEST_KEY, TEST_KEY, version=TEST_KEY_VERSION)


def test_keys_scp02() -> KeySet:
    """The same public keys as 3DES keys, version 20, for hosts that speak SCP02."""
    return KeySet(TEST_KEY, TEST_KEY, TEST_KEY, version=TEST_KEY_VERSION_SCP02, cipher=TRIPLE_DES)


def key_diversification_data(serial: bytes) -> bytes:
    """10 bytes that INITIALIZE UPDATE names the chip by: maker, '0000' and the serial."""
    return CARD_MAKER + b"\x00\x00" + serial


def blank(
    profile: CardProfile,
    *,
    serial: bytes,
    keys: Callable[[bytes], KeySet],
    random_challenges: bool = False,
) -> Persistent:
    """A new chip. *keys* gives its transport key set from its key diversification data.

    A chip with the public test keys has them for SCP02 too. *random_challenges* makes its secure
    channels start with chance instead of a counter (i=60 and 15 instead of 70 and 55).
    """
    if len(serial) != SERIAL_SIZE:
        raise ValueError(f"a chip serial has {SERIAL_SIZE} bytes")
    kdd = key_diversification_data(serial)
    transport = keys(kdd)
    if transport.version != TEST_KEY_VERSION:
        transport = replace(transport, version=TRANSPORT_KEY_VERSION)
    records: dict[Place, tuple[bytes, ...]] = {}
    binaries: dict[Place, bytes] = {}
    for application, file in profile.files():
        place = (application.name, file.fid)
        if isinstance(file, TransparentFile):
            binaries[place] = bytes(file.size)
        else:
            records[place] = tuple(encode_record(slot.tag, bytes(slot.size)) for slot in file.slots)
    return Persistent(
        profile=profile.name,
        historical_bytes=profile.historical_bytes(CHIP_SUPPLIER, COS, CARD_MAKER, serial),
        key_diversification_data=kdd,
        production_life_cycle=_production_life_cycle(serial),
        life_cycle=CardLifeCycle.OP_READY,
        key_sets=_key_sets(transport),
        random_challenges=random_challenges,
        piv=_piv(profile, transport, serial),
        pki=_pki(profile, transport),
        pin=PinCell(b"", profile.pin_tries, profile.pin_tries),
        records=records,
        binaries=binaries,
    )


def _piv(profile: CardProfile, transport: KeySet, serial: bytes) -> PivMemory:
    """Public credentials where the whole chip has public keys; otherwise none yet."""
    if transport.version == TEST_KEY_VERSION and PIV in profile.key_applications:
        return piv_defaults.test_credentials(serial)
    return PivMemory()


def _pki(profile: CardProfile, transport: KeySet) -> PkiMemory:
    if transport.version == TEST_KEY_VERSION and PKI_ADF in profile.key_applications:
        return pki_defaults.test_credentials()
    return PkiMemory()


def _key_sets(transport: KeySet) -> dict[int, KeySet]:
    """The default set first."""
    sets = [transport]
    if transport.version == TEST_KEY_VERSION:
        sets.append(test_keys_scp02())
    return {keys.version: keys for keys in sets}


def _production_life_cycle(serial: bytes) -> bytes:
    """CPLC, 42 bytes (tag 9F7F): only chip supplier and serial are filled."""
    return (CHIP_SUPPLIER + bytes(10) + serial[-4:] + serial[:2]).ljust(42, b"\x00")
