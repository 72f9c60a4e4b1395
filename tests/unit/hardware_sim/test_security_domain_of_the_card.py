"""The issuer security domain, in bytes (GPC 2.3.1, chapter 11; Amendment D 1.2)."""

import pytest

from crypto.block_ciphers import AES
from crypto.sensitive_data import wrap_key
from hardware_sim import factory
from hardware_sim.card.card import Card
from reader.card_profile.profiles import PROFILES
from reader.errors import CardAuthenticationError, CardRefusedError
from reader.global_platform import (
    CardLifeCycle,
    get_data,
    get_status,
    install_for_personalization,
    put_aes_keys,
    set_card_status,
    store_data,
)
from reader.iso7816 import tlv
from reader.iso7816.apdu import CommandApdu, ResponseApdu
from reader.iso7816.status import SW
from reader.secure_channel import open_channel
from reader.transport import GetResponse
from tests.desk import answer, counter_bytes, status_word

SELECT_ISD = "00 A4 04 00 08 A0 00 00 01 51 00 00 00 00"
SSSE = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")


def new_card(profile: str = "international") -> Card:
    persistent = factory.blank(
        PROFILES[profile],
        serial=bytes.fromhex("010203040506"),
        keys=lambda kdd: factory.test_keys(),
    )
    return Card(persistent, random=counter_bytes())


def channel_to(card: Card, keys=None):
    plain = GetResponse(card)
    plain.transmit(bytes.fromhex(SELECT_ISD))
    return open_channel(plain, lambda identity: keys or factory.test_keys(), bytes(range(8)))


def send(transport, command: CommandApdu) -> ResponseApdu:
    return ResponseApdu.decode(transport.transmit(command.encode()))


def test_it_is_selected_by_its_aid_a_part_of_it_or_no_name():
    card = new_card()
    whole = answer(card, SELECT_ISD)
    assert whole.startswith("6F 4E 84 08 A0 00 00 01 51 00 00 00 A5")
    assert answer(card, "00 A4 04 00 05 A0 00 00 01 51 00") == whole
    assert answer(card, "00 A4 04 00 00") == whole


def test_initialize_update_announces_scp03_with_the_key_version():
    response = bytes.fromhex(answer(new_card(), "80 50 00 00 08 01 02 03 04 05 06 07 08 00"))
    # KDD (maker, 0000, serial), key version 30, SCP03, i=70; 8 + 8 bytes; the counter.
    assert response[:13].hex().upper() == "86600000010203040506" + "300370"
    assert (len(response), response[-5:].hex().upper()) == (34, "0000019000")


def test_its_sequence_counter_never_repeats_and_survives_a_reset():
    card = new_card()
    seen = set()
    for _ in range(3):
        seen.add(answer(card, "80 50 00 00 08 01 02 03 04 05 06 07 08 00")[-14:-6])
        card.reset()
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("80 50 99 00 08 01 02 03 04 05 06 07 08 00", SW.REFERENCED_DATA_NOT_FOUND),
        ("80 50 00 00 07 01 02 03 04 05 06 07 00", SW.WRONG_LENGTH),
        ("80 CA 00 99 00", SW.REFERENCED_DATA_NOT_FOUND),
        ("80 F0 80 0F", SW.SECURITY_STATUS_NOT_SATISFIED),
        ("80 D8 00 81 01 01", SW.SECURITY_STATUS_NOT_SATISFIED),
    ],
)
def test_what_it_refuses_a_stranger(command, sw):
    assert status_word(new_card(), command) == sw


def test_its_public_data_is_there_without_a_channel():
    card = new_card()
    assert answer(card, "80 CA 00 E0 00") == (
        "E0 24 C0 04 01 30 88 10 C0 04 02 30 88 10 C0 04 03 30 88 10"
        " C0 04 01 20 80 10 C0 04 02 20 80 10 C0 04 03 20 80 10 90 00"
    )
    assert answer(card, "80 CA 00 CF 00") == "CF 0A 86 60 00 00 01 02 03 04 05 06 90 00"
    assert answer(card, "80 CA 9F 7F 00").startswith("9F 7F 2A 00 81")


def test_the_interindustry_class_gives_the_value_of_an_object_alone():
    """GPC, 11.3.3.1."""
    card = new_card()
    assert answer(card, "00 CA 00 CF 00") == "86 60 00 00 01 02 03 04 05 06 90 00"
    assert answer(card, "00 CA 9F 7F 00").startswith("00 81")


def test_the_list_of_applications_has_no_tag_around_it():
    """GPC, 11.3.3.1.3: a series of application templates, in either class."""
    card = new_card()
    first = "61 11 4F 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF 61 08 4F 06 D1 56"
    assert answer(card, "80 CA 2F 00 02 5C 00 00").startswith(first)
    assert answer(card, "00 CA 2F 00 00").startswith(first)


