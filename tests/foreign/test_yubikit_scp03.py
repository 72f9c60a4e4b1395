"""Yubico's SCP03 host code opens our security domain, and what it stores is there afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served_card import CardSocket, listening

pytest.importorskip("yubikit", reason="needs yubikey-manager")

from yubikit.core.smartcard import SW, ApduError
from yubikit.core.smartcard.scp import KeyRef, ScpKid, StaticKeys

from tests.foreign.yubikit_host import TEST_KEYS, open_channel, security_domain

pytestmark = pytest.mark.foreign

CARD_IMAGE_NUMBER = 0x45  # of the security domain (GPC 2.3.1, 11.3.2.1)
AES_OF_16_BYTES, TRIPLE_DES_OF_16_BYTES = {0x88: 16}, {0x80: 16}  # types (GPC, 11.1.8)
NEW_KEYS = StaticKeys(bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48)))
NEW_KEY_REF = KeyRef(ScpKid.SCP03, 0x31)


@pytest.fixture
def socket(card: Path) -> Iterator[CardSocket]:
    with listening(card) as connection:
        yield connection


def test_level_33_opens_and_stored_data_survives_a_power_cut(
    card: Path, socket: CardSocket
) -> None:
    session = security_domain(socket)
    open_channel(session)
    session.store_data(bytes((CARD_IMAGE_NUMBER, 4)) + b"ABCD")
    assert session.get_data(CARD_IMAGE_NUMBER) == b"ABCD"
    socket.close()
    with listening(card) as again:
        assert security_domain(again).get_data(CARD_IMAGE_NUMBER) == b"ABCD"


def test_answers_with_data_pass_r_mac_and_r_encryption(socket: CardSocket) -> None:
    session = security_domain(socket)
    in_clear = session.get_card_recognition_data()
    assert in_clear.startswith(bytes.fromhex("06 07 2A 86 48 86 FC 6B 01"))  # GPC, H.2
    open_channel(session)
    assert session.get_card_recognition_data() == in_clear


def test_wrong_keys_do_not_open_the_channel(socket: CardSocket) -> None:
    session = security_domain(socket)
    wrong = StaticKeys(bytes(16), bytes(16), bytes(16))
    with pytest.raises(ValueError, match="Incorrect SCP parameters"):
        open_channel(session, wrong)


def test_nothing_is_stored_without_a_channel(socket: CardSocket) -> None:
    session = security_domain(socket)
    with pytest.raises(ApduError):
        session.store_data(bytes((CARD_IMAGE_NUMBER, 4)) + b"ABCD")
    with pytest.raises(ApduError) as refused:
        session.get_data(CARD_IMAGE_NUMBER)
    assert refused.value.sw == SW.REFERENCE_DATA_NOT_FOUND


def test_keys_that_it_puts_open_the_next_channel_and_the_old_ones_no_longer(
    socket: CardSocket,
) -> None:
    session = security_domain(socket)
    open_channel(session)
    session.put_key(NEW_KEY_REF, NEW_KEYS, replace_kvn=0x30)
    session = security_domain(socket)
    open_channel(session, NEW_KEYS, NEW_KEY_REF)
    assert session.get_key_information() == {
        **{KeyRef(kid, NEW_KEY_REF.kvn): AES_OF_16_BYTES for kid in (1, 2, 3)},
        **{KeyRef(kid, 0x20): TRIPLE_DES_OF_16_BYTES for kid in (1, 2, 3)},
    }
    session = security_domain(socket)
    with pytest.raises(ValueError, match="Incorrect SCP parameters"):
        open_channel(session, TEST_KEYS)


def test_it_deletes_a_key_set_that_is_not_in_use(socket: CardSocket) -> None:
    session = security_domain(socket)
    open_channel(session)
    session.put_key(NEW_KEY_REF, NEW_KEYS)
    assert NEW_KEY_REF in session.get_key_information()
    session.delete_key(kvn=NEW_KEY_REF.kvn)
    assert NEW_KEY_REF not in session.get_key_information()
