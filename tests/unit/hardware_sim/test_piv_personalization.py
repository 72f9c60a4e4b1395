"""What the issuer loads into the PIV application, and what it may not (STORE DATA)."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from crypto.keys import KeySet
from hardware_sim import factory
from hardware_sim.card.card import Card
from reader.card_profile.profiles import PROFILES
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.secure_channel import open_channel
from reader.transport import GetResponse
from tests.desk import counter_bytes

KEY = bytes(range(0x10, 0x20))
ISD = bytes.fromhex("00 A4 04 00 08 A0 00 00 01 51 00 00 00")
PIV = bytes.fromhex("00 A4 04 00 05 A0 00 00 03 08")
INSTALL = bytes.fromhex("00 00 0B A0 00 00 03 08 00 00 10 00 01 00 00 00 00")
PIN_BLOCK = bytes.fromhex("26 24 68 10 FF FF FF FF")
PUK_BLOCK = bytes.fromhex("28 13 57 92 46 FF FF FF")
AES_KEY = bytes(range(16))


def sealed(secret: bytes) -> bytes:
    """Encrypted under the DEK, padded with 80 00 … (GPC Amendment D, 6.2.8)."""
    padded = (secret + b"\x80").ljust(-(-(len(secret) + 1) // 16) * 16, b"\x00")
    return Cipher(algorithms.AES(KEY), modes.CBC(bytes(16))).encryptor().update(padded)


def grouping(dgi: int, content: bytes) -> bytes:
    return dgi.to_bytes(2, "big") + bytes((len(content),)) + content


class Bureau:
    """A blank of ours with the secure channel open and the PIV application named."""

    def __init__(self) -> None:
        keys = KeySet(KEY, KEY, KEY)
        memory = factory.blank(PROFILES["v3.00"], serial=bytes(6), keys=lambda kdd: keys)
        self.card = Card(memory, random=counter_bytes())
        plain = GetResponse(self.card)
        plain.transmit(ISD)
        self.channel = open_channel(plain, lambda identity: keys, bytes(8))
        self.block = 0
        assert self.send(CommandApdu(cla=0x80, ins=0xE6, p1=0x20, data=INSTALL)).sw == 0x9000

    def send(self, command: CommandApdu) -> ResponseApdu:
        return ResponseApdu.decode(self.channel.transmit(command.encode()))

    def store(self, dgi: int, content: bytes) -> ResponseApdu:
        command = CommandApdu(
            cla=0x80, ins=0xE2, p1=0x09, p2=self.block, data=grouping(dgi, content)
        )
        answer = self.send(command)
        self.block += answer.sw == 0x9000
        return answer

    def at_the_holder(self) -> GetResponse:
        transport = GetResponse(self.card)
        assert transport.transmit(PIV)[-2:] == b"\x90\x00"
        return transport


def test_pin_and_puk_come_as_blocks_under_the_dek():
    bureau = Bureau()
    assert bureau.store(0x8010, sealed(PIN_BLOCK)).sw == 0x9000
    assert bureau.store(0x8011, sealed(PUK_BLOCK)).sw == 0x9000
    card = bureau.at_the_holder()
    assert card.transmit(b"\x00\x20\x00\x80\x08246810\xff\xff") == b"\x90\x00"
    unblock = b"\x00\x2c\x00\x80\x1013579246" + b"111111\xff\xff"
    assert card.transmit(unblock) == b"\x90\x00"
    assert card.transmit(b"\x00\x20\x00\x80\x08111111\xff\xff") == b"\x90\x00"


def test_the_management_key_comes_with_its_algorithm():
    bureau = Bureau()
    assert bureau.store(0x8000, sealed(b"\x9b\x08" + AES_KEY)).sw == 0x9000
    card = bureau.at_the_holder()
    challenge = card.transmit(bytes.fromhex("00 87 08 9B 04 7C 02 81 00 00"))[4:-2]
    proof = Cipher(algorithms.AES(AES_KEY), modes.ECB()).encryptor().update(challenge)  # noqa: S305
    assert card.transmit(b"\x00\x87\x08\x9b\x14\x7c\x12\x82\x10" + proof) == b"\x90\x00"


def test_the_card_makes_a_key_pair_and_answers_with_the_public_half():
    bureau = Bureau()
    answer = bureau.store(0x0047, b"\x9e")
    assert answer.sw == 0x9000
    point = tlv.find(answer.data, 0x7F49, 0x86) or b""
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    sign = bytes.fromhex("00 87 11 9E 26 7C 24 82 00 81 20") + bytes(32)
    assert bureau.at_the_holder().transmit(sign)[-2:] == b"\x90\x00"


def test_an_object_comes_in_pieces_and_offset_0_begins_it_anew():
    bureau = Bureau()
    assert bureau.store(0xC105, b"\x00\x00abcdef").sw == 0x9000
    assert bureau.store(0xC105, b"\x00\x00abc").sw == 0x9000
    assert bureau.store(0xC105, b"\x00\x03xyz").sw == 0x9000
    read = bytes.fromhex("00 CB 3F FF 05 5C 03 5F C1 05 00")
    assert bureau.at_the_holder().transmit(read) == b"\x53\x06abcxyz\x90\x00"


@pytest.mark.parametrize(
    ("dgi", "content", "sw"),
    [
        (0x8010, sealed(bytes.fromhex("24 24 68 FF FF FF FF FF")), 0x6A80),  # four digits
        (0x8010, bytes(16), 0x6A80),  # encrypted under another key
        (0x8011, sealed(b"12345678"), 0x6A80),
        (0x8000, sealed(b"\x9b\x08" + bytes(24)), 0x6A80),  # too long for AES-128
        (0x8000, sealed(b"\x9a\x08" + bytes(16)), 0x6A80),
        (0x8000, sealed(b""), 0x6A80),
        (0x0047, b"\x9b", 0x6A80),
        (0x0047, b"", 0x6A80),
        (0xC105, b"\x00\x01a", 0x6A80),  # behind nothing
        (0xC105, b"\x00\x00", 0x6A80),
        (0xC105, b"\xff\xffa", 0x6A84),
        (0xC1FF, b"\x00\x00a", 0x6A88),
        (0x9010, b"\x03", 0x6A88),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(dgi, content, sw):
    bureau = Bureau()
    before = bureau.card.persistent.piv
    assert bureau.store(dgi, content).sw == sw
    assert bureau.card.persistent.piv == before