def test_other_keys_open_nothing():
    with pytest.raises(CardAuthenticationError):
        channel_to(new_card(), factory.KeySet(bytes(16), bytes(16), bytes(16), version=0x30))


def test_a_command_changed_on_the_way_ends_the_channel():
    card = new_card()
    channel = channel_to(card)
    sealed = []

    class Tap:
        def transmit(self, command: bytes) -> bytes:
            sealed.append(command)
            return b"\x90\x00"

    channel._inner = Tap()
    with pytest.raises(Exception, match="secure channel"):
        send(channel, get_status(0x80))
    broken = sealed[0][:-2] + bytes((sealed[0][-2] ^ 1,)) + sealed[0][-1:]
    assert card.transmit(broken) == b"\x69\x82"
    assert card.transmit(sealed[0]) == b"\x69\x82"


def test_get_status_lists_domain_and_applications():
    channel = channel_to(new_card())
    [(tag, domain)] = tlv.parse(send(channel, get_status(0x80)).data)
    assert (tag, tlv.find(domain, 0x9F70)) == (0xE3, b"\x01")
    applications = tlv.parse(send(channel, get_status(0x40)).data)
    assert tlv.find(applications[0][1], 0x4F) == SSSE
    assert len(applications) == 10


def test_on_t_0_more_status_data_is_told_once_and_nothing_waits_behind_it():
    """The status word of the last GET RESPONSE is the command's (ISO/IEC 7816-3, 12.2.5)."""
    card = new_card("v3.00")
    channel = channel_to(card)
    criteria = bytes.fromhex("4F 00 5C 05 4F 9F 70 C5 CC")  # with the domain of each: two pages
    first, following = (
        CommandApdu(cla=0x80, ins=0xF2, p1=0x40, p2=p2, data=criteria, ne=256)
        for p2 in (0x02, 0x03)
    )
    assert send(channel, first).sw == SW.MORE_STATUS_DATA
    assert status_word(card, "84 C0 00 00 00") == SW.CONDITIONS_OF_USE_NOT_SATISFIED
    assert send(channel, following).sw == SW.OK


def test_its_life_cycle_goes_forward_only():
    channel = channel_to(new_card())
    assert (
        send(channel, set_card_status(CardLifeCycle.SECURED)).sw
        == SW.CONDITIONS_OF_USE_NOT_SATISFIED
    )
    assert send(channel, set_card_status(CardLifeCycle.INITIALIZED)).sw == SW.OK
    assert send(channel, set_card_status(CardLifeCycle.SECURED)).sw == SW.OK
    assert (
        send(channel, set_card_status(CardLifeCycle.OP_READY)).sw
        == SW.CONDITIONS_OF_USE_NOT_SATISFIED
    )
    assert send(channel, set_card_status(CardLifeCycle.CARD_LOCKED)).sw == SW.OK


def test_a_locked_card_opens_to_its_issuer_alone():
    card = new_card()
    channel = channel_to(card)
    for state in (CardLifeCycle.INITIALIZED, CardLifeCycle.SECURED, CardLifeCycle.CARD_LOCKED):
        assert send(channel, set_card_status(state)).sw == SW.OK
    assert status_word(card, "00 A4 04 0C 0F" + SSSE.hex()) == SW.FUNCTION_NOT_SUPPORTED
    assert status_word(card, "00 B2 03 2C 00") == SW.CONDITIONS_OF_USE_NOT_SATISFIED
    card.reset()
    answered = GetResponse(card).transmit(bytes.fromhex(SELECT_ISD))
    assert answered[-2:] == SW.SELECTED_FILE_INVALIDATED.to_bytes(2, "big")  # GPC, table 11-83
    assert send(channel_to(card), set_card_status(CardLifeCycle.SECURED)).sw == SW.OK


@pytest.mark.parametrize(
    "select_an_application",
    [
        "00 A4 04 0C 05 7378312E73",  # by a part of its AID
        "00 A4 00 0C 02 DF01",  # by its file identifier
        "00 A4 08 0C 02 DF01",  # by its path from the MF
    ],
)
def test_on_a_locked_card_selecting_fails_and_the_issuers_session_goes_on(select_an_application):
    """GPC, 6.4.2.1.1 and table 11-84."""
    card = new_card()
    channel = channel_to(card)
    for state in (CardLifeCycle.INITIALIZED, CardLifeCycle.SECURED, CardLifeCycle.CARD_LOCKED):
        send(channel, set_card_status(state))
    assert status_word(card, select_an_application) == SW.FUNCTION_NOT_SUPPORTED
    assert send(channel, get_status(0x80)).sw == SW.OK


