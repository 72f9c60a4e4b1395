"""SCP02: the numbers of other implementations and of cards, and what a broken channel does."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import TRIPLE_DES
from crypto.errors import KeyMaterialError, SecureChannelError
from crypto.keys import KeySet
from crypto.scp02 import (
    LEVELS,
    InitializeUpdateResponse,
    Session,
    pseudo_random_challenge,
    session_key,
)
from crypto.scp03 import SecurityLevel

hexa = bytes.fromhex
VECTORS = json.loads(
    (Path(__file__).parents[2] / "vectors" / "scp02.json").read_text(encoding="utf-8")
)
FIRST = VECTORS["sessions"][0]
HEADER = hexa("84 E2 00 00")
each_session = pytest.mark.parametrize("case", VECTORS["sessions"], ids=lambda case: case["id"])
levels = st.sampled_from(sorted(LEVELS))


def keys(case: dict[str, str]) -> KeySet:
    return KeySet(hexa(case["enc"]), hexa(case["mac"]), hexa(case["dek"]), cipher=TRIPLE_DES)


def answered(case: dict[str, str]) -> InitializeUpdateResponse:
    return InitializeUpdateResponse.decode(hexa(case["initialize_update_response"]))


def session(case: dict[str, str]) -> Session:
    answer = answered(case)
    challenges = hexa(case["host_challenge"]), answer.sequence_counter, answer.card_challenge
    return Session(keys(case), *challenges)


def ends(level: int = 0x03) -> tuple[Session, Session]:
    """An open channel between two ends of ours."""
    host, card = session(FIRST), session(FIRST)
    field = host.authenticate(card.card_cryptogram(), SecurityLevel(level))
    card.accept_authentication(bytes((0x84, 0x82, level, 0x00)), field)
    return host, card


def assert_dead(one: Session) -> None:
    """Every further call fails, and all failures read the same."""
    calls: list[Callable[[], object]] = [
        one.card_cryptogram,
        one.host_cryptogram,
        lambda: one.authenticate(bytes(8), SecurityLevel.C_MAC),
        lambda: one.accept_authentication(hexa("84820100"), bytes(16)),
        lambda: one.seal_command(HEADER, b""),
        lambda: one.open_command(HEADER, bytes(8)),
        lambda: one.seal_response(b"", 0x9000),
        lambda: one.open_response(b"", 0x9000),
    ]
    messages = set()
    for call in calls:
        with pytest.raises(SecureChannelError) as caught:
            call()
        messages.add(str(caught.value))
    assert messages == {"the secure channel is broken or was never opened"}
    assert not one.is_open
    assert one.level == SecurityLevel.NONE


@pytest.mark.parametrize("case", VECTORS["session_keys"], ids=lambda case: case["constant"])
def test_a_session_key_follows_from_constant_and_counter(case: dict[str, str]) -> None:
    key = session_key(hexa(case["key"]), hexa(case["constant"]), hexa(case["counter"]))
    assert key == hexa(case["session_key"])


@each_session
def test_the_card_proves_itself(case: dict[str, str]) -> None:
    assert session(case).card_cryptogram() == answered(case).card_cryptogram


@each_session
def test_a_host_sends_what_another_host_sent(case: dict[str, Any]) -> None:
    host = session(case)
    command = hexa(case["external_authenticate"])
    field = host.authenticate(answered(case).card_cryptogram, SecurityLevel(command[2]))
    assert field == command[5:]
    for one in case["commands"]:
        sealed = hexa(one["sealed"])
        field = host.seal_command(hexa(one["header"]), hexa(one["data"]))
        assert field == sealed[5 : 5 + sealed[4]]


@each_session
def test_the_card_opens_what_another_host_sealed(case: dict[str, Any]) -> None:
    card = session(case)
    command = hexa(case["external_authenticate"])
    assert card.accept_authentication(command[:4], command[5:]) == command[2]
    for one in case["commands"]:
        sealed = hexa(one["sealed"])
        assert card.open_command(sealed[:4], sealed[5 : 5 + sealed[4]]) == hexa(one["data"])


@pytest.mark.parametrize(
    "case",
    VECTORS["card_challenges"]
    + [
        {
            "mac": case["mac"],
            "aid": case["aid"],
            "counter": answered(case).sequence_counter.hex(),
            "challenge": answered(case).card_challenge.hex(),
        }
        for case in VECTORS["sessions"]
        if "aid" in case
    ],
    ids=lambda case: case["counter"],
)
def test_a_host_foretells_the_challenge_of_a_card(case: dict[str, str]) -> None:
    static = KeySet(*(hexa(case["mac"]),) * 3, cipher=TRIPLE_DES)
    challenge = pseudo_random_challenge(static, hexa(case["counter"]), hexa(case["aid"]))
    assert challenge == hexa(case["challenge"])


def test_the_answer_to_initialize_update_is_taken_apart_and_put_together() -> None:
    answer = answered(FIRST)
    assert (answer.diversification_data, answer.key_version) == (bytes(10), 0x70)
    assert answer.sequence_counter == b"\x00\x01"
    assert answer.card_challenge == hexa("6B4524ABEE7C")
    assert answer.encode().hex().upper() == FIRST["initialize_update_response"]


@pytest.mark.parametrize(
    "data", [b"", bytes(28), hexa(FIRST["initialize_update_response"])[:-1], bytes(11) + b"\x03"]
)
def test_another_answer_is_none_of_scp02(data: bytes) -> None:
    with pytest.raises(SecureChannelError):
        InitializeUpdateResponse.decode(data)


@given(level=levels, commands=st.lists(st.binary(max_size=239), max_size=4))
def test_what_one_end_seals_the_other_opens(level: int, commands: list[bytes]) -> None:
    host, card = ends(level)
    for data in commands:
        assert card.open_command(HEADER, host.seal_command(HEADER, data)) == data
        assert host.open_response(card.seal_response(data, 0x9000), 0x9000) == data


@pytest.mark.parametrize(("level", "room"), [(0x00, 255), (0x01, 247), (0x03, 239)])
def test_a_short_command_holds_so_much(level: int, room: int) -> None:
    host, card = ends(level)
    assert host.data_capacity() == room
    field = host.seal_command(HEADER, bytes(room))
    assert len(field) <= 255
    assert card.open_command(HEADER, field) == bytes(room)
    with pytest.raises(ValueError, match="do not fit"):
        host.seal_command(HEADER, bytes(room + 1))


@pytest.mark.parametrize("header", ["84E20000", "87E20000", "E0E20000", "EFE20000"])
def test_the_mac_is_the_same_on_every_logical_channel(header: str) -> None:
    host, card = ends(0x01)
    assert card.open_command(hexa(header), host.seal_command(HEADER, b"data")) == b"data"


def test_no_data_may_come_as_a_block_of_padding() -> None:
    # E.4.6 pads and encrypts the data field; one host library does so where there is none.
    field = ends()[0].seal_command(HEADER, b"")
    key = session_key(hexa(FIRST["enc"]), b"\x01\x82", b"\x00\x01")
    padding = TRIPLE_DES.encrypt_cbc(key, bytes(8), hexa("8000000000000000"))
    assert ends()[1].open_command(HEADER, padding + field) == b""


@pytest.mark.parametrize("place", range(24))
def test_an_altered_command_ends_the_session(place: int) -> None:
    host, card = ends()
    field = bytearray(host.seal_command(HEADER, b"fifteen bytes.."))
    field[place] ^= 0x01
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, bytes(field))
    assert_dead(card)


@pytest.mark.parametrize("place", range(1, 4))
def test_an_altered_header_ends_the_session(place: int) -> None:
    host, card = ends()
    header = bytearray(HEADER)
    header[place] ^= 0x01
    with pytest.raises(SecureChannelError):
        card.open_command(bytes(header), host.seal_command(HEADER, b"data"))
    assert_dead(card)


def test_a_repeated_command_ends_the_session() -> None:
    host, card = ends()
    field = host.seal_command(HEADER, b"data")
    card.open_command(HEADER, field)
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, field)
    assert_dead(card)


@given(field=st.binary(max_size=300), level=st.sampled_from([0x01, 0x03]))
def test_any_other_bytes_end_the_session(field: bytes, level: int) -> None:
    card = ends(level)[1]
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, field)
    assert_dead(card)


def test_an_extended_length_ends_the_session() -> None:
    host, card = ends()
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, host.seal_command(HEADER, b"data"), extended=True)
    assert_dead(card)


@given(field=st.binary(max_size=40))
def test_a_wrong_authentication_ends_the_session(field: bytes) -> None:
    card = session(FIRST)
    with pytest.raises(SecureChannelError):
        card.accept_authentication(hexa("84820100"), field)
    assert_dead(card)


def test_a_card_without_the_keys_ends_the_session() -> None:
    host = session(FIRST)
    with pytest.raises(SecureChannelError):
        host.authenticate(bytes(8), SecurityLevel.C_MAC)
    assert_dead(host)


def test_a_level_that_needs_a_response_mac_is_refused() -> None:
    cryptogram = answered(FIRST).card_cryptogram
    with pytest.raises(ValueError, match="level"):
        session(FIRST).authenticate(cryptogram, SecurityLevel(0x11))
    field = session(FIRST).authenticate(cryptogram, SecurityLevel.C_MAC)
    card = session(FIRST)
    with pytest.raises(SecureChannelError):
        card.accept_authentication(hexa("84821100"), field)
    assert_dead(card)


def test_the_level_is_part_of_what_is_authenticated() -> None:
    card = session(FIRST)
    field = session(FIRST).authenticate(answered(FIRST).card_cryptogram, SecurityLevel(0x03))
    with pytest.raises(SecureChannelError):
        card.accept_authentication(hexa("84820000"), field)
    assert_dead(card)


def test_sensitive_data_is_under_the_session_dek_without_padding() -> None:
    host, card = ends()
    dek = session_key(hexa(FIRST["dek"]), b"\x01\x81", b"\x00\x01")
    expected = TRIPLE_DES.encrypt(dek, bytes(8)) * 2
    assert host.encrypt_sensitive(bytes(16)) == expected
    assert card.decrypt_sensitive(expected) == bytes(16)
    for call in (host.encrypt_sensitive, card.decrypt_sensitive):
        with pytest.raises(KeyMaterialError):
            call(bytes(15))


@pytest.mark.parametrize("sizes", [(7, 2, 6), (8, 3, 6), (8, 2, 8)])
def test_challenges_and_counter_have_their_sizes(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(KeyMaterialError):
        Session(keys(FIRST), *(bytes(size) for size in sizes))


def test_aes_keys_open_no_scp02() -> None:
    with pytest.raises(KeyMaterialError, match="AES"):
        Session(KeySet(bytes(16), bytes(16), bytes(16)), bytes(8), bytes(2), bytes(6))


def test_triple_length_keys_make_double_length_session_keys() -> None:
    triple = KeySet(*(bytes(range(24)),) * 3, cipher=TRIPLE_DES)
    host, card = (Session(triple, bytes(8), bytes(2), bytes(6)) for _ in range(2))
    field = host.authenticate(card.card_cryptogram(), SecurityLevel.C_MAC)
    assert card.accept_authentication(hexa("84820100"), field) == SecurityLevel.C_MAC
    assert len(session_key(triple.mac, b"\x01\x01", b"\x00\x00")) == 16
