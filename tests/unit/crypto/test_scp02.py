"""SCP02: the numbers of another implementation, and what a broken channel does."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import TRIPLE_DES
from crypto.errors import KeyMaterialError, SecureChannelError
from crypto.keys import KeySet
from crypto.scp02 import (
    InitializeUpdateResponse,
    Session,
    pseudo_random_challenge,
    session_key,
)
from crypto.scp03 import SecurityLevel

CASE = json.loads(
    (Path(__file__).parents[2] / "vectors" / "scp02.json").read_text(encoding="utf-8")
)
KEYS = KeySet(
    *(bytes.fromhex(CASE[name]) for name in ("enc", "mac", "dek")),
    version=0x20,
    cipher=TRIPLE_DES,
)
HOST_CHALLENGE = bytes.fromhex(CASE["host_challenge"])
RESPONSE = InitializeUpdateResponse.decode(bytes.fromhex(CASE["initialize_update_response"]))


def session() -> Session:
    return Session(KEYS, HOST_CHALLENGE, RESPONSE.sequence_counter, RESPONSE.card_challenge)


def opened(level: int = 0x01) -> tuple[Session, Session]:
    """Both ends of an open channel."""
    host, card = session(), session()
    field = host.authenticate(card.card_cryptogram(), SecurityLevel(level))
    card.accept_authentication(bytes((0x84, 0x82, level, 0x00)), field)
    return host, card


def test_the_answer_to_initialize_update_is_taken_apart_and_put_together():
    assert RESPONSE.key_version == 0x70
    assert RESPONSE.sequence_counter == b"\x00\x01"
    assert RESPONSE.encode().hex().upper() == CASE["initialize_update_response"]


def test_the_card_proves_itself():
    assert session().card_cryptogram() == RESPONSE.card_cryptogram


def test_external_authenticate_is_made_as_another_host_makes_it():
    field = session().authenticate(RESPONSE.card_cryptogram, SecurityLevel.C_MAC)
    assert "8482010010" + field.hex().upper() == CASE["external_authenticate"]


def test_commands_are_sealed_as_another_host_seals_them():
    host = session()
    host.authenticate(RESPONSE.card_cryptogram, SecurityLevel.C_MAC)
    for case in CASE["commands"]:
        plain, sealed = bytes.fromhex(case["plain"]), bytes.fromhex(case["sealed"])
        data = plain[5 : 5 + plain[4]] if len(plain) > 5 else b""
        field = host.seal_command(b"\x84" + plain[1:4], data)
        assert field == sealed[5 : 5 + sealed[4]]


def test_the_card_opens_what_another_host_sealed():
    card = session()
    command = bytes.fromhex(CASE["external_authenticate"])
    assert card.accept_authentication(command[:4], command[5:]) == SecurityLevel.C_MAC
    for case in CASE["commands"]:
        plain, sealed = bytes.fromhex(case["plain"]), bytes.fromhex(case["sealed"])
        data = plain[5 : 5 + plain[4]] if len(plain) > 5 else b""
        assert card.open_command(sealed[:4], sealed[5 : 5 + sealed[4]]) == data


@given(level=st.sampled_from([0x00, 0x01, 0x03]), data=st.lists(st.binary(max_size=200)))
def test_what_one_end_seals_the_other_opens(level, data):
    host, card = opened(level)
    header = b"\x84\xe2\x00\x00"
    for each in data:
        assert card.open_command(header, host.seal_command(header, each)) == each


@given(field=st.binary(max_size=60))
def test_any_other_bytes_end_the_channel(field):
    host, card = opened(0x03)
    with pytest.raises(SecureChannelError):
        card.open_command(b"\x84\xe2\x00\x00", field)
    assert not card.is_open
    with pytest.raises(SecureChannelError):
        card.open_command(b"\x84\xe2\x00\x00", host.seal_command(b"\x84\xe2\x00\x00", b"x"))


def test_a_wrong_cryptogram_ends_the_session():
    card = session()
    with pytest.raises(SecureChannelError):
        card.accept_authentication(b"\x84\x82\x01\x00", bytes(16))
    with pytest.raises(SecureChannelError):
        card.card_cryptogram()


def test_a_level_that_needs_a_response_mac_is_refused():
    with pytest.raises(ValueError, match="level"):
        session().authenticate(RESPONSE.card_cryptogram, SecurityLevel(0x11))
    host = session()
    field = host.authenticate(RESPONSE.card_cryptogram, SecurityLevel.C_MAC)
    with pytest.raises(SecureChannelError):
        session().accept_authentication(b"\x84\x82\x11\x00", field)


def test_sensitive_data_is_under_the_session_dek_without_padding():
    host, card = opened()
    expected = TRIPLE_DES.encrypt(session_key(KEYS.dek, b"\x01\x81", b"\x00\x01"), bytes(16))
    assert host.encrypt_sensitive(bytes(16)) == expected
    assert card.decrypt_sensitive(expected) == bytes(16)
    with pytest.raises(KeyMaterialError):
        host.encrypt_sensitive(bytes(15))


def test_the_challenge_that_can_be_foretold_changes_with_the_counter():
    aid = bytes.fromhex("A000000151000000")
    first = pseudo_random_challenge(KEYS, b"\x00\x01", aid)
    assert len(first) == 6
    assert first == pseudo_random_challenge(KEYS, b"\x00\x01", aid)
    assert first != pseudo_random_challenge(KEYS, b"\x00\x02", aid)


def test_wrong_sizes_are_refused():
    with pytest.raises(KeyMaterialError):
        Session(KEYS, HOST_CHALLENGE[:7], b"\x00\x01", bytes(6))
    with pytest.raises(KeyMaterialError):
        KeySet(bytes(8), bytes(8), bytes(8), cipher=TRIPLE_DES)


@pytest.mark.parametrize(
    "data", [b"", bytes(28), bytes.fromhex(CASE["initialize_update_response"])[:-1]]
)
def test_another_answer_is_none_of_scp02(data):
    with pytest.raises(SecureChannelError):
        InitializeUpdateResponse.decode(data)
