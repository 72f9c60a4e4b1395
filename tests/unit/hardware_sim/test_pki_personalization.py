"""The issuer loads the PKI application: groupings over a secure channel, and a whole card."""

from dataclasses import replace

import pytest

from crypto import pin_blocks
from crypto.sensitive_data import encrypt_data
from crypto.suites import GM, NIST
from hardware_sim import factory
from hardware_sim.card.card import Card
from hardware_sim.card.pki.state import PkiMemory
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.key_applications import PKI_ADF, PKI_ENVIRONMENT
from reader.card_profile.pki import ADF_KEY, ADMIN_PIN_KEY, ENVIRONMENT_KEY, PkiFile, admin_pin
from reader.card_profile.profiles import PROFILES
from reader.errors import CardRefusedError
from reader.global_platform import (
    ISD_AID,
    StoreData,
    encode_dgi,
    install_for_personalization,
    store_data,
)
from reader.iso7816 import tlv
from reader.iso7816.apdu import ResponseApdu
from reader.iso7816.commands import select_aid
from reader.pki_session import MasterKeyChange, PkiSession
from reader.secure_channel import open_channel
from reader.transport import GetResponse
from tests.desk import PIN, REGION, Desk, counter_bytes

SUITES = {"v3.00": GM, "international": NIST}
DEK = factory.TEST_KEY
KEYS, USER_PIN, ADMIN_PIN, GENERATE = 0x8000, 0x8010, 0x8011, 0x0047
MASTER_ENTRY = bytes((0x00, 0x01, 0x06)) + b"M" * 16


class Station:
    """A blank without PKI credentials, and a channel to its security domain."""

    def __init__(self, profile: str = "v3.00", *, pki: PkiMemory | None = None) -> None:
        memory = factory.blank(
            PROFILES[profile], serial=bytes(6), keys=lambda kdd: factory.test_keys()
        )
        self.card = Card(replace(memory, pki=pki or PkiMemory()), random=counter_bytes())
        plain = GetResponse(self.card)
        plain.transmit(select_aid(ISD_AID).encode())
        self.channel = open_channel(plain, lambda identity: factory.test_keys(), bytes(8))

    def load(self, *groupings: tuple[int, bytes], aid: bytes = PKI_ADF.aid) -> tuple[bytes, int]:
        """One block with these groupings, as the last."""
        self.channel.transmit(install_for_personalization(aid).encode())
        block = b"".join(encode_dgi(dgi, content) for dgi, content in groupings)
        flags = StoreData.DGI | StoreData.RESPONSE_EXPECTED
        command = store_data(block, block=0, last=True, flags=flags)
        response = ResponseApdu.decode(self.channel.transmit(command.encode()))
        return response.data, response.sw

    @property
    def memory(self) -> PkiMemory:
        return self.card.persistent.pki


def pin(digits: str) -> bytes:
    return encrypt_data(DEK, pin_blocks.encode(digits))


def test_both_pins_are_loaded_with_their_tries():
    station = Station()
    assert station.load((USER_PIN, pin("246810")), (ADMIN_PIN, pin("13579246")))[1] == 0x9000
    user, admin = station.memory.user_pin, station.memory.admin_pin
    assert (user.value, user.tries_left) == (bytes.fromhex("246810"), 6)
    assert (admin.value, admin.tries_left) == (bytes.fromhex("13579246"), 6)


def test_each_level_gets_its_own_master_key():
    station = Station()
    for aid in (PKI_ENVIRONMENT.aid, PKI_ADF.aid):
        assert station.load((KEYS, encrypt_data(DEK, MASTER_ENTRY)), aid=aid)[1] == 0x9000
    assert {name: cell.value for name, cell in station.memory.master_keys.items()} == {
        "PKI": b"M" * 16,
        "SS.CERT.ADF1": b"M" * 16,
    }


def test_the_signing_pair_is_made_and_its_public_key_answered():
    station = Station("international")
    answer, sw = station.load((GENERATE, b"\x12"))
    assert sw == 0x9000
    loaded = NIST.signature.load_key(station.memory.signing_key)
    assert tlv.find(answer, 0x7F49, 0x86) == loaded.public_key


def test_what_another_run_left_goes_with_a_new_pair():
    left = PkiMemory(encryption_key=b"\x01" * 32, certificates={0x18: b"0", 0x19: b"0"})
    station = Station("international", pki=left)
    station.load((GENERATE, b"\x12"))
    assert (station.memory.encryption_key, station.memory.certificates) == (b"", {})


@pytest.mark.parametrize(
    ("dgi", "content", "sw"),
    [
        (USER_PIN, encrypt_data(DEK, b"\x26\x24\x68\x1a\xff\xff\xff\xff"), 0x6A80),
        (KEYS, encrypt_data(DEK, MASTER_ENTRY[:-1]), 0x6A80),
        (KEYS, encrypt_data(DEK, b"\x01" + MASTER_ENTRY[1:]), 0x6A80),
        (KEYS, encrypt_data(DEK, MASTER_ENTRY[:2] + b"\x00" + MASTER_ENTRY[3:]), 0x6A80),
        (GENERATE, b"\x14", 0x6A80),
        (0x9010, b"\x06", 0x6A88),
    ],
)
def test_a_wrong_grouping_changes_nothing(dgi, content, sw):
    station = Station()
    assert station.load((ADMIN_PIN, pin("13579246")), (dgi, content)) == (b"", sw)
    assert station.memory == PkiMemory()


@pytest.mark.parametrize("dgi", [USER_PIN, ADMIN_PIN])
def test_the_environment_has_no_pins(dgi):
    assert Station().load((dgi, pin("246810")), aid=PKI_ENVIRONMENT.aid)[1] == 0x6A88


@pytest.mark.parametrize("profile", sorted(SUITES))
def test_a_card_from_the_station_signs_for_its_holder(tmp_path, profile):
    desk = Desk.open(tmp_path, profile)
    card = desk.blank()
    desk.make(card)
    session = PkiSession(card, SUITES[profile])
    session.verify_user_pin(PIN)
    public_key = session.public_key(PkiFile.SIGNING_PUBLIC_KEY)
    SUITES[profile].signature.verify(public_key, b"onecard", session.sign(b"onecard"))


def test_the_issuer_knows_each_cards_own_administrator_pin_and_master_keys(tmp_path):
    desk = Desk.open(tmp_path)
    card = desk.blank()
    desk.make(card)
    keys = CardKeys(desk.store, desk.profile, REGION, ladder_factor(card.atr))
    session = PkiSession(card, GM)
    session.verify_admin_pin(admin_pin(keys.key(ADMIN_PIN_KEY)))
    new = b"N" * 16
    session.change_master_keys(
        environment=MasterKeyChange(keys.key(ENVIRONMENT_KEY), new),
        application=MasterKeyChange(keys.key(ADF_KEY), new),
    )
    with pytest.raises(CardRefusedError):
        session.verify_admin_pin("12345678")
