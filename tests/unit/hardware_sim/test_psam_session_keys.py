"""'BF DE' and '80 FA': what a PSAM computes, against the ciphers themselves (LD/T 32.4, PBOC)."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

from hardware_sim.psam.psam import Psam
from tests.fixed_psam import DF01, fixed_memory, fixed_psam, psam_key, send, sw
from tests.pboc_host import des3, sm4, xor

CARD = bytes.fromhex("8660 0123456789AB")
CITY, PROVINCE = b"431000sx", b"430000sh"
RANDOM, FACTOR = bytes.fromhex("8899AABBCCDDEEFF"), bytes.fromhex("1122334455667788")
IV8, IV16 = bytes.fromhex("0102030405060708"), bytes(range(16))


def complement(data: bytes) -> bytes:
    return xor(data, b"\xff" * len(data))


def step_3des(key: bytes, factor: bytes) -> bytes:
    return des3(key, factor) + des3(key, complement(factor))


def step_sm4(key: bytes, factor: bytes) -> bytes:
    return sm4(factor + complement(factor), key)


def des_cbc_mac(key: bytes, iv: bytes, data: bytes) -> bytes:
    value = iv
    for start in range(0, len(data), 8):
        value = des3(key, xor(value, data[start : start + 8]))
    return value[:4]


def opened(profile: str = "v2.00") -> Psam:
    psam = fixed_psam(profile)
    assert sw(psam, DF01) == 0x9000
    return psam


def bfde(usage: int, identifier: int, *factors: bytes) -> bytes:
    data = b"".join(factors)
    return bytes((0xBF, 0xDE, usage, identifier, len(data))) + data


def cipher(mode: int, data: bytes) -> bytes:
    return bytes((0x80, 0xFA, mode, 0x00, len(data))) + data


@pytest.mark.parametrize(
    ("usage", "identifier", "inward", "lc"),
    [
        (0x67, 0x08, (PROVINCE, CITY, CARD), 0x20),  # IRK, a national key
        (0x47, 0x0A, (CITY, CARD), 0x18),  # RKSSSE, a provincial one
    ],
)
def test_factors_come_card_first_and_lead_from_the_outermost_inwards(usage, identifier, inward, lc):
    psam = opened()
    key = psam_key(usage, identifier)
    for factor in inward:
        key = step_3des(key, factor)
    command = bfde(usage, identifier, *reversed(inward), RANDOM)
    assert command[4] == lc
    assert sw(psam, command) == 0x9000
    assert psam.transmit(cipher(0x00, FACTOR)) == bytes.fromhex("6108")
    expected = des3(des3(key, RANDOM), FACTOR)
    assert psam.transmit(bytes.fromhex("00C0000008")) == expected + b"\x90\x00"


def test_sm4_ladder_session_key_and_folded_cryptogram():
    psam = opened("v3.00")
    key = step_sm4(step_sm4(psam_key(0x47, 0x0A), CITY), CARD)
    session_key = sm4(RANDOM + complement(RANDOM), key)
    block = sm4(FACTOR + bytes(8), session_key)
    sw(psam, bfde(0x47, 0x0A, CARD, CITY, RANDOM))
    assert send(psam, cipher(0x00, FACTOR)) == (xor(block[:8], block[8:]), 0x9000)


def test_the_international_ladder_binds_the_name_of_the_key():
    def step(key: bytes, factor: bytes) -> bytes:
        # SP 800-108, one block of output: counter 1 | label | 00 | context | 128 bits.
        mac = CMAC(algorithms.AES(key))
        fixed = b"RKSSSE\x00" + factor + bytes.fromhex("00000080")
        mac.update(bytes.fromhex("00000001") + fixed)
        return mac.finalize()

    def aes(key: bytes, data: bytes) -> bytes:
        return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(data)  # noqa: S305

    psam = opened("international")
    key = step(step(psam_key(0x47, 0x0A), CITY), CARD)
    block = aes(aes(key, RANDOM + complement(RANDOM)), FACTOR + bytes(8))
    sw(psam, bfde(0x47, 0x0A, CARD, CITY, RANDOM))
    assert send(psam, cipher(0x00, FACTOR)) == (xor(block[:8], block[8:]), 0x9000)


def with_stk(profile: str) -> tuple[Psam, bytes]:
    """A session key of STK (48 09), in the module and here."""
    psam = opened(profile)
    step = step_3des if profile == "v2.00" else step_sm4
    key = step(step(psam_key(0x48, 0x09), CITY), CARD)
    assert sw(psam, bfde(0x48, 0x09, CARD, CITY, RANDOM)) == 0x9000
    if profile == "v2.00":
        return psam, des3(key, RANDOM)
    return psam, sm4(RANDOM + complement(RANDOM), key)


def test_a_mac_is_cbc_over_what_the_caller_padded():
    psam, key = with_stk("v2.00")
    data = bytes.fromhex("84 24 00 01 0C 0011223344556677 80 00 00")
    assert psam.transmit(cipher(0x05, IV8 + data)) == bytes.fromhex("6104")
    assert psam.transmit(bytes.fromhex("00C0000004"))[:4] == des_cbc_mac(key, IV8, data)


def test_an_sm4_mac_has_an_iv_of_one_block_and_four_words_folded():
    psam, key = with_stk("v3.00")
    data = bytes(range(32))
    first = sm4(xor(IV16, data[:16]), key)
    last = sm4(xor(first, data[16:]), key)
    expected = xor(xor(last[:4], last[4:8]), xor(last[8:12], last[12:]))
    assert send(psam, cipher(0x05, IV16 + data)) == (expected, 0x9000)


@pytest.mark.parametrize("profile", ["v2.00", "v3.00"])
def test_a_mac_in_pieces_is_the_mac_of_the_whole(profile):
    data = bytes(range(96))
    iv = IV8 if profile == "v2.00" else IV16
    psam, _ = with_stk(profile)
    whole = send(psam, cipher(0x05, iv + data))
    psam, _ = with_stk(profile)
    assert send(psam, cipher(0x07, iv + data[:32])) == (b"", 0x9000)
    assert send(psam, cipher(0x03, data[32:64])) == (b"", 0x9000)
    assert send(psam, cipher(0x01, data[64:])) == whole


def test_a_mac_without_iv_begins_at_zero():
    psam, key = with_stk("v2.00")
    assert send(psam, cipher(0x01, IV8)) == (des_cbc_mac(key, bytes(8), IV8), 0x9000)


def test_whole_blocks_are_encrypted_one_by_one():
    psam, key = with_stk("v3.00")
    data = bytes(range(32))
    assert send(psam, cipher(0x00, data))[0] == sm4(data[:16], key) + sm4(data[16:], key)


@pytest.mark.parametrize("last", [0x00, 0x01, 0x05])
def test_the_session_key_ends_where_nothing_more_follows(last):
    psam, _ = with_stk("v2.00")
    assert sw(psam, cipher(0x02, FACTOR)) == 0x9000
    assert sw(psam, cipher(0x02, FACTOR)) == 0x9000
    assert sw(psam, cipher(last, IV8 + FACTOR)) == 0x9000
    assert sw(psam, cipher(0x02, FACTOR)) == 0x6985


@pytest.mark.parametrize("end", ["00 A4 00 0C 02 3F 00", "BF DE 67 77 08 00 00 00 00 00 00 00 00"])
def test_another_directory_or_a_refused_diversification_ends_it_too(end):
    psam, _ = with_stk("v2.00")
    sw(psam, end)
    assert sw(psam, cipher(0x02, FACTOR)) == 0x6985


def test_a_reset_ends_it():
    psam, _ = with_stk("v2.00")
    psam.reset()
    assert sw(psam, cipher(0x02, FACTOR)) == 0x6985


def test_a_key_does_only_its_types_work():
    psam = opened()
    sw(psam, bfde(0x47, 0x0A, CARD, CITY, RANDOM))  # 7: encryption
    assert sw(psam, cipher(0x05, IV8 + FACTOR)) == 0x6985
    assert sw(psam, cipher(0x00, FACTOR)) == 0x9000


def test_the_hosts_keys_of_the_medical_account_are_not_in_the_module():
    held = fixed_memory().keys
    assert (0x42, 0xC7) in held  # DPK
    assert held.keys().isdisjoint({(0x42, 0xC8), (0x42, 0xC9)})  # DTK, DLK


def test_a_purchase_key_signs_and_encrypts_nothing():
    psam = opened()
    padded = bytes.fromhex("0000000100000002000000033243100200000120261102101500800000000000")
    assert sw(psam, bfde(0x42, 0xC7, CARD, CITY, RANDOM)) == 0x9000
    key = step_3des(step_3des(psam_key(0x42, 0xC7), CITY), CARD)
    assert send(psam, cipher(0x05, bytes(8) + padded)) == (
        des_cbc_mac(des3(key, RANDOM), bytes(8), padded),
        0x9000,
    )
    sw(psam, bfde(0x42, 0xC7, CARD, CITY, RANDOM))
    assert sw(psam, cipher(0x00, FACTOR)) == 0x6985


def test_another_of_the_modules_own_types_serves_nobody_here():
    memory = fixed_memory()
    keys = {**memory.keys, (0x41, 0xC7): bytes(16)}
    psam = Psam(replace(memory, keys=keys), random=lambda size: bytes(size))
    sw(psam, DF01)
    assert sw(psam, bfde(0x41, 0xC7, CARD, CITY, RANDOM)) == 0x6985


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (bfde(0x67, 0x77, CARD, CITY, PROVINCE, RANDOM), 0x9403),  # no such number
        (bfde(0x47, 0x08, CARD, CITY, RANDOM), 0x9403),  # IRK is national: 67
        (bfde(0x67, 0x08, CARD, CITY, RANDOM), 0x6700),  # a factor too few
        (bfde(0x47, 0x0A, CARD, CITY, PROVINCE, RANDOM), 0x6700),  # one too many
        (bfde(0x47, 0x0A, CARD, CITY, RANDOM[:7]), 0x6700),
        (bytes.fromhex("BFDE470A"), 0x6700),
        (bytes.fromhex("80DE470A"), 0x6E00),
    ],
)
def test_what_names_no_key_or_not_its_factors_is_refused(command, expected):
    assert sw(opened(), command) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("80 FA 04 00 08 0000000000000000", 0x6A86),
        ("80 FA 08 00 08 0000000000000000", 0x6A86),
        ("80 FA 00 01 08 0000000000000000", 0x6A86),
        ("80 FA 00 00", 0x6700),
        ("80 FA 00 00 07 00000000000000", 0x6700),
        ("80 FA 05 00 08 0000000000000000", 0x6700),  # an IV, and nothing behind it
        ("80 FA 05 00 0C 000000000000000000000000", 0x6700),  # not padded
    ],
)
def test_malformed_work_is_refused_and_leaves_the_session_key(command, expected):
    psam, _ = with_stk("v2.00")
    assert sw(psam, command) == expected
    assert sw(psam, cipher(0x00, FACTOR)) == 0x9000


def test_keys_live_in_the_application():
    psam = fixed_psam()
    assert sw(psam, bfde(0x47, 0x0A, CARD, CITY, RANDOM)) == 0x6985
