"""The station fills the PIV application: what a card leaves with, and what it does not."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crypto.keystore import SoftKeyStore, create_issuer_keys
from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from issuance.issuer_keys import issuer_keys
from issuance.piv_personalization import check_piv
from issuance.station import Station
from issuance.station_errors import CardMismatchError
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.piv import MANAGEMENT_KEY, PUK_KEY, puk
from reader.errors import KeyPairMissingError, WrongPinError
from reader.global_platform import CardLifeCycle
from reader.iso7816 import tlv
from reader.transport import GetResponse
from tests.desk import NOW, REGION, Counting, Desk, counter_bytes

SELECT = bytes.fromhex("00 A4 04 00 05 A0 00 00 03 08 00")
TRANSPORT_PIN = b"246810\xff\xff"
VERIFY = b"\x00\x20\x00\x80\x08" + TRANSPORT_PIN
CHUID = bytes.fromhex("00 CB 3F FF 05 5C 03 5F C1 02 00")
DIGEST = bytes(range(32))
PROFILES = ("v3.00", "international")


@pytest.fixture(params=PROFILES, scope="module")
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.open(tmp_path_factory.mktemp("desk"), request.param)


def made(desk: Desk, serial: int = 1) -> Card:
    card = desk.blank(serial)
    desk.make(card, desk.job(serial))
    return card


class Computer:
    """A citizen's, with the card in its reader."""

    def __init__(self, card: Card) -> None:
        card.reset()
        self._line = GetResponse(card)
        assert self.send(SELECT)[1] == 0x9000

    def send(self, command: bytes) -> tuple[bytes, int]:
        answer = self._line.transmit(command)
        return answer[:-2], int.from_bytes(answer[-2:], "big")

    def point(self, reference: int) -> bytes:
        answer, sw = self.send(bytes((0x00, 0xF7, 0x00, reference, 0x00)))
        assert sw == 0x9000
        return tlv.find(answer, 0x04, 0x86) or b""

    def use(self, reference: int, tag: int, value: bytes) -> tuple[bytes, int]:
        """GENERAL AUTHENTICATE with P-256: what stands behind 82 in the answer."""
        inner = b"\x82\x00" + bytes((tag, len(value))) + value
        data = bytes((0x7C, len(inner))) + inner
        answer, sw = self.send(bytes((0x00, 0x87, 0x11, reference, len(data))) + data + b"\x00")
        return (tlv.find(answer, 0x7C, 0x82) or b""), sw


