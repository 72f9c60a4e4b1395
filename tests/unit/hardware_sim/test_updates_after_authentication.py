"""UPDATE RECORD and UPDATE BINARY in the forms of writing programs (LD/T 32.5), and their guard."""

import os

import pytest

from crypto.pboc import PBOC_3DES, PBOC_AES, PBOC_SM4
from hardware_sim.card.card import Card
from reader.iso7816.status import SW
from tests.desk import answer, status_word
from tests.fixed_card import KEY, fixed_card

SELECT_SSSE = "00 A4 04 0C 0F 73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF"
FACTOR = bytes.fromhex("1122334455667788")
UKSSSE, UK1DF02 = "04", "83"


@pytest.fixture
def card() -> Card:
    card = Card(fixed_card("v2.00"), random=os.urandom)
    assert status_word(card, SELECT_SSSE) == SW.OK
    return card


def authenticate(card: Card, kid: str, scheme=PBOC_3DES) -> int:
    random = bytes.fromhex(answer(card, "00 84 00 00 08"))[:8]
    proof = scheme.cryptogram(KEY, random, FACTOR)
    return status_word(card, f"00 82 00 {kid} 10 {proof.hex()} {FACTOR.hex()}")


@pytest.mark.parametrize(
    ("update", "read", "stored"),
    [
        # By tag with a short file identifier: the issue date, the number, the name.
        ("00 DC 05 28 06 05 04 20 26 11 23", "00 B2 05 28 06", "05 04 20 26 11 23"),
        (
            "00 DC 07 28 0B 07 09 42 30 30 30 30 30 31 33 31",
            "00 B2 07 28 0B",
            "07 09 42 30 30 30 30 30 31 33 31",
        ),
        (
            "00 DC 4E 30 16 4E 14" + " FF" * 20,
            "00 B2 4E 30 16",
            "4E 14" + " FF" * 20,
        ),
        # By number with a short file identifier.
        ("00 DC 05 34 03 0B 01 56", "00 B2 05 34 03", "0B 01 56"),
    ],
)
def test_a_record_is_written_after_the_update_key(card, update, read, stored):
    assert status_word(card, update) == SW.SECURITY_STATUS_NOT_SATISFIED
    assert authenticate(card, UKSSSE) == SW.OK
    assert status_word(card, update) == SW.OK
    assert answer(card, read) == stored + " 90 00"


def test_a_record_of_the_current_file_is_written_by_its_number(card):
    assert authenticate(card, UKSSSE) == SW.OK
    assert status_word(card, "00 A4 00 0C 02 EF 05") == SW.OK
    assert status_word(card, "00 DC 02 04 03 02 01 34") == SW.OK
    assert answer(card, "00 B2 02 04 03") == "02 01 34 90 00"


@pytest.mark.parametrize(
    ("update", "sw"),
    [
        ("00 DC 05 28 06 06 04 20 26 11 23", SW.WRONG_DATA),  # another tag than the record's
        ("00 DC 05 28 05 05 03 20 26 11", SW.WRONG_LENGTH),
        ("00 DC 05 28 06 05 05 20 26 11 23", SW.WRONG_DATA),  # a length that is not the value's
        ("00 DC 99 28 06 99 04 20 26 11 23", SW.RECORD_NOT_FOUND),
        ("00 DC 09 2C 06 05 04 20 26 11 23", SW.RECORD_NOT_FOUND),
    ],
)
def test_a_record_keeps_its_tag_and_length(card, update, sw):
    assert authenticate(card, UKSSSE) == SW.OK
    assert status_word(card, update) == sw


def test_the_photo_is_written_in_blocks_and_not_beyond_its_end(card):
    assert authenticate(card, UKSSSE) == SW.OK
    assert status_word(card, "00 D6 88 00 04 FF D8 FF E0") == SW.OK
    assert status_word(card, "00 D6 0F FE 02 00 01") == SW.OK
    assert status_word(card, "00 D6 0F FF 02 00 01") == SW.WRONG_OFFSET
    assert card.persistent.binaries["SSSE", 0xEF08][:4].hex() == "ffd8ffe0"


def test_a_key_of_one_application_opens_no_other(card):
    assert status_word(card, "00 A4 00 0C 02 DF 02") == SW.OK
    assert authenticate(card, UK1DF02) == SW.OK
    assert status_word(card, "00 DC 42 28 05 42 03 30 31 31") == SW.OK
    # Key 83 of DF01 is another key, though it has the same value here.
    assert status_word(card, "00 A4 00 0C 02 DF 01") == SW.OK
    assert status_word(card, "00 DC 20 28 04 20 02 31 30") == SW.SECURITY_STATUS_NOT_SATISFIED


def test_a_cyclic_file_keeps_the_newest_records_first(card):
    assert status_word(card, "00 A4 00 0C 02 DF 02") == SW.OK
    assert authenticate(card, "85") == SW.OK
    for number in range(6):
        record = f"{number:02X}" * 85
        assert status_word(card, f"00 DC 00 3B 55 {record}") == SW.OK
    assert status_word(card, "00 20 00 00 03 12 34 56") == SW.OK
    assert answer(card, "00 B2 01 3C 55").startswith("05 05")
    assert answer(card, "00 B2 04 3C 55").startswith("02 02")
    assert status_word(card, "00 B2 05 3C 55") == SW.RECORD_NOT_FOUND


@pytest.mark.parametrize(
    ("profile", "scheme"),
    [("v2.00", PBOC_3DES), ("v3.00", PBOC_SM4), ("international", PBOC_AES)],
)
def test_each_profile_authenticates_by_its_own_cipher(profile, scheme):
    card = Card(fixed_card(profile), random=os.urandom)
    card.transmit(bytes.fromhex(SELECT_SSSE))
    others = {PBOC_3DES.name, PBOC_SM4.name, PBOC_AES.name} - {scheme.name}
    for other in (PBOC_3DES, PBOC_SM4, PBOC_AES):
        if other.name in others:
            random = card.transmit(bytes.fromhex("0084000008"))[:8]
            proof = other.cryptogram(KEY, random, FACTOR)
            wrong = card.transmit(b"\x00\x82\x00\x04\x10" + proof + FACTOR)
            assert wrong[0] == 0x63
    random = card.transmit(bytes.fromhex("0084000008"))[:8]
    proof = scheme.cryptogram(KEY, random, FACTOR)
    assert card.transmit(b"\x00\x82\x00\x04\x10" + proof + FACTOR) == b"\x90\x00"


def test_the_card_proves_irk_and_no_other_key(card):
    random = bytes.fromhex("A1A2A3A4A5A6A7A8")
    expected = PBOC_3DES.cryptogram(KEY, random, FACTOR)
    card.transmit(bytes.fromhex("00880000 10") + random + FACTOR)
    assert card.transmit(bytes.fromhex("00C0000008")) == expected + b"\x90\x00"
    refused = card.transmit(bytes.fromhex("0088000A 10") + random + FACTOR)
    assert refused == b"\x69\x85"
