"""SCP03 failures: every one ends the session, and all of them read the same."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.block_ciphers import AES
from crypto.errors import SecureChannelError
from crypto.keys import KeySet
from crypto.scp03 import LEVELS, SecurityLevel, Session
from crypto.scp03_keys import Mode, SessionKeys

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


def altered(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :]


def assert_dead(session: Session) -> None:
    """Every further call fails, and all failures read the same."""
    calls: list[Callable[[], object]] = [
        session.card_cryptogram,
        session.host_cryptogram,
        lambda: session.authenticate(bytes(8), SecurityLevel.C_MAC),
        lambda: session.accept_authentication(hexa("84820100"), bytes(16)),
        lambda: session.seal_command(HEADER, b""),
        lambda: session.open_command(HEADER, bytes(8)),
        lambda: session.seal_response(b"", 0x9000),
        lambda: session.open_response(bytes(8), 0x9000),
    ]
    messages = set()
    for call in calls:
        with pytest.raises(SecureChannelError) as caught:
            call()
        messages.add(str(caught.value))
    assert len(messages) == 1
    assert not session.is_open
    assert session.level == SecurityLevel.NONE


@pytest.mark.parametrize("place", range(24))
def test_an_altered_command_ends_the_session(place: int) -> None:
    host, card = ends(FULL)
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, altered(host.seal_command(HEADER, b"data"), place))
    assert_dead(card)


@pytest.mark.parametrize("place", range(24))
def test_an_altered_response_ends_the_session(place: int) -> None:
    host, card = ends(FULL)
    with pytest.raises(SecureChannelError):
        host.open_response(altered(card.seal_response(b"data", 0x9000), place), 0x9000)
    assert_dead(host)


def test_an_altered_header_or_status_word_ends_the_session() -> None:
    host, card = ends(FULL)
    with pytest.raises(SecureChannelError):
        card.open_command(hexa("84E29100"), host.seal_command(HEADER, b"data"))
    host, card = ends(FULL)
    with pytest.raises(SecureChannelError):
        host.open_response(card.seal_response(b"data", 0x9000), 0x6310)


def test_a_repeated_or_omitted_command_ends_the_session() -> None:
    host, card = ends(FULL)
    first, second = (host.seal_command(HEADER, b"data") for _ in range(2))
    card.open_command(HEADER, first)
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, first)
    host, card = ends(FULL)
    host.seal_command(HEADER, b"lost")
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, second)


@pytest.mark.parametrize("plain", [bytes(16), b"\x80" + bytes(14) + b"\x01", b"15 bytes and a ."])
def test_wrong_padding_under_a_right_mac_ends_the_session(plain: bytes) -> None:
    card = Session.resume(SessionKeys(b"e" * 16, b"m" * 16, b"r" * 16), FULL)
    icv = AES.encrypt(b"e" * 16, (1).to_bytes(16))
    block = AES.encrypt_cbc(b"e" * 16, icv, plain)
    mac = AES.cmac(b"m" * 16, bytes(16) + HEADER + b"\x18" + block)
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, block + mac[:8])
    assert_dead(card)


def test_half_a_block_under_a_right_mac_ends_the_session() -> None:
    card = Session.resume(SessionKeys(b"e" * 16, b"m" * 16, b"r" * 16), FULL)
    mac = AES.cmac(b"m" * 16, bytes(16) + HEADER + b"\x10" + bytes(8))
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, bytes(8) + mac[:8])
    assert_dead(card)


def test_a_card_with_other_keys_is_refused() -> None:
    host = Session.start(KEYS, bytes(8), bytes(8))
    stranger = Session.start(KeySet(bytes(16), bytes(16), bytes(16)), bytes(8), bytes(8))
    with pytest.raises(SecureChannelError):
        host.authenticate(stranger.card_cryptogram(), FULL)
    assert_dead(host)


@pytest.mark.parametrize("place", range(16))
def test_an_altered_authentication_is_refused(place: int) -> None:
    host, card = (Session.start(KEYS, bytes(8), bytes(8)) for _ in range(2))
    field = host.authenticate(card.card_cryptogram(), FULL)
    with pytest.raises(SecureChannelError):
        card.accept_authentication(hexa("84823300"), altered(field, place))
    assert_dead(card)


def test_a_lowered_level_is_refused() -> None:
    host, card = (Session.start(KEYS, bytes(8), bytes(8)) for _ in range(2))
    field = host.authenticate(card.card_cryptogram(), FULL)
    with pytest.raises(SecureChannelError):
        card.accept_authentication(hexa("84820000"), field)


def test_nothing_is_sealed_before_authentication() -> None:
    session = Session.start(KEYS, bytes(8), bytes(8))
    with pytest.raises(SecureChannelError):
        session.seal_command(HEADER, b"too early")
    assert_dead(session)


def test_nobody_authenticates_twice() -> None:
    host, card = ends(FULL)
    with pytest.raises(SecureChannelError):
        host.authenticate(bytes(8), FULL)
    with pytest.raises(SecureChannelError):
        card.accept_authentication(hexa("84823300"), bytes(16))
    assert_dead(host)
    assert_dead(card)


@given(level=levels, field=st.binary(max_size=80), sw=st.integers(0, 0xFFFF))
def test_any_bytes_give_data_or_our_error(level: SecurityLevel, field: bytes, sw: int) -> None:
    host, card = ends(level)
    for opened in (
        lambda: card.open_command(HEADER, field),
        lambda: host.open_response(field, sw),
    ):
        try:
            data = opened()
        except SecureChannelError:
            data = b""
        assert data in (field, b"")


def test_a_field_beyond_65535_bytes_is_our_error() -> None:
    _, card = ends(FULL)
    with pytest.raises(SecureChannelError):
        card.open_command(HEADER, bytes(0x10000))


def test_session_and_keys_do_not_print() -> None:
    keys = SessionKeys(b"E" * 16, b"M" * 16, b"R" * 16)
    assert repr(keys) == "SessionKeys()"
    assert "EEE" not in repr(Session(keys))