def public(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


@pytest.mark.parametrize("reference", [0x9A, 0x9C])
def test_the_holder_signs_with_the_transport_pin(desk, reference):
    computer = Computer(made(desk))
    key = public(computer.point(reference))
    assert computer.use(reference, 0x81, DIGEST)[1] == 0x6982
    assert computer.send(VERIFY)[1] == 0x9000
    signature, _ = computer.use(reference, 0x81, DIGEST)
    key.verify(signature, DIGEST, ec.ECDSA(Prehashed(hashes.SHA256())))


def test_what_was_encrypted_for_the_card_is_agreed_with_it(desk):
    computer = Computer(made(desk))
    sender = ec.generate_private_key(ec.SECP256R1())
    numbers = sender.public_key().public_numbers()
    point = b"\x04" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    card = public(computer.point(0x9D))
    computer.send(VERIFY)
    assert computer.use(0x9D, 0x85, point)[0] == sender.exchange(ec.ECDH(), card)


def test_nothing_answers_without_the_pin(desk):
    computer = Computer(made(desk))
    assert computer.send(bytes.fromhex("00 F7 00 9E 00"))[1] == 0x6A88
    assert computer.use(0x9E, 0x81, DIGEST)[1] == 0x6A88


def test_the_key_pairs_are_three_and_every_cards_own(desk):
    points = [
        Computer(card).point(reference)
        for card in (made(desk, 1), made(desk, 2))
        for reference in (0x9A, 0x9C, 0x9D)
    ]
    assert len({*points}) == 6


def card_keys(desk: Desk, card: Card) -> CardKeys:
    return CardKeys(desk.store, desk.profile, REGION, ladder_factor(card.atr))


def test_the_issuer_knows_each_cards_own_puk(desk):
    card, other = made(desk, 1), made(desk, 2)
    number = puk(card_keys(desk, card).key(PUK_KEY))
    assert (len(number), number.isdigit()) == (8, True)
    assert number != puk(card_keys(desk, other).key(PUK_KEY))
    unblock = b"\x00\x2c\x00\x80\x10" + number.encode() + b"111111\xff\xff"
    assert Computer(other).send(unblock)[1] == 0x63C2
    computer = Computer(card)
    assert computer.send(unblock)[1] == 0x9000
    assert computer.send(b"\x00\x20\x00\x80\x08111111\xff\xff")[1] == 0x9000


def test_the_issuer_knows_each_cards_own_management_key_of_aes_128(desk):
    card, other = made(desk, 1), made(desk, 2)
    key = card_keys(desk, card).key(MANAGEMENT_KEY)
    assert len(key) == 16
    put = bytes.fromhex("00 DB 3F FF 08 5C 03 5F C1 05 53 01 AA")
    for chip, sw in ((other, 0x6982), (card, 0x9000)):
        computer = Computer(chip)
        assert computer.send(put)[1] == 0x6982
        challenge, _ = computer.send(bytes.fromhex("00 87 08 9B 04 7C 02 81 00 00"))
        coder = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
        proof = coder.update(challenge[4:])
        assert computer.send(b"\x00\x87\x08\x9b\x14\x7c\x12\x82\x10" + proof)[1] == sw
        assert computer.send(put)[1] == sw


def test_the_chuid_tells_the_card_and_its_last_day_and_no_person(desk):
    content = tlv.find(Computer(made(desk)).send(CHUID)[0], 0x53) or b""
    fields = dict(tlv.parse(content))
    assert [*fields] == [0x30, 0x34, 0x35, 0x3E, 0xFE]
    assert UUID(bytes=fields[0x34]).version == 5
    assert fields[0x35] == b"20361101"
    other = tlv.find(Computer(made(desk, 2)).send(CHUID)[0], 0x53, 0x34)
    assert other not in (fields[0x34], None)


def test_no_certificate_is_there_yet(desk):
    computer = Computer(made(desk))
    for tag in ("5FC105", "5FC10A", "5FC10B", "5FC101"):
        read = bytes.fromhex("00 CB 3F FF 05 5C 03") + bytes.fromhex(tag) + b"\x00"
        assert computer.send(read)[1] == 0x6A82


def test_a_pin_of_the_benefits_that_changes_does_not_change_the_signatures_pin(desk):
    card = made(desk)
    for command in (
        "00A4040C0F7378312E73682EC9E7BBE1B1A3D5CF",
        "805E010007246810FF654321",
    ):
        assert card.transmit(bytes.fromhex(command)) == b"\x90\x00"
    assert Computer(card).send(VERIFY)[1] == 0x9000


@pytest.mark.parametrize("profile", ["v1.00", "v2.00"])
def test_cards_without_the_application_take_no_keys_for_it(profile, tmp_path):
    desk = Desk.open(tmp_path, profile)
    assert not any("PIV" in info.name for info in desk.store.names())
    card = desk.blank()
    desk.make(card)
    assert card.persistent.life_cycle is CardLifeCycle.SECURED
    check_piv(card, card_keys(desk, card), "246810", date(2036, 11, 1))


def test_an_older_key_store_gets_the_new_keys_and_keeps_the_old(desk, tmp_path):
    path = tmp_path / "older.json"
    store = SoftKeyStore.create(path, "open sesame", cost=2)
    wanted = [*issuer_keys(desk.profile)]
    new = [key for key in wanted if key[0].rpartition("/")[2] in ("PIVPUK", "MKPIV")]
    assert wanted[-2:] == new
    create_issuer_keys(store, wanted[:-2])
    before = store.names()
    created = create_issuer_keys(store, issuer_keys(desk.profile))
    assert [info.name for info in created] == [name for name, _, _ in new]
    assert store.names()[: len(before)] == before


# --- what the station does not let pass ---------------------------------------------------------


def without_signature_key(memory: Persistent) -> Persistent:
    keys = {each: key for each, key in memory.piv.keys.items() if each != 0x9C}
    return replace(memory, piv=replace(memory.piv, keys=keys))


def with_another_pin(memory: Persistent) -> Persistent:
    cell = memory.piv.pin
    pin = replace(cell, value=b"000000\xff\xff") if cell.value else cell
    return replace(memory, piv=replace(memory.piv, pin=pin))


def with_a_chuid_cut_short(memory: Persistent) -> Persistent:
    objects = {tag: content[:40] for tag, content in memory.piv.objects.items()}
    return replace(memory, piv=replace(memory.piv, objects=objects))


@pytest.mark.parametrize(
    ("worn", "error"),
    [
        (without_signature_key, KeyPairMissingError),
        (with_another_pin, WrongPinError),
        (with_a_chuid_cut_short, CardMismatchError),
    ],
)
def test_a_chip_that_does_not_keep_it_is_not_closed(desk, worn, error):
    card = Card(desk.blank().persistent, random=counter_bytes(), save=worn)
    station = Station(desk.store, random=counter_bytes(7), clock=lambda: NOW)
    with pytest.raises(error):
        station.personalize(Counting(card), card.atr, desk.job())
    assert card.persistent.life_cycle is CardLifeCycle.OP_READY
