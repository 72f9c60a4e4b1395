"""The PIV application, command by command (NIST SP 800-73-4, part 2)."""

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hardware_sim import factory
from hardware_sim.card.card import Card
from hardware_sim.card.piv.state import PivMemory
from hardware_sim.card.state import Persistent
from reader.card_profile.profiles import PROFILES
from reader.iso7816 import tlv
from tests.desk import counter_bytes

SELECT = "00 A4 04 00 05 A0 00 00 03 08"
APPLICATION = "61 11 4F 06 00 00 10 00 01 00 79 07 4F 05 A0 00 00 03 08"
PIN, PUK = b"123456\xff\xff", b"12345678"
WRONG = b"000000\xff\xff"
MANAGEMENT_KEY = bytes.fromhex("0102030405060708") * 3
DIGEST = bytes(range(32))


class Client:
    """A computer with the card in its reader."""

    def __init__(self, profile: str = "international") -> None:
        memory = factory.blank(
            PROFILES[profile], serial=bytes(6), keys=lambda kdd: factory.test_keys()
        )
        self.written: list[PivMemory] = []
        self.card = Card(memory, random=counter_bytes(), save=self._save)
        assert self.sw(SELECT) == 0x9000

    def _save(self, memory: Persistent) -> Persistent:
        self.written.append(memory.piv)
        return memory

    def send(self, command: str | bytes) -> tuple[bytes, int]:
        raw = bytes.fromhex(command) if isinstance(command, str) else command
        answer, data = self.card.transmit(raw), b""
        while answer[-2] == 0x61:
            data += answer[:-2]
            answer = self.card.transmit(bytes((0, 0xC0, 0, 0, answer[-1])))
        return data + answer[:-2], int.from_bytes(answer[-2:], "big")

    def sw(self, command: str | bytes) -> int:
        return self.send(command)[1]

    def verify(self, pin: bytes = PIN) -> int:
        return self.sw(b"\x00\x20\x00\x80\x08" + pin)

    def manage(self) -> "Client":
        """Prove the management key, both ends."""
        answer, _ = self.send("00 87 03 9B 04 7C 02 80 00 00")
        witness = cipher(MANAGEMENT_KEY).decryptor().update(answer[4:])
        challenge = b"CHALLENG"
        data = b"\x7c\x14\x80\x08" + witness + b"\x81\x08" + challenge
        answer, sw = self.send(b"\x00\x87\x03\x9b\x16" + data + b"\x00")
        assert (answer[4:], sw) == (cipher(MANAGEMENT_KEY).encryptor().update(challenge), 0x9000)
        return self

    def generate(self, reference: int) -> ec.EllipticCurvePublicKey:
        template = b"\xac\x03\x80\x01\x11"
        answer, sw = self.send(bytes((0, 0x47, 0, reference, 5)) + template + b"\x00")
        assert sw == 0x9000
        point = tlv.find(answer, 0x7F49, 0x86)
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point or b"")

    def sign(self, reference: int) -> tuple[bytes, int]:
        data = b"\x7c\x24\x82\x00\x81\x20" + DIGEST
        return self.send(bytes((0, 0x87, 0x11, reference, len(data))) + data + b"\x00")


def cipher(key: bytes) -> Cipher:
    return Cipher(TripleDES(key), modes.ECB())  # noqa: S305


@pytest.mark.parametrize("profile", ["international", "v3.00"])
def test_it_answers_to_its_aid_whole_or_in_part(profile):
    client = Client(profile)
    for aid in ("A0 00 00 03 08", "A0 00 00 03 08 00 00 10 00", "A0 00 00 03 08 00 00 10 00 01 00"):
        size = f"{len(bytes.fromhex(aid)):02X}"
        answer, sw = client.send(f"00 A4 04 00 {size} {aid} 00")
        assert (answer.hex(" ").upper(), sw) == (APPLICATION, 0x9000)


def test_cards_without_key_pairs_have_no_such_application():
    memory = factory.blank(PROFILES["v2.00"], serial=bytes(6), keys=lambda kdd: factory.test_keys())
    card = Card(memory, random=counter_bytes())
    assert card.transmit(bytes.fromhex(SELECT)) == b"\x6a\x82"


def test_the_pin_has_three_tries_and_the_puk_gives_them_back():
    client = Client()
    assert client.sw("00 20 00 80") == 0x63C3
    assert [client.verify(WRONG) for _ in range(3)] == [0x63C2, 0x63C1, 0x63C0]
    assert (client.verify(), client.sw("00 20 00 80")) == (0x6983, 0x6983)
    assert client.sw(b"\x00\x2c\x00\x80\x10" + PUK + b"654321\xff\xff") == 0x9000
    assert client.sw("00 20 00 80") == 0x63C3
    assert client.verify(b"654321\xff\xff") == 0x9000


