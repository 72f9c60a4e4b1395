"""Commands and answers in bytes: the cases of ISO/IEC 7816-3, 12.1.3, written by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.iso7816.apdu import ApduError, CommandApdu, ResponseApdu
from reader.iso7816.status import SW, StatusError, describe, tries_left

# Case, bytes, data, Ne, extended.
FORMS = [
    ("1", "00 A4 00 0C", "", 0, False),
    ("2S", "00 B0 00 00 10", "", 16, False),
    ("2S, Le 00", "00 B0 00 00 00", "", 256, False),
    ("3S", "00 A4 00 00 02 EF 05", "EF 05", 0, False),
    ("3S, one byte 00", "00 D6 00 00 01 00", "00", 0, False),
    ("4S", "00 A4 04 00 02 3F 00 08", "3F 00", 8, False),
    ("4S, Le 00", "00 A4 04 00 02 3F 00 00", "3F 00", 256, False),
    ("2E", "00 B0 00 00 00 01 01", "", 257, True),
    ("2E, Le 0000", "00 B0 00 00 00 00 00", "", 65_536, True),
    ("3E", "00 D6 00 00 00 00 02 AA BB", "AA BB", 0, True),
    ("4E", "00 D6 00 00 00 00 01 AA 00 10", "AA", 16, True),
    ("4E, Le 0000", "00 D6 00 00 00 00 01 AA 00 00", "AA", 65_536, True),
]
MALFORMED = [
    "",
    "00 A4 00",
    "00 A4 00 00 02 EF",  # Lc 2, one byte
    "00 A4 00 00 01 EF 05 00",  # two bytes behind the data
    "00 A4 00 00 00 00",  # neither Lc nor an extended Le
    "00 D6 00 00 00 00 02 AA",  # extended Lc 2, one byte
    "00 D6 00 00 00 00 01 AA 00",  # half an extended Le
    "00 D6 00 00 00 00 00 AA",  # extended Lc 0
]

commands = st.builds(
    CommandApdu,
    cla=st.integers(0, 255),
    ins=st.integers(0, 255),
    p1=st.integers(0, 255),
    p2=st.integers(0, 255),
    data=st.binary(max_size=300),
    ne=st.one_of(st.integers(0, 300), st.sampled_from([256, 257, 65_535, 65_536])),
    extended=st.booleans(),
)


@pytest.mark.parametrize(("case", "raw", "data", "ne", "extended"), FORMS, ids=lambda v: str(v))
def test_each_case_in_both_directions(case, raw, data, ne, extended):
    octets = bytes.fromhex(raw)
    command = CommandApdu(
        cla=octets[0],
        ins=octets[1],
        p1=octets[2],
        p2=octets[3],
        data=bytes.fromhex(data),
        ne=ne,
        extended=extended,
    )
    assert command.encode() == octets
    assert CommandApdu.decode(octets) == command
    assert command.case == int(case[0])


def test_256_bytes_of_data_go_out_in_the_extended_form():
    sent = CommandApdu(ins=0xD6, data=bytes(256)).encode()
    assert sent == bytes.fromhex("00 D6 00 00 00 01 00") + bytes(256)


def test_the_largest_command_fits_and_one_byte_more_does_not():
    assert len(CommandApdu(ins=0xD6, data=bytes(65_535), ne=65_536).encode()) == 65_544
    for tall in ({"data": bytes(65_536)}, {"ne": 65_537}):
        with pytest.raises(ApduError):
            CommandApdu(ins=0xD6, **tall).encode()


@pytest.mark.parametrize("raw", MALFORMED)
def test_what_no_case_describes_is_refused(raw):
    with pytest.raises(ApduError):
        CommandApdu.decode(bytes.fromhex(raw))


@given(commands)
def test_a_command_comes_back(command):
    encoded = command.encode()
    decoded = CommandApdu.decode(encoded)
    assert (decoded.header, decoded.data, decoded.ne) == (command.header, command.data, command.ne)
    assert decoded.encode() == encoded


@given(st.binary(max_size=400))
def test_any_bytes_are_a_command_or_an_apdu_error(raw):
    try:
        command = CommandApdu.decode(raw)
    except ApduError:
        return
    assert command.encode() == raw


def test_an_answer_is_data_and_a_status_word():
    answer = ResponseApdu.decode(bytes.fromhex("03 04 33 2E 30 30 90 00"))
    assert answer == ResponseApdu(bytes.fromhex("03 04 33 2E 30 30"), SW.OK)
    assert answer.encode() == bytes.fromhex("03 04 33 2E 30 30 90 00")


def test_only_61_to_6f_and_9x_begin_a_status_word():
    """ISO/IEC 7816-4, 5.6; '60' means "wait" (7816-3, 10.3.3)."""
    legal = set()
    for sw1 in range(256):
        try:
            legal.add(ResponseApdu.decode(bytes((sw1, 0x00))).sw >> 8)
        except ApduError:
            continue
    assert legal == {*range(0x61, 0x70), *range(0x90, 0xA0)}


@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_an_apdu_error(raw):
    try:
        answer = ResponseApdu.decode(raw)
    except ApduError:
        return
    assert answer.encode() == raw


@pytest.mark.parametrize(("sw", "left"), [(0x63C0, 0), (0x63C5, 5), (0x63CF, 15)])
def test_63cx_counts_the_tries_left(sw, left):
    assert tries_left(sw) == left


@pytest.mark.parametrize("sw", [0x9000, 0x6300, 0x63B5, 0x6983])
def test_other_status_words_count_nothing(sw):
    assert tries_left(sw) is None


def test_a_status_word_is_told_by_number_and_name():
    assert describe(0x6A82) == "6A82 (file not found)"
    assert describe(0x63C2) == "63C2 (wrong, 2 tries left)"
    assert describe(0x9304) == "9304"
    assert str(StatusError(SW.WRONG_LENGTH)) == "6700 (wrong length)"
