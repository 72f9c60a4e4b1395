"""A key pair that was made ahead goes into DF0A: grouping 8047, whole or not at all."""

import pytest

from crypto.sensitive_data import encrypt_data
from crypto.suites import GM, NIST
from hardware_sim import factory
from hardware_sim.card.card import Card
from hardware_sim.faults import PowerCut, Tearable, cut_after_write, cut_before_write
from reader.card_profile.df0a import DF0A, chip_proof_message
from reader.card_profile.profiles import PROFILES
from reader.card_profile.ssse import SSSE
from reader.global_platform import (
    ISD_AID,
    StoreData,
    encode_dgi,
    install_for_personalization,
    store_data,
)
from reader.iso7816.apdu import ResponseApdu
from reader.iso7816.commands import select_aid
from reader.secure_channel import SecureChannel, open_channel
from reader.transport import GetResponse, Transport
from tests.desk import counter_bytes

SUITES = {"v3.00": GM, "international": NIST}
DEK = factory.TEST_KEY
LOAD = 0x8047
SCALAR = bytes(31) + b"\x07"
CODE, CHALLENGE = bytes(16), bytes(range(16))


def blank(profile: str = "international") -> Card:
    memory = factory.blank(PROFILES[profile], serial=bytes(6), keys=lambda _: factory.test_keys())
    return Card(memory, random=counter_bytes())


def channel(card: Transport) -> SecureChannel:
    plain = GetResponse(card)
    plain.transmit(select_aid(ISD_AID).encode())
    return open_channel(plain, lambda _: factory.test_keys(), bytes(8))


def entry(scalar: bytes = SCALAR, reference: int = 0x81) -> bytes:
    return encrypt_data(DEK, bytes((reference,)) + scalar)


def load(card: Transport, content: bytes, *, aid: bytes = DF0A.aid) -> int:
    """One block with this grouping, as the last; its status word."""
    opened = channel(card)
    opened.transmit(install_for_personalization(aid).encode())
    flags = StoreData.DGI | StoreData.APPLICATION_DEPENDENT_ENCRYPTION
    command = store_data(encode_dgi(LOAD, content), block=0, last=True, flags=flags)
    return ResponseApdu.decode(opened.transmit(command.encode())).sw


@pytest.mark.parametrize("profile", sorted(SUITES))
def test_the_chip_signs_with_the_key_that_was_loaded(profile: str) -> None:
    card = blank(profile)
    assert load(card, entry()) == 0x9000
    card.reset()
    plain = GetResponse(card)
    plain.transmit(select_aid(DF0A.aid).encode())
    proof = plain.transmit(bytes.fromhex("0088008110") + CHALLENGE + b"\x00")
    scheme = SUITES[profile].signature
    public_key = scheme.load_key(SCALAR).public_key
    scheme.verify(public_key, chip_proof_message(CODE, CHALLENGE), proof[:-2])


@pytest.mark.parametrize(
    "content",
    [
        entry(bytes(32)),
        entry(b"\xff" * 32),
        entry(SCALAR[1:]),
        entry(SCALAR + b"\x01"),
        entry(reference=0x82),
        encrypt_data(DEK, b""),
        bytes((0x81,)) + SCALAR,
    ],
    ids=["zero", "too large", "short", "long", "another key", "nothing", "in clear"],
)
def test_what_is_no_key_of_the_chip_changes_nothing(content: bytes) -> None:
    card = blank()
    assert load(card, content) == 0x6A80
    assert (card.persistent.chip_key, card.persistent.applications) == (b"", {})


def test_other_applications_have_no_such_key() -> None:
    assert load(blank(), entry(), aid=SSSE.aid) == 0x6A80


@pytest.mark.parametrize("cut", [cut_before_write, cut_after_write])
@pytest.mark.parametrize("write", [1, 2])  # the counter of channels, the key
def test_a_power_cut_leaves_no_key_or_the_whole(cut, write: int) -> None:
    kept = [blank().persistent]

    def save(memory):
        kept.append(memory)
        return memory

    powered = cut(save, write)
    torn = Tearable(lambda: Card(kept[-1], random=counter_bytes(), save=powered))
    with pytest.raises(PowerCut):
        load(torn, entry())
    whole = write == 2 and cut is cut_after_write
    assert kept[-1].chip_key == (SCALAR if whole else b"")
    again = Card(kept[-1], random=counter_bytes())
    assert load(again, entry()) == 0x9000
    assert again.persistent.chip_key == SCALAR
