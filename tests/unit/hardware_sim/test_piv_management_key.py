"""The PIV card management key in every cipher, and what it guards (SP 800-73-4, part 2, A.1)."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes

from hardware_sim import factory
from hardware_sim.card.card import Card
from reader.card_profile.profiles import PROFILES
from tests.desk import counter_bytes

SELECT = bytes.fromhex("00 A4 04 00 05 A0 00 00 03 08")
DEFAULT_KEY = bytes.fromhex("0102030405060708") * 3
KINDS: list[tuple[int, Callable[[bytes], CipherAlgorithm], int, int]] = [
    (0x03, TripleDES, 24, 8),  # algorithm, cipher, bytes of a key and of a block
    (0x08, algorithms.AES, 16, 16),
    (0x0A, algorithms.AES, 24, 16),
    (0x0C, algorithms.AES, 32, 16),
]


class Administrator:
    """A host that knows the management key."""

    def __init__(self) -> None:
        memory = factory.blank(
            PROFILES["international"], serial=bytes(6), keys=lambda kdd: factory.test_keys()
        )
        self.card = Card(memory, random=counter_bytes())
        self.send(SELECT)

    def send(self, command: bytes) -> bytes:
        answer = self.card.transmit(command)
        if answer[-2] == 0x61:  # short commands get long answers in pieces
            return answer[:-2] + self.send(bytes((0, 0xC0, 0, 0, answer[-1])))
        return answer

    def authenticate(self, algorithm: int, data: bytes) -> bytes:
        return self.send(bytes((0, 0x87, algorithm, 0x9B, len(data))) + data + b"\x00")

    def challenged(self, algorithm: int, cipher: CipherAlgorithm) -> bytes:
        """Prove the key over the card's challenge."""
        challenge = self.authenticate(algorithm, b"\x7c\x02\x81\x00")[4:-2]
        proof = Cipher(cipher, modes.ECB()).encryptor().update(challenge)  # noqa: S305
        inner = bytes((0x82, len(proof))) + proof
        return self.authenticate(algorithm, bytes((0x7C, len(inner))) + inner)

    def set_key(self, algorithm: int, key: bytes, reference: int = 0x9B) -> bytes:
        data = bytes((algorithm, reference, len(key))) + key
        return self.send(bytes((0, 0xFF, 0xFF, 0xFF, len(data))) + data)

    def manager(self) -> "Administrator":
        assert self.challenged(0x03, TripleDES(DEFAULT_KEY)) == b"\x90\x00"
        return self


@pytest.mark.parametrize(("algorithm", "cipher", "size", "block"), KINDS)
def test_each_cipher_proves_both_ends(algorithm, cipher, size, block):
    host = Administrator().manager()
    key = bytes(range(1, size + 1))
    assert host.set_key(algorithm, key) == b"\x90\x00"
    assert host.challenged(algorithm, cipher(key)) == b"\x90\x00"
    coder = Cipher(cipher(key), modes.ECB())  # noqa: S305
    witness = coder.decryptor().update(host.authenticate(algorithm, b"\x7c\x02\x80\x00")[4:-2])
    challenge = bytes(range(block))
    inner = bytes((0x80, block)) + witness + bytes((0x81, block)) + challenge
    answer = host.authenticate(algorithm, bytes((0x7C, len(inner))) + inner)
    assert answer[4:-2] == coder.encryptor().update(challenge)


def test_another_algorithm_than_the_keys_is_refused():
    assert Administrator().authenticate(0x08, b"\x7c\x02\x81\x00") == b"\x6a\x86"


def test_a_witness_is_good_for_one_answer():
    host = Administrator()
    sealed = host.authenticate(0x03, b"\x7c\x02\x80\x00")[4:-2]
    witness = Cipher(TripleDES(DEFAULT_KEY), modes.ECB()).decryptor().update(sealed)  # noqa: S305
    answer = b"\x7c\x14\x80\x08" + witness + b"\x81\x08" + bytes(8)
    assert host.authenticate(0x03, answer)[-2:] == b"\x90\x00"
    assert host.authenticate(0x03, answer) == b"\x69\x82"


def test_a_witness_without_a_challenge_proves_nothing():
    host = Administrator()
    sealed = host.authenticate(0x03, b"\x7c\x02\x80\x00")[4:-2]
    witness = Cipher(TripleDES(DEFAULT_KEY), modes.ECB()).decryptor().update(sealed)  # noqa: S305
    assert host.authenticate(0x03, b"\x7c\x0a\x80\x08" + witness) == b"\x6a\x80"
    assert host.set_key(0x03, bytes(24)) == b"\x69\x82"


def test_a_selected_file_system_ends_what_the_key_opened():
    host = Administrator().manager()
    host.send(bytes.fromhex("00 A4 04 00 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF"))
    host.send(SELECT)
    assert host.set_key(0x03, bytes(24)) == b"\x69\x82"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("00 FF FF FF 04 08 9B 01 00", "6A80"),  # a key too short for its algorithm
        ("00 FF FF FF 13 08 9A 10" + "11" * 16, "6A80"),  # no other key than 9B
        ("00 FF 00 00 13 08 9B 10" + "11" * 16, "6A86"),
        ("00 47 00 9B 05 AC 03 80 01 11 00", "6A86"),
        ("00 47 00 9A 05 AC 03 80 01 07 00", "6A80"),  # RSA 2048
        ("00 47 00 9A 05 AC 03 80 01 14 00", "6A80"),  # P-384
        ("00 47 00 9A 02 AC 05 00", "6A80"),  # cut short
        ("00 DB 3F FF 06 5C 01 7E 53 01 00", "6A80"),  # the discovery object is the card's
        ("00 DB 3F FF 07 5C 03 5F C1 05 70 00", "6A80"),  # not in tag 53
        ("00 DB 3F FF 05 5C 03 5F C1 05", "6A80"),
        ("00 DB 00 00 07 5C 03 5F C1 05 53 00", "6A86"),
    ],
)
def test_what_a_manager_asks_wrongly_is_refused(command, answer):
    assert Administrator().manager().send(bytes.fromhex(command)) == bytes.fromhex(answer)
