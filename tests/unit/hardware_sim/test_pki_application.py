"""The PKI application: login by challenge as recorded, keys, certificates, import, master keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.sm2 import DEFAULT_USER_ID, za
from crypto.suites import GM, NIST
from hardware_sim import factory
from hardware_sim.card.card import Card
from hardware_sim.card.pki.defaults import TRIES
from reader.card_profile.profiles import PROFILES
from tests.desk import counter_bytes
from tests.pki_desk import ADF, ADMIN, ENVIRONMENT, SUITES, USER, Desk

DIGEST = bytes(range(32))


@pytest.fixture(params=sorted(SUITES))
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(request.param)


def test_the_recorded_login_byte_for_byte():
    """tests/vectors: SSC3-PKI-VERIFY-SM4, comments in a public card-issuing program."""
    challenge = bytes.fromhex("178CEDCF32C5D7990216632170C7CD37")
    desk = Desk("v3.00", random=lambda size: challenge[:size])
    digest = "3DE741F445DD357BEA4E6C3FE6437036F62B5E3EC0F00D62796EDB4305ED627F"
    assert desk.send("80C4010305C10312345600") == (bytes.fromhex(digest), 0x9000)
    assert desk.send("0084000010") == (challenge, 0x9000)
    assert desk.sw("0020018110358B51056B9B9EB2C96B20E7DB7A6B8F") == 0x9000


def test_recorded_logins_of_both_pins_with_another_challenge():
    """Two further exchanges in the same program's comments, factory PINs 123456 and 12345678."""
    challenges = [
        bytes.fromhex("51780DDC9394E497EAE01B3D9CAB4A97"),
        bytes.fromhex("3D3ECC44607070F8935A64A15E8D95BA"),
    ]
    desk = Desk("v3.00", random=lambda size: challenges.pop(0))
    assert desk.send("0084000010")[1] == 0x9000
    assert desk.sw("0020018110c6cee3cc430485e8676d2a6b10e52494") == 0x9000
    digest = "4D59306C7397E06DE3CD82A14A926FBAFED44352AD3EF88A06F5CBE600AF3DCF"
    assert desk.send("80C4010306C1041234567800") == (bytes.fromhex(digest), 0x9000)
    assert desk.send("0084000010")[1] == 0x9000
    assert desk.sw("0020010010638c4e4e44182071ba0619f81d35c892") == 0x9000


def test_both_levels_answer_select_as_recorded():
    desk = Desk("v3.00")
    environment = bytes.fromhex("6F14840C504B492EC9E7BBE1B1A3D5CF730492023330")
    assert desk.send(ENVIRONMENT) == (environment, 0x9000)
    adf = (bytes.fromhex("6F0E840C53532E434552542E41444631"), 0x9000)
    assert desk.send(ADF) == adf
    desk.sw(ENVIRONMENT)
    assert desk.send("00 A4 00 00 02 DF 01") == adf


def test_a_challenge_of_eight_bytes_counts_with_zeros_behind_it(desk):
    random = desk.send("00 84 00 00 08")[0]
    key = desk.suite.digest(bytes.fromhex(USER))[:16]
    proof = desk.block(key, random + bytes(8))
    assert desk.sw(b"\x00\x20\x01\x81\x10" + proof) == 0x9000


def test_a_wrong_pin_costs_a_try_and_the_last_blocks(desk):
    tries = [desk.login("654321") for _ in range(TRIES)]
    assert tries == [0x63C5, 0x63C4, 0x63C3, 0x63C2, 0x63C1, 0x63C0]
    assert desk.login() == 0x6983
    assert Desk.login(desk, ADMIN, admin=True) == 0x9000


def test_the_administrator_gives_a_blocked_user_the_tries_back(desk):
    for _ in range(TRIES):
        desk.login("654321")
    assert desk.sw("00 2C 03 81") == 0x6982
    desk.login(ADMIN, admin=True)
    assert desk.sw("00 2C 03 81 01 00") == 0x6700
    assert desk.sw("00 2C 02 81") == 0x6A86
    assert desk.sw("00 2C 03 81") == 0x9000
    assert desk.login() == 0x9000


def test_the_right_pin_gives_the_tries_back_and_tells_how_many(desk):
    desk.login("654321")
    assert desk.sw("00 20 01 81") == 0x63C5
    assert desk.login() == 0x9000
    assert desk.sw("00 20 01 81") == 0x63C6