def test_the_puk_has_three_tries_too():
    client = Client()
    command = b"\x00\x2c\x00\x80\x10" + b"00000000" + PIN
    assert [client.sw(command) for _ in range(4)] == [0x63C2, 0x63C1, 0x63C0, 0x6983]


def test_the_pin_is_changed_by_who_knows_it():
    client = Client()
    new = b"87654321"
    assert client.sw(b"\x00\x24\x00\x80\x10" + WRONG + new) == 0x63C2
    assert client.sw(b"\x00\x24\x00\x80\x10" + PIN + new) == 0x9000
    assert client.verify(new) == 0x9000


def test_who_changes_the_pin_has_verified_it():
    client = Client()
    assert client.sw(b"\x00\x24\x00\x80\x10" + PIN + b"87654321") == 0x9000
    assert client.sw("00 20 00 80") == 0x9000


def test_a_wrong_old_pin_ends_what_the_right_one_opened():
    client = Client()
    client.verify()
    assert client.sw(b"\x00\x24\x00\x80\x10" + WRONG + PIN) == 0x63C2
    assert client.sw("00 20 00 80") == 0x63C2


def test_a_power_cut_after_the_try_is_counted_leaves_it_counted():
    client = Client()
    client.sw(b"\x00\x24\x00\x80\x10" + PIN + b"87654321")
    states = [(memory.pin.value, memory.pin.tries_left) for memory in client.written]
    assert states == [(PIN, 2), (b"87654321", 3)]


def test_the_puk_and_the_pin_it_sets_are_written_together():
    client = Client()
    client.sw(b"\x00\x2c\x00\x80\x10" + PUK + b"87654321")
    states = [(memory.puk.tries_left, memory.pin.value) for memory in client.written]
    assert states == [(2, PIN), (3, b"87654321")]


@pytest.mark.parametrize("pin", [b"12345\xff\xff\xff", b"12345a\xff\xff", b"123456\xff7"])
def test_a_new_pin_is_six_to_eight_digits(pin):
    client = Client()
    assert client.sw(b"\x00\x24\x00\x80\x10" + PIN + pin) == 0x6A80
    assert client.verify() == 0x9000


def test_a_pin_of_another_size_costs_no_try():
    client = Client()
    assert client.sw(b"\x00\x20\x00\x80\x06123456") == 0x6A80
    assert client.sw("00 20 00 80") == 0x63C3


def test_verify_tells_and_takes_back_that_the_pin_is_verified():
    client = Client()
    client.verify()
    assert client.sw("00 20 00 80") == 0x9000
    assert client.sw("00 20 FF 80") == 0x9000
    assert client.sw("00 20 00 80") == 0x63C3


def test_another_application_ends_what_the_pin_opened():
    client = Client()
    client.verify()
    assert client.sw(SELECT) == 0x9000
    assert client.sw("00 20 00 80") == 0x9000
    client.sw("00 A4 04 00 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF")
    client.sw(SELECT)
    assert client.sw("00 20 00 80") == 0x63C3


def test_a_key_is_made_on_the_card_and_signs_after_the_pin():
    client = Client().manage()
    public_key = client.generate(0x9A)
    assert client.sign(0x9A)[1] == 0x6982
    client.verify()
    for _ in range(2):
        answer, sw = client.sign(0x9A)
        assert sw == 0x9000
        signature = tlv.find(answer, 0x7C, 0x82) or b""
        public_key.verify(signature, DIGEST, ec.ECDSA(Prehashed(hashes.SHA256())))


def test_the_signature_key_wants_the_pin_just_before():
    client = Client().manage()
    client.generate(0x9C)
    client.verify()
    assert client.sign(0x9C)[1] == 0x9000
    assert client.sign(0x9C)[1] == 0x6982
    client.verify()
    client.sw("00 CB 3F FF 03 5C 01 7E 00")
    assert client.sign(0x9C)[1] == 0x6982


def test_the_card_authentication_key_wants_no_pin():
    client = Client().manage()
    client.generate(0x9E)
    assert client.sign(0x9E)[1] == 0x9000