def test_what_a_locked_card_holds_does_not_change():
    """GPC, 5.1.1.4: no change of content, keys and data of the domain included."""
    channel = channel_to(new_card())
    for state in (CardLifeCycle.INITIALIZED, CardLifeCycle.SECURED, CardLifeCycle.CARD_LOCKED):
        send(channel, set_card_status(state))
    wrapped = [(wrap_key(factory.TEST_KEY, bytes(16)), AES.kcv(bytes(16)))] * 3
    for command in (
        put_aes_keys(wrapped, new_version=0x01, replaces=0),
        store_data(bytes.fromhex("00700545031234 56"), block=0, last=True),
        CommandApdu(cla=0x80, ins=0xE4, data=bytes.fromhex("D20120")),
        install_for_personalization(SSSE),
    ):
        assert send(channel, command).sw == SW.CONDITIONS_OF_USE_NOT_SATISFIED
    assert len(send(channel, get_data(0x00E0)).data) == 2 + 6 * 6  # two sets of three keys
    assert send(channel, set_card_status(CardLifeCycle.SECURED)).sw == SW.OK
    assert send(channel, put_aes_keys(wrapped, new_version=0x01, replaces=0)).sw == SW.OK


def test_a_terminated_card_still_says_what_it_was_and_does_nothing_else():
    """GPC, 5.1.1.5: the domain has the Final Application privilege; it processes GET DATA alone."""
    card = new_card()
    channel = channel_to(card)
    assert send(channel, set_card_status(CardLifeCycle.TERMINATED)).sw == SW.OK
    assert send(channel, get_status(0x80)).sw == SW.CONDITIONS_OF_USE_NOT_SATISFIED
    card.reset()
    assert answer(card, "80 CA 00 CF 00") == "CF 0A 86 60 00 00 01 02 03 04 05 06 90 00"
    for command in (SELECT_ISD, "80 50 00 00 08 01 02 03 04 05 06 07 08 00", "00 84 00 00 08"):
        assert status_word(card, command) == SW.CONDITIONS_OF_USE_NOT_SATISFIED


def test_put_key_takes_the_place_of_the_keys_it_names():
    card = new_card()
    channel = channel_to(card)
    keys = [bytes((i,)) * 16 for i in (1, 2, 3)]
    wrapped = [(wrap_key(factory.TEST_KEY, key), AES.kcv(key)) for key in keys]
    response = send(channel, put_aes_keys(wrapped, new_version=0x01, replaces=0x30))
    assert response.data == b"\x01" + b"".join(AES.kcv(key) for key in keys)
    own = factory.KeySet(*keys, version=0x01)
    assert send(channel_to(card, own), get_data(0x00E0)).data[4:].startswith(b"\x01\x01\x88\x10")
    with pytest.raises(CardAuthenticationError):
        channel_to(card)


def test_put_key_with_a_wrong_check_value_changes_nothing():
    card = new_card()
    wrapped = [(wrap_key(factory.TEST_KEY, bytes(16)), b"\x00\x00\x00")] * 3
    response = send(channel_to(card), put_aes_keys(wrapped, new_version=0x01, replaces=0x30))
    assert response.sw == SW.SECURITY_STATUS_NOT_SATISFIED  # GPC, table 11-78
    assert channel_to(card).identity.key_version == 0x30


def test_personalization_takes_all_groupings_of_a_block_or_none():
    card = new_card()
    channel = channel_to(card)
    assert send(channel, install_for_personalization(SSSE)).sw == SW.OK
    good, bad = "05 03 06 03 04 49 31 2E 30", "05 09 03 09 01 00"
    block = bytes.fromhex(good + bad)
    assert send(channel, store_data(block, block=0, last=False)).sw == SW.RECORD_NOT_FOUND
    assert send(channel, store_data(bytes.fromhex(good), block=0, last=True)).sw == SW.OK
    card.reset()
    assert status_word(card, "00 A4 04 0C 0F" + SSSE.hex()) == SW.OK
    assert answer(card, "00 B2 03 2C 06") == "03 04 49 31 2E 30 90 00"


def test_a_secured_card_is_personalized_no_more():
    channel = channel_to(new_card())
    for state in (CardLifeCycle.INITIALIZED, CardLifeCycle.SECURED):
        send(channel, set_card_status(state))
    response = send(channel, install_for_personalization(SSSE))
    assert response.sw == SW.CONDITIONS_OF_USE_NOT_SATISFIED


def test_selecting_an_application_ends_the_channel():
    card = new_card()
    channel = channel_to(card)
    assert status_word(card, "00 A4 04 0C 0F" + SSSE.hex()) == SW.OK
    assert send(channel, get_status(0x80)).sw == SW.SECURITY_STATUS_NOT_SATISFIED


def test_a_missing_application_cannot_be_personalized():
    response = send(channel_to(new_card()), install_for_personalization(bytes(5)))
    assert response.sw == SW.REFERENCED_DATA_NOT_FOUND


def test_the_host_is_told_which_command_was_refused():
    error = CardRefusedError(SW.WRONG_DATA, "STORE_DATA")
    assert "STORE_DATA: 6A80 (wrong data)" in str(error)
