"""LD/T 32.4 authentication, MACs and protected commands."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import SM4, TRIPLE_DES
from crypto.errors import KeyMaterialError, SecureChannelError
from crypto.pboc import PBOC_3DES, PBOC_AES, PBOC_SM4, Authentication, tac_key

WALLET = json.loads((Path(__file__).parents[2] / "vectors" / "pboc_wallet_mac.json").read_text())
PROFILES = [PBOC_3DES, PBOC_SM4, PBOC_AES]
KEY = bytes.fromhex("11223344556677888877665544332211")
RANDOM = bytes.fromhex("8899AABBCCDDEEFF")
FACTOR = bytes.fromhex("1122334455667788")
PIN_RELOAD = bytes.fromhex("84 24 00 01")
PIN = bytes.fromhex("123456")
eight = st.binary(min_size=8, max_size=8)
hexa = bytes.fromhex


@pytest.mark.parametrize("case", WALLET["vectors"], ids=lambda case: case["id"])
def test_wallet_session_keys_and_macs(case: dict[str, Any]) -> None:
    session_key = PBOC_3DES.session_key(hexa(case["key"]), hexa(case["session_key_input"]))
    assert session_key == hexa(case["session_key"])
    for mac in case["macs"]:
        assert PBOC_3DES.mac(session_key, bytes(8), hexa(mac["input"])) == hexa(mac["expected"])


def test_a_3des_cryptogram_is_des_of_the_factor() -> None:
    session_key = TRIPLE_DES.encrypt(KEY, RANDOM)
    assert PBOC_3DES.cryptogram(KEY, RANDOM, FACTOR) == TRIPLE_DES.encrypt(session_key, FACTOR)


def test_an_sm4_cryptogram_folds_one_block() -> None:
    # Written out from the assumption that pboc.py states.
    session_key = SM4.encrypt(KEY, RANDOM + hexa("7766554433221100"))
    block = SM4.encrypt(session_key, FACTOR + bytes(8))
    folded = bytes(left ^ right for left, right in zip(block[:8], block[8:], strict=True))
    assert PBOC_SM4.session_key(KEY, RANDOM) == session_key
    assert PBOC_SM4.cryptogram(KEY, RANDOM, FACTOR) == folded


def test_an_sm4_mac_folds_four_words() -> None:
    block = SM4.encrypt(KEY, hexa("0102030405800000" + "00" * 8))
    words = [int.from_bytes(block[start : start + 4]) for start in range(0, 16, 4)]
    expected = words[0] ^ words[1] ^ words[2] ^ words[3]
    assert PBOC_SM4.mac(KEY, bytes(16), hexa("0102030405")) == expected.to_bytes(4)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@given(random=eight, other=eight, factor=eight)
def test_a_cryptogram_matches_only_its_own_random_number(
    profile: Authentication, random: bytes, other: bytes, factor: bytes
) -> None:
    cryptogram = profile.cryptogram(KEY, random, factor)
    assert len(cryptogram) == 8
    assert profile.matches(KEY, random, factor, cryptogram)
    if other != random:
        assert not profile.matches(KEY, other, factor, cryptogram)
    assert not profile.matches(KEY, random, factor, cryptogram[:7])


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_wrong_sizes_are_refused(profile: Authentication) -> None:
    for arguments in ((KEY[:15], RANDOM, FACTOR), (KEY, b"", FACTOR), (KEY, RANDOM, FACTOR + b"1")):
        with pytest.raises(KeyMaterialError):
            profile.cryptogram(*arguments)


def test_pin_reload_is_built_as_terminals_build_it() -> None:
    # E(03 | PIN | 80 00 00 00), then the MAC over 84 24 00 01 0C | E | 80 00 00, IV zero.
    session_key = PBOC_3DES.session_key(KEY, RANDOM)
    encrypted = TRIPLE_DES.encrypt(session_key, hexa("03 123456 80000000"))
    message = hexa("84 24 00 01 0C") + encrypted + hexa("80 00 00")
    mac = TRIPLE_DES.encrypt_cbc(session_key, bytes(8), message)[-8:-4]
    assert PBOC_3DES.seal_command(session_key, PIN_RELOAD, PIN) == encrypted + mac


@pytest.mark.parametrize(
    ("profile", "size"),
    [(PBOC_3DES, 17), (PBOC_SM4, 25)],  # the command lengths seen from HSMs in the field
    ids=["3DES", "SM4"],
)
def test_a_reload_command_has_the_size_seen_in_the_field(
    profile: Authentication, size: int
) -> None:
    session_key = profile.session_key(KEY, RANDOM)
    assert 5 + len(profile.seal_command(session_key, PIN_RELOAD, PIN)) == size


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@given(data=st.binary(max_size=239))
def test_a_sealed_command_opens(profile: Authentication, data: bytes) -> None:
    session_key = profile.session_key(KEY, RANDOM)
    sealed = profile.seal_command(session_key, PIN_RELOAD, data)
    assert len(sealed) <= 255
    assert profile.open_command(session_key, PIN_RELOAD, sealed) == data


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
@given(sealed=st.binary(max_size=300))
def test_any_other_bytes_do_not_open(profile: Authentication, sealed: bytes) -> None:
    with pytest.raises(SecureChannelError):
        profile.open_command(profile.session_key(KEY, RANDOM), PIN_RELOAD, sealed)


def test_a_mac_covers_the_header() -> None:
    session_key = PBOC_SM4.session_key(KEY, RANDOM)
    sealed = PBOC_SM4.seal_command(session_key, PIN_RELOAD, PIN)
    with pytest.raises(SecureChannelError):
        PBOC_SM4.open_command(session_key, hexa("84 24 00 00"), sealed)


def test_an_inner_length_beyond_the_block_does_not_open() -> None:
    session_key = PBOC_3DES.session_key(KEY, RANDOM)
    encrypted = TRIPLE_DES.encrypt(session_key, hexa("FF 123456 80000000"))
    mac = PBOC_3DES.mac(session_key, bytes(8), PIN_RELOAD + b"\x0c" + encrypted)
    with pytest.raises(SecureChannelError):
        PBOC_3DES.open_command(session_key, PIN_RELOAD, encrypted + mac)


def test_data_too_long_for_a_short_command_is_refused() -> None:
    with pytest.raises(KeyMaterialError):
        PBOC_SM4.seal_command(KEY, PIN_RELOAD, bytes(240))


def test_the_tac_key_is_the_xor_of_both_halves() -> None:
    assert tac_key(KEY) == hexa("9955551111555599")