def test_two_ends_agree_on_a_key():
    client = Client().manage()
    public_key = client.generate(0x9D)
    mine = ec.generate_private_key(ec.SECP256R1())
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    client.verify()
    data = b"\x7c\x45\x82\x00\x85\x41" + point
    answer, sw = client.send(bytes((0, 0x87, 0x11, 0x9D, len(data))) + data + b"\x00")
    assert sw == 0x9000
    assert tlv.find(answer, 0x7C, 0x82) == mine.exchange(ec.ECDH(), public_key)
    off_curve = data[:-1] + bytes((data[-1] ^ 1,))
    assert client.sw(bytes((0, 0x87, 0x11, 0x9D, len(data))) + off_curve + b"\x00") == 0x6A80


def test_the_host_alone_proves_the_management_key():
    client = Client()
    answer, _ = client.send("00 87 03 9B 04 7C 02 81 00 00")
    proof = cipher(MANAGEMENT_KEY).encryptor().update(answer[4:])
    assert client.sw(b"\x00\x87\x03\x9b\x0c\x7c\x0a\x82\x08" + proof) == 0x9000
    assert client.sw(bytes.fromhex("00 47 00 9A 05 AC 03 80 01 11 00")) == 0x9000


def test_a_wrong_proof_of_the_management_key_opens_nothing_and_serves_once():
    client = Client()
    client.send("00 87 03 9B 04 7C 02 81 00 00")
    assert client.sw(b"\x00\x87\x03\x9b\x0c\x7c\x0a\x82\x08" + bytes(8)) == 0x6982
    assert client.sw(b"\x00\x87\x03\x9b\x0c\x7c\x0a\x82\x08" + bytes(8)) == 0x6982
    assert client.sw("00 47 00 9A 05 AC 03 80 01 11 00") == 0x6982


def test_objects_are_written_by_the_manager_and_read_in_pieces():
    client = Client()
    certificate = bytes(range(256)) * 3
    content = b"\x53\x82\x03\x00" + certificate
    data = b"\x5c\x03\x5f\xc1\x05" + content
    pieces = [data[i : i + 200] for i in range(0, len(data), 200)]
    heads = [b"\x10"] * (len(pieces) - 1) + [b"\x00"]

    def put() -> list[int]:
        return [
            client.sw(head + b"\xdb\x3f\xff" + bytes((len(piece),)) + piece)
            for head, piece in zip(heads, pieces, strict=True)
        ]

    assert put()[-1] == 0x6982
    client.manage()
    assert put() == [0x9000] * len(pieces)
    assert client.send("00 CB 3F FF 05 5C 03 5F C1 05 00") == (content, 0x9000)
    assert client.sw("00 DB 3F FF 07 5C 03 5F C1 05 53 00") == 0x9000
    assert client.sw("00 CB 3F FF 05 5C 03 5F C1 05 00") == 0x6A82


def test_what_tells_of_the_body_is_read_after_the_pin():
    client = Client()
    assert client.sw("00 CB 3F FF 05 5C 03 5F C1 03 00") == 0x6982
    client.verify()
    assert client.sw("00 CB 3F FF 05 5C 03 5F C1 03 00") == 0x6A82


def test_a_blank_that_is_nobodys_yet_has_no_credentials():
    memory = factory.blank(
        PROFILES["v3.00"],
        serial=bytes(6),
        keys=lambda kdd: factory.KeySet(bytes(16), bytes(16), bytes(16)),
    )
    card = Card(memory, random=counter_bytes())
    card.transmit(bytes.fromhex(SELECT))
    for command in (
        b"\x00\x20\x00\x80\x08" + PIN,
        b"\x00\x20\x00\x80",
        b"\x00\x24\x00\x80\x10" + PIN + PIN,
        b"\x00\x2c\x00\x80\x10" + PUK + PIN,
        bytes.fromhex("00 87 03 9B 04 7C 02 80 00 00"),
    ):
        assert card.transmit(command) == b"\x69\x84"


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("00 20 00 81 08 31 32 33 34 35 36 37 38", 0x6A88),
        ("00 24 00 9A 10" + "31" * 16, 0x6A88),
        ("00 87 11 9A 04 7C 02 81 00", 0x6982),
        ("00 87 07 9C 04 7C 02 81 00", 0x6A86),
        ("00 87 11 55 04 7C 02 81 00", 0x6A88),
        ("00 CB 00 00 03 5C 01 7E", 0x6A86),
        ("00 CB 3F FF 02 5C 01", 0x6A80),
        ("00 CA 00 66 00", 0x6D00),
        ("00 F9 9A 00 00", 0x6D00),
    ],
)
def test_what_it_does_not_know_it_refuses(command, sw):
    assert Client().sw(command) == sw