def test_a_challenge_serves_once(desk):
    digest = desk.suite.digest(bytes.fromhex(USER))
    proof = desk.block(digest[:16], desk.challenge())
    assert desk.sw(b"\x00\x20\x01\x81\x10" + proof) == 0x9000
    assert desk.sw(b"\x00\x20\x01\x81\x10" + proof) == 0x6985


def test_a_wrong_login_ends_the_one_before(desk):
    desk.signing_key()
    desk.login("654321")
    assert desk.sw(b"\x00\x2a\x9e\x9a\x20" + DIGEST + b"\x00") == 0x6982


def test_selecting_another_application_ends_the_login(desk):
    desk.signing_key()
    desk.sw(ENVIRONMENT)
    desk.sw(ADF)
    assert desk.sw(b"\x00\x2a\x9e\x9a\x20" + DIGEST + b"\x00") == 0x6982


def test_the_card_makes_its_signing_key_and_signs_after_the_pin(desk):
    public_key = desk.signing_key()
    message = b"onecard"
    if desk.suite is GM:
        digest = GM.digest(za(public_key, DEFAULT_USER_ID) + message)
    else:
        digest = NIST.digest(message)
    signature, sw = desk.send(b"\x00\x2a\x9e\x9a\x20" + digest + b"\x00")
    assert sw == 0x9000
    desk.suite.signature.verify(public_key, message, signature)


def test_nothing_is_made_or_used_without_the_users_pin(desk):
    desk.login(ADMIN, admin=True)
    assert desk.sw("80 40 00 00 08 C0 02 00 12 C2 02 00 13") == 0x6982
    assert desk.decrypt(0x0013, bytes(0x70))[1] == 0x6982
    assert desk.sw(b"\x80\x4a\x02\x10\x12\xc1\x10" + bytes(16)) == 0x6982
    assert desk.sw(b"\x00\x2a\x9e\x9a\x20" + DIGEST + b"\x00") == 0x6982


def test_without_keys_there_is_nothing_to_use_or_read(desk):
    desk.login()
    assert desk.sw(b"\x00\x2a\x9e\x9a\x20" + DIGEST + b"\x00") == 0x6A88
    assert desk.decrypt(0x0015, bytes(0x70))[1] == 0x6A88
    desk.sw("00 A4 00 00 02 00 12")
    assert desk.sw("00 B0 00 00 42") == 0x6A88
    assert desk.sw("80 C9 82 00 08 C0 02 00 12 C2 02 00 13") == 0x6A88


def test_only_a_digest_is_signed(desk):
    desk.signing_key()
    assert desk.sw(b"\x00\x2a\x9e\x9a\x1f" + DIGEST[1:] + b"\x00") == 0x6A80
    assert desk.sw(b"\x00\x2a\x9e\x9b\x20" + DIGEST + b"\x00") == 0x6A86


def test_the_public_key_is_read_as_the_field_reads_it(desk):
    public_key = desk.signing_key()
    assert desk.sw("00 A4 00 00 02 00 12") == 0x9000
    content, sw = desk.send("00 B0 00 00 42")
    assert (content, sw) == (b"\xca\x40" + public_key[1:], 0x9000)
    assert desk.sw("80 C9 82 80 42") == 0x6985
    assert desk.sw("80 C9 82 00 08 C0 02 00 12 C2 02 00 13") == 0x9000
    assert desk.send("80 C9 82 80 42") == (content, 0x9000)


def test_private_keys_are_never_read_nor_written(desk):
    desk.signing_key()
    desk.login(ADMIN, admin=True)
    for file in ("13", "15"):
        assert desk.sw("00 A4 00 00 02 00 " + file) == 0x9000
        assert desk.sw("00 B0 00 00 20") == 0x6982
        assert desk.sw("00 D6 00 00 01 00") == 0x6982


def test_a_new_signing_pair_takes_the_old_certificate_away(desk):
    desk.signing_key()
    desk.sw("00 A4 00 00 02 00 18")
    assert desk.sw("00 D6 00 00 02 30 00") == 0x9000
    desk.signing_key()
    assert desk.card.persistent.pki.certificates == {}


def test_the_card_makes_no_encryption_pair(desk):
    desk.login()
    assert desk.sw("80 40 00 00 08 C0 02 00 14 C2 02 00 15") == 0x6A88
    assert desk.sw("80 40 00 00 08 C0 02 00 12 C2 02 00 15") == 0x6A88
    assert desk.sw("80 40 00 00 03 C0 02 00") == 0x6A80


