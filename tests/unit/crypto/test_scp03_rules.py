"""SCP03 rules: what both ends accept, what they refuse, and what a failure leaves behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import AES
from crypto.errors import KeyMaterialError, SecureChannelError
from crypto.keys import KeySet
from crypto.scp03 import LEVELS, SecurityLevel, Session, secured_class
from crypto.scp03_initiation import InitializeUpdateResponse, Options
from crypto.scp03_keys import Mode, SessionKeys, pseudo_random_challenge

KEYS = KeySet(bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48)))
HEADER = bytes.fromhex("84 E2 90 00")
FULL = SecurityLevel(0x33)
hexa = bytes.fromhex
levels = st.sampled_from(sorted(LEVELS))
modes = st.sampled_from(list(Mode))


def ends(level: SecurityLevel, mode: Mode = Mode.S8) -> tuple[Session, Session]:
    """An open channel between two ends of ours."""
    host, card = (Session.start(KEYS, bytes(mode), b"c" * mode, mode) for _ in range(2))
    field = host.authenticate(card.card_cryptogram(), level)
    card.accept_authentication(bytes([0x84, 0x82, level, 0x00]), field)
    return host, card


@given(level=levels, mode=modes, messages=st.lists(st.tuples(st.binary(), st.binary()), max_size=4))
def test_both_ends_understand_each_other(
    level: SecurityLevel, mode: Mode, messages: list[tuple[bytes, bytes]]
) -> None:
    host, card = ends(level, mode)
    for command, response in messages:
        assert card.open_command(HEADER, host.seal_command(HEADER, command)) == command
        assert host.open_response(card.seal_response(response, 0x9000), 0x9000) == response


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("level", sorted(LEVELS))
def test_the_capacity_is_what_just_fits(level: SecurityLevel, mode: Mode) -> None:
    host, _ = ends(level, mode)
    capacity = host.data_capacity()
    assert len(host.seal_command(HEADER, bytes(capacity))) <= 255
    assert len(host.seal_command(HEADER, bytes(capacity + 1))) > 255


def test_the_capacity_at_full_level_is_239() -> None:
    host, _ = ends(FULL)
    assert host.data_capacity() == 239


def test_a_field_longer_than_255_bytes_is_macced_with_an_extended_lc() -> None:
    keys = SessionKeys(bytes(16), b"k" * 16, bytes(16))
    host = Session.resume(keys, SecurityLevel.C_MAC)
    message = bytes(16) + HEADER + hexa("00 01 34") + bytes(300)
    assert host.seal_command(HEADER, bytes(300))[-8:] == AES.cmac(b"k" * 16, message)[:8]


def test_an_extended_lc_is_macced_as_it_is_sent() -> None:
    keys = SessionKeys(bytes(16), b"k" * 16, bytes(16))
    host, card = (Session.resume(keys, SecurityLevel.C_MAC) for _ in range(2))
    field = host.seal_command(HEADER, b"data", extended=True)
    message = bytes(16) + HEADER + hexa("00 00 0C") + b"data"
    assert field == b"data" + AES.cmac(b"k" * 16, message)[:8]
    assert card.open_command(HEADER, field, extended=True) == b"data"


def test_more_than_a_command_holds_is_refused_and_the_session_lives() -> None:
    host, _ = ends(FULL)
    with pytest.raises(ValueError, match="do not fit"):
        host.seal_command(HEADER, bytes(0x10000))
    assert host.is_open


def test_a_card_takes_an_empty_data_field_encrypted_too() -> None:
    # yubikit pads and encrypts even no data; Amendment D, 6.2.6 leaves it as it is.
    keys = SessionKeys(b"e" * 16, b"m" * 16, b"r" * 16)
    card = Session.resume(keys, FULL)
    icv = AES.encrypt(b"e" * 16, (1).to_bytes(16))
    block = AES.encrypt_cbc(b"e" * 16, icv, b"\x80" + bytes(15))
    mac = AES.cmac(b"m" * 16, bytes(16) + HEADER + b"\x18" + block)
    assert card.open_command(HEADER, block + mac[:8]) == b""
    host = Session.resume(keys, FULL, chain=mac, counter=1)
    assert card.open_command(HEADER, host.seal_command(HEADER, b"next")) == b"next"


@pytest.mark.parametrize(
    ("cla", "sent", "covered"),
    [
        (0x00, 0x04, 0x04),
        (0x80, 0x84, 0x84),
        (0x82, 0x86, 0x84),  # logical channel 2
        (0x90, 0x94, 0x94),  # command chaining
        (0xC5, 0xE5, 0x84),  # logical channel 9
        (0x40, 0x60, 0x04),  # logical channel 4
    ],
)
def test_the_class_byte_is_covered_without_its_channel(cla: int, sent: int, covered: int) -> None:
    assert secured_class(cla) == sent
    keys = SessionKeys(bytes(16), b"k" * 16, bytes(16))
    for transmitted in (cla, sent):
        host = Session.resume(keys, SecurityLevel.C_MAC)
        mac = host.seal_command(bytes([transmitted, 0xE2, 0x90, 0x00]), b"")
        assert mac == AES.cmac(b"k" * 16, bytes(16) + bytes([covered]) + hexa("E2900008"))[:8]


@pytest.mark.parametrize("sw", [0x6982, 0x6A80, 0x61FF, 0x6100, 0x9001, 0x6400])
def test_an_error_status_word_travels_alone(sw: int) -> None:
    host, card = ends(FULL)
    assert card.seal_response(b"whatever", sw) == b""
    assert host.open_response(b"", sw) == b""
    with pytest.raises(SecureChannelError):
        host.open_response(b"not protected", sw)


@pytest.mark.parametrize("sw", [0x9000, 0x6283, 0x63C2])
def test_success_and_warnings_carry_a_response_mac(sw: int) -> None:
    host, card = ends(FULL)
    field = card.seal_response(b"", sw)
    assert len(field) == 8
    assert host.open_response(field, sw) == b""
    with pytest.raises(SecureChannelError):
        host.open_response(b"", sw)


@pytest.mark.parametrize("level", [0x02, 0x10, 0x30, 0x23, 0x31, 0xFF])
def test_only_the_levels_of_the_table_exist(level: int) -> None:
    host, card = (Session.start(KEYS, bytes(8), bytes(8)) for _ in range(2))
    with pytest.raises(ValueError, match="no security level"):
        host.authenticate(card.card_cryptogram(), SecurityLevel(level))
    header = bytes([0x84, 0x82, level, 0x00])
    message = bytes(16) + header + b"\x10" + card.host_cryptogram()
    keys = SessionKeys.derive(KEYS, bytes(8), bytes(8))
    field = card.host_cryptogram() + AES.cmac(keys.mac, message)[:8]
    with pytest.raises(SecureChannelError):
        card.accept_authentication(header, field)


@pytest.mark.parametrize("sizes", [(8, 16), (16, 16), (7, 7), (0, 8)])
def test_challenges_have_the_size_of_the_mode(sizes: tuple[int, int]) -> None:
    with pytest.raises(KeyMaterialError):
        Session.start(KEYS, bytes(sizes[0]), bytes(sizes[1]), Mode.S8)


@pytest.mark.parametrize(("counter", "aid"), [(2, 8), (4, 8), (3, 4), (3, 17)])
def test_a_pseudo_random_challenge_needs_a_counter_and_an_aid(counter: int, aid: int) -> None:
    with pytest.raises(KeyMaterialError):
        pseudo_random_challenge(bytes(16), bytes(counter), bytes(aid))


@given(data=st.binary(max_size=60))
def test_any_bytes_are_an_initialize_update_response_or_our_error(data: bytes) -> None:
    try:
        response = InitializeUpdateResponse.decode(data)
    except SecureChannelError:
        return
    assert response.encode() == data


def test_without_pseudo_random_challenge_there_is_no_counter() -> None:
    response = InitializeUpdateResponse(
        diversification_data=bytes(10),
        key_version=0x30,
        options=Options.R_MAC | Options.R_ENCRYPTION | Options.S16,
        card_challenge=bytes(16),
        card_cryptogram=bytes(16),
    )
    assert response.encode()[10:13] == hexa("30 03 61")
    assert InitializeUpdateResponse.decode(response.encode()) == response


@pytest.mark.parametrize(
    ("i", "allowed"),
    [(0x00, {0x00, 0x01, 0x03}), (0x30, {0x00, 0x01, 0x03, 0x11, 0x13}), (0x70, set(LEVELS))],
)
def test_the_i_parameter_limits_the_security_level(i: int, allowed: set[int]) -> None:
    assert {p1 for p1 in range(256) if Options(i).supports(p1)} == allowed
