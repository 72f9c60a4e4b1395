"""GET METADATA: what anybody may know of the PIV application's keys (Yubico's SDK manual)."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.unit.hardware_sim.test_piv_application import Client


def of_slot(policy: str, point: bytes) -> str:
    """The answer as the manual lists it: P-256, policy, generated here, the public key."""
    return f"01 01 11 02 02 {policy} 01 03 01 01 04 43 86 41 {point.hex(' ').upper()}"


@pytest.mark.parametrize(
    ("reference", "policy"), [(0x9A, "02"), (0x9C, "03"), (0x9D, "02"), (0x9E, "01")]
)
def test_a_key_pair_shows_its_public_half_and_when_it_asks_for_the_pin(reference, policy):
    client = Client().manage()
    key = client.generate(reference)
    client.card.reset()
    client.sw("00 A4 04 00 05 A0 00 00 03 08")
    answer, sw = client.send(bytes((0x00, 0xF7, 0x00, reference, 0x00)))
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    assert (answer.hex(" ").upper(), sw) == (of_slot(policy, point), 0x9000)


def test_a_management_key_shows_its_algorithm_and_whether_everybody_knows_it():
    client = Client()
    assert client.send("00 F7 00 9B 00") == (bytes.fromhex("010103 02020001 050101"), 0x9000)
    client.manage()
    client.sw(b"\x00\xff\xff\xff\x13\x08\x9b\x10" + bytes(range(16)))
    assert client.send("00 F7 00 9B 00") == (bytes.fromhex("010108 02020001 050100"), 0x9000)


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("00 F7 00 9A 00", 0x6A88),  # no pair yet
        ("00 F7 00 80 00", 0x6A88),  # the tries of the PIN are VERIFY's to tell
        ("00 F7 00 00 00", 0x6A88),
        ("00 F7 01 9B 00", 0x6A86),
    ],
)
def test_nothing_is_known_of_what_is_not_there(command, sw):
    assert Client().send(command) == (b"", sw)


def test_asking_between_the_pin_and_a_signature_costs_the_signature_its_pin():
    client = Client().manage()
    client.generate(0x9C)
    client.verify()
    client.sw("00 F7 00 9C 00")
    assert client.sign(0x9C)[1] == 0x6982
