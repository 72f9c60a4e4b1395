"""The PKI application: login by challenge as recorded, keys, certificates, import, master keys."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from crypto.key_envelope import seal
from crypto.sm2 import DEFAULT_USER_ID, za
from crypto.suites import GM, NIST
from hardware_sim import factory
from hardware_sim.card.card import Card
from hardware_sim.card.pki.defaults import MASTER_KEY, TRIES
from reader.card_profile.profiles import PROFILES
from reader.iso7816 import tlv
from tests.desk import counter_bytes

ENVIRONMENT = "00 A4 04 00 0C 50 4B 49 2E C9 E7 BB E1 B1 A3 D5 CF"
ADF = "00 A4 04 00 0C 53 53 2E 43 45 52 54 2E 41 44 46 31"
SUITES = {"v3.00": GM, "international": NIST}
USER, ADMIN = "123456", "12345678"
DIGEST = bytes(range(32))


class Desk:
    """A program that issues cards, with one on its reader."""

    def __init__(self, profile: str = "v3.00", random=None) -> None:
        self.suite = SUITES[profile]
        memory = factory.blank(
            PROFILES[profile], serial=bytes(6), keys=lambda kdd: factory.test_keys()
        )
        self.card = Card(memory, random=random or counter_bytes())
        assert self.sw(ENVIRONMENT) == 0x9000
        assert self.sw(ADF) == 0x9000

    def send(self, command: str | bytes) -> tuple[bytes, int]:
        raw = bytes.fromhex(command) if isinstance(command, str) else command
        answer, data = self.card.transmit(raw), b""
        while answer[-2] == 0x61:
            data += answer[:-2]
            answer = self.card.transmit(bytes((0, 0xC0, 0, 0, answer[-1])))
        return data + answer[:-2], int.from_bytes(answer[-2:], "big")

    def sw(self, command: str | bytes) -> int:
        return self.send(command)[1]

    def block(self, key: bytes, data: bytes) -> bytes:
        algorithm = algorithms.SM4 if self.suite is GM else algorithms.AES
        return Cipher(algorithm(key), modes.ECB()).encryptor().update(data)  # noqa: S305

    def challenge(self) -> bytes:
        return self.send("00 84 00 00 10")[0]

    def login(self, pin: str = USER, *, admin: bool = False) -> int:
        packed = bytes.fromhex(pin)
        digest, sw = self.send(
            b"\x80\xc4\x01\x03" + bytes((len(packed) + 2, 0xC1, len(packed))) + packed + b"\x00"
        )
        assert sw == 0x9000
        proof = self.block(digest[:16], self.challenge())
        return self.sw(bytes((0x00, 0x20, 0x01, 0x00 if admin else 0x81, 0x10)) + proof)

    def prove_master(self) -> int:
        return self.sw(b"\x00\x82\x00\x00\x10" + self.block(MASTER_KEY, self.challenge()))

    def secured(self, header: str, plain: bytes) -> bytes:
        """Encrypted under the master key, with the MAC of the recorded program."""
        encrypted = self.block(MASTER_KEY, plain)
        head = bytes.fromhex(header) + bytes((len(encrypted) + 4,))
        message = head + encrypted + b"\x80"
        message += bytes(-len(message) % 16)
        value = self.challenge()
        for start in range(0, len(message), 16):
            piece = message[start : start + 16]
            value = self.block(MASTER_KEY, bytes(a ^ b for a, b in zip(value, piece, strict=True)))
        mac = bytes(
            a ^ b ^ c ^ d
            for a, b, c, d in zip(*(value[i : i + 4] for i in (0, 4, 8, 12)), strict=True)
        )
        return head + encrypted + mac

    def signing_key(self) -> bytes:
        assert self.login(ADMIN, admin=True) == 0x9000
        answer, sw = self.send("00 47 80 00 00")
        assert sw == 0x9000
        return tlv.find(answer, 0x7F49, 0x86) or b""


@pytest.fixture(params=sorted(SUITES))
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(request.param)


def test_the_recorded_login_byte_for_byte():
    """tests/vectors: SSC3-PKI-VERIFY-SM4, comments in a public card-issuing program."""
    challenge = bytes.fromhex("178CEDCF32C5D7990216632170C7CD37")
    desk = Desk("v3.00", random=lambda size: challenge[:size])
    digest = "3DE741F445DD357BEA4E6C3FE6437036F62B5E3EC0F00D62796EDB4305ED627F"
    assert desk.send("80C4010305C10312345600") == (bytes.fromhex(digest), 0x9000)
    assert desk.send("0084000010") == (challenge, 0x9000)
    assert desk.sw("0020018110358B51056B9B9EB2C96B20E7DB7A6B8F") == 0x9000


def test_a_wrong_pin_costs_a_try_and_the_last_blocks(desk):
    tries = [desk.login("654321") for _ in range(TRIES)]
    assert tries == [0x63C5, 0x63C4, 0x63C3, 0x63C2, 0x63C1, 0x63C0]
    assert desk.login() == 0x6983
    assert Desk.login(desk, ADMIN, admin=True) == 0x9000


def test_the_right_pin_gives_the_tries_back_and_tells_how_many(desk):
    desk.login("654321")
    assert desk.sw("00 20 01 81") == 0x63C5
    assert desk.login() == 0x9000
    assert desk.sw("00 20 01 81") == 0x63C6


def test_a_challenge_serves_once(desk):
    digest = desk.suite.digest(bytes.fromhex(USER))
    proof = desk.block(digest[:16], desk.challenge())
    assert desk.sw(b"\x00\x20\x01\x81\x10" + proof) == 0x9000
    assert desk.sw(b"\x00\x20\x01\x81\x10" + proof) == 0x6985


def test_the_card_makes_its_signing_key_and_signs_after_the_pin(desk):
    public_key = desk.signing_key()
    assert desk.sw(b"\x00\x2a\x9e\x9a\x20" + DIGEST + b"\x00") == 0x6982
    desk.login()
    message = b"onecard"
    if desk.suite is GM:
        digest = GM.digest(za(public_key, DEFAULT_USER_ID) + message)
    else:
        digest = NIST.digest(message)
    signature, sw = desk.send(b"\x00\x2a\x9e\x9a\x20" + digest + b"\x00")
    assert sw == 0x9000
    desk.suite.signature.verify(public_key, message, signature)


def test_the_public_key_is_read_as_the_field_reads_it(desk):
    public_key = desk.signing_key()
    assert desk.sw("00 A4 00 00 02 00 12") == 0x9000
    content, sw = desk.send("00 B0 00 00 42")
    assert (content, sw) == (b"\xca\x40" + public_key[1:], 0x9000)


def test_certificates_are_written_in_blocks_by_the_administrator(desk):
    certificate = bytes(i & 0xFF for i in range(0x1C0))
    desk.sw("00 A4 00 00 02 00 18")
    assert desk.sw(b"\x00\xd6\x00\x00\x70" + certificate[:0x70]) == 0x6982
    desk.login(ADMIN, admin=True)
    for offset in range(0, len(certificate), 0x70):
        piece = certificate[offset : offset + 0x70]
        head = b"\x00\xd6" + offset.to_bytes(2, "big") + bytes((len(piece),))
        assert desk.sw(head + piece) == 0x9000
    found = b"".join(desk.send(b"\x00\xb0" + i.to_bytes(2, "big") + b"\xe0")[0] for i in (0, 0xE0))
    assert found == certificate


def import_pair(desk: Desk, envelope) -> list[int]:
    wrapped = envelope.wrapped_key
    return [
        desk.sw("80 4E 00 01"),
        desk.sw(b"\x80\x4a\x02\x10" + bytes((len(wrapped),)) + wrapped),
        desk.sw(b"\x80\xc2\x40\x00\x46\xc0\x02\x00\x14\xca\x40" + envelope.public_key[1:]),
        desk.sw(b"\x80\xc2\xc0\x01\x26\xc2\x02\x00\x15\xcb\x20" + envelope.encrypted_scalar),
    ]


def test_an_encryption_pair_comes_in_an_envelope(desk):
    signing = desk.signing_key()
    pair = desk.suite.signature.generate_key()
    envelope = seal(desk.suite, signing, pair, bytes(range(16)))
    assert import_pair(desk, envelope) == [0x9000] * 4
    desk.sw("00 A4 00 00 02 00 14")
    assert desk.send("00 B0 00 00 42")[0] == b"\xca\x40" + pair.public_key[1:]
    desk.sw("00 A4 00 00 02 00 15")
    assert desk.sw("00 B0 00 00 22") == 0x6982
    desk.login()
    letter = seal(desk.suite, pair.public_key, pair, bytes(range(16))).wrapped_key
    opened, sw = desk.send(b"\x00\x2a\x80\x86" + bytes((len(letter),)) + letter + b"\x00")
    assert sw == 0x9000
    if desk.suite is GM:
        assert opened == bytes(range(16))


def test_a_pair_that_does_not_fit_is_not_taken(desk):
    signing = desk.signing_key()
    pair, other = (desk.suite.signature.generate_key() for _ in range(2))
    envelope = seal(desk.suite, signing, pair, bytes(range(16)))
    wrong = type(envelope)(envelope.wrapped_key, other.public_key, envelope.encrypted_scalar)
    assert import_pair(desk, wrong) == [0x9000, 0x9000, 0x9000, 0x6A80]
    assert desk.card.persistent.pki.encryption_key == b""


def test_an_import_keeps_its_order(desk):
    assert desk.sw("80 4E 00 01") == 0x6982
    desk.signing_key()
    assert desk.sw("80 4A 02 10 01 00") == 0x6985
    assert desk.sw(b"\x80\xc2\x40\x00\x46\xc0\x02\x00\x14\xca\x40" + bytes(64)) == 0x6985


def test_the_administrators_pin_is_changed_under_the_master_key(desk):
    new = bytes.fromhex("87654321")
    plain = (b"\x04" + new + b"\x80").ljust(16, b"\x00")
    assert desk.sw(desk.secured("84 5E 01 00", plain)) == 0x6982
    assert desk.prove_master() == 0x9000
    assert desk.sw(desk.secured("84 5E 01 00", plain)) == 0x9000
    assert desk.login("87654321", admin=True) == 0x9000
    assert desk.login(ADMIN, admin=True) == 0x63C5


def test_the_master_keys_of_both_levels_are_replaced(desk):
    for select in (ENVIRONMENT, ADF):
        desk.sw(select)
        assert desk.prove_master() == 0x9000
        plain = (bytes.fromhex("13000000") + b"N" * 16 + b"\x80").ljust(32, b"\x00")
        assert desk.sw(desk.secured("84 D4 01 00", plain)) == 0x9000
        assert desk.prove_master() == 0x63C5
    assert {cell.value for cell in desk.card.persistent.pki.master_keys.values()} == {b"N" * 16}


def test_a_wrong_mac_changes_no_master_key(desk):
    desk.prove_master()
    plain = (bytes.fromhex("13000000") + b"N" * 16 + b"\x80").ljust(32, b"\x00")
    command = desk.secured("84 D4 01 00", plain)
    assert desk.sw(command[:-1] + bytes((command[-1] ^ 1,))) == 0x6988
    assert desk.prove_master() == 0x9000


def test_a_blank_that_is_nobodys_yet_has_no_credentials():
    memory = factory.blank(
        PROFILES["v3.00"],
        serial=bytes(6),
        keys=lambda kdd: factory.KeySet(bytes(16), bytes(16), bytes(16)),
    )
    card = Card(memory, random=counter_bytes())
    card.transmit(bytes.fromhex(ADF))
    card.transmit(bytes.fromhex("0084000010"))
    assert card.transmit(b"\x00\x20\x01\x81\x10" + bytes(16)) == b"\x69\x84"
    assert card.transmit(b"\x00\x82\x00\x00\x10" + bytes(16)) == b"\x69\x84"


@given(commands=st.lists(st.binary(min_size=4, max_size=90), max_size=20))
def test_any_bytes_get_a_status_word_and_no_try_back(commands):
    desk = Desk()
    desk.login("654321")
    for command in commands:
        answer = desk.card.transmit(command)
        assert answer[-2] >> 4 in (0x6, 0x9)
    assert desk.card.persistent.pki.user_pin.tries_left <= TRIES - 1