def test_certificates_are_written_in_blocks_after_the_pin(desk):
    certificate = bytes(i & 0xFF for i in range(0x1C0))
    desk.sw("00 A4 00 00 02 00 18")
    assert desk.sw(b"\x00\xd6\x00\x00\x70" + certificate[:0x70]) == 0x6982
    desk.login()
    for offset in range(0, len(certificate), 0x70):
        piece = certificate[offset : offset + 0x70]
        head = b"\x00\xd6" + offset.to_bytes(2, "big") + bytes((len(piece),))
        assert desk.sw(head + piece) == 0x9000
    found = b"".join(desk.send(b"\x00\xb0" + i.to_bytes(2, "big") + b"\xe0")[0] for i in (0, 0xE0))
    assert found == certificate
    assert desk.sw("00 D6 01 C1 01 00") == 0x6B00
    assert desk.sw(b"\x00\xd6\x07\xff\x02\x00\x00") == 0x6A84


@pytest.mark.parametrize(("p2", "old", "new"), [("00", ADMIN, "87654321"), ("81", USER, "654321")])
def test_a_pin_is_changed_under_the_key_of_the_old_one(desk, p2, old, new):
    key = desk.suite.digest(bytes.fromhex(old))[:16]
    packed = bytes.fromhex(new)
    plain = (bytes((len(packed),)) + packed + b"\x80").ljust(16, b"\x00")
    assert desk.sw(desk.secured("84 5E 01 " + p2, plain, key)) == 0x9000
    assert desk.login(new, admin=p2 == "00") == 0x9000
    assert desk.login(old, admin=p2 == "00") == 0x63C5


def test_a_change_with_a_wrong_mac_costs_a_try_of_the_pin(desk):
    key = desk.suite.digest(bytes.fromhex(USER))[:16]
    plain = b"\x03\x65\x43\x21\x80".ljust(16, b"\x00")
    command = desk.secured("84 5E 01 81", plain, key)
    assert desk.sw(command[:-1] + bytes((command[-1] ^ 1,))) == 0x63C5
    assert desk.sw(command) == 0x6985
    assert desk.login() == 0x9000


@pytest.mark.parametrize("plain", ["04 65 43 21 80", "00 80", "03 65 4A 21 80", "FF 65 43 21 80"])
def test_what_is_no_pin_is_not_taken_for_one(desk, plain):
    key = desk.suite.digest(bytes.fromhex(USER))[:16]
    block = bytes.fromhex(plain).ljust(16, b"\x00")
    assert desk.sw(desk.secured("84 5E 01 81", block, key)) == 0x6A80
    assert desk.login() == 0x9000


def test_the_master_keys_of_both_levels_are_replaced(desk):
    for select in (ENVIRONMENT, ADF):
        desk.sw(select)
        assert desk.prove_master() == 0x9000
        plain = (bytes.fromhex("13000000") + b"N" * 16 + b"\x80").ljust(32, b"\x00")
        assert desk.sw(desk.secured("84 D4 01 00", plain)) == 0x9000
        assert desk.prove_master() == 0x63C5
    assert {cell.value for cell in desk.card.persistent.pki.master_keys.values()} == {b"N" * 16}


def test_a_wrong_mac_changes_no_master_key(desk):
    desk.prove_master()
    plain = (bytes.fromhex("13000000") + b"N" * 16 + b"\x80").ljust(32, b"\x00")
    command = desk.secured("84 D4 01 00", plain)
    assert desk.sw(command[:-1] + bytes((command[-1] ^ 1,))) == 0x6988
    assert desk.sw(desk.secured("84 D4 01 00", plain)) == 0x6982
    assert desk.prove_master() == 0x9000


def test_a_blank_that_is_nobodys_yet_has_no_credentials():
    memory = factory.blank(
        PROFILES["v3.00"],
        serial=bytes(6),
        keys=lambda kdd: factory.KeySet(bytes(16), bytes(16), bytes(16)),
    )
    card = Card(memory, random=counter_bytes())
    card.transmit(bytes.fromhex(ADF))
    card.transmit(bytes.fromhex("0084000010"))
    assert card.transmit(b"\x00\x20\x01\x81\x10" + bytes(16)) == b"\x69\x84"
    assert card.transmit(b"\x00\x82\x00\x00\x10" + bytes(16)) == b"\x69\x84"


@given(commands=st.lists(st.binary(min_size=4, max_size=90), max_size=20))
def test_any_bytes_get_a_status_word_and_no_try_back(commands):
    desk = Desk()
    desk.login("654321")
    for command in commands:
        answer = desk.card.transmit(command)
        assert answer[-2] >> 4 in (0x6, 0x9)
    assert desk.card.persistent.pki.user_pin.tries_left <= TRIES - 1
