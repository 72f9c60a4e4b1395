"""PINs typed at the reader: the structures byte by byte, and the way to a simulated card.

The fields are those of PC/SC part 10, 2.02, in the order of pcsc-lite's reader.h; the values for a
PIN in BCD are as OpenSC builds them (format string 0x81), with a block of three bytes.
"""

import sys

import pytest

from hardware_sim.card.card import Card
from reader import pin_entry, pin_pad
from reader.errors import CardRefusedError, PinBlockedError, TransportError, WrongPinError
from reader.line_errors import (
    NewPinsDifferError,
    PinEntryCancelledError,
    PinEntryTimeoutError,
    PinLengthError,
    PinPadError,
)
from reader.session import CardSession
from tests.desk import counter_bytes
from tests.fixed_card import fixed_card
from tests.pin_pad_reader import BY_STEPS, CANCEL_KEY, CODES, TIMED_OUT, PinPadReader

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="control codes of Linux and macOS")


def test_verify_is_described_byte_by_byte():
    assert pin_pad.verify_structure(display=True) == bytes.fromhex(
        "1E 1E"  # bTimerOut, bTimerOut2: 30 seconds
        "81"  # bmFormatString: bytes, position 0, from the left, BCD
        "03"  # bmPINBlockString: no length, 3 bytes
        "00"  # bmPINLengthFormat
        "06 06"  # wPINMaxExtraDigit: at most 6, at least 6
        "02"  # bEntryValidationCondition: the validation key
        "FF"  # bNumberMessage: the reader's own
        "09 04"  # wLangId: English
        "00"  # bMsgIndex
        "00 00 00"  # bTeoPrologue
        "08 00 00 00"  # ulDataLength
        "00 20 00 00 03 FF FF FF"
    )


def test_change_is_described_byte_by_byte():
    assert pin_pad.modify_structure(display=False, language=pin_pad.CHINESE) == bytes.fromhex(
        "1E 1E 81 03 00"
        "00"  # bInsertionOffsetOld
        "04"  # bInsertionOffsetNew: behind three bytes and 'FF'
        "06 06"
        "03"  # bConfirmPIN: old one asked for, new one twice
        "02"
        "00"  # bNumberMessage: nothing to show it on
        "04 08"  # wLangId: Chinese
        "00 01 02"  # bMsgIndex1, 2, 3
        "00 00 00"
        "0C 00 00 00"
        "80 5E 01 00 07 FF FF FF FF FF FF FF"
    )


def test_the_control_code_is_the_systems():
    assert pin_pad.control_code(3400, "win32") == 0x00313520
    assert pin_pad.control_code(3400, "linux") == 0x42000D48
    assert pin_pad.control_code(3400, "darwin") == 0x42000D48
    scard = pytest.importorskip("smartcard.scard", reason="needs pyscard")
    assert pin_pad.control_code(3400) == scard.SCARD_CTL_CODE(3400)


@pytest.mark.parametrize(
    ("answer", "features"),
    [
        ("", {}),
        ("06 04 42 33 00 06", {6: 0x42330006}),
        ("06 04 42 33 00 06 0A 04 42 33 00 0A 13 04 42 33 00 13", {6: 0x42330006, 10: 0x4233000A}),
        ("06 04 42 33 00", {}),  # cut short
        ("06 05 42 33 00 06 00", {}),  # no such list
    ],
)
def test_features_are_read_and_unknown_ones_left_out(answer, features):
    assert pin_pad.parse_features(bytes.fromhex(answer)) == features


def never() -> str:
    raise AssertionError("asked on the screen")


def session_at(*typed: str | None, codes=CODES, **options):
    reader = PinPadReader(Card(fixed_card(), random=counter_bytes()), typed, codes=codes, **options)
    return reader, CardSession(reader), pin_entry.pin_pad(reader)


@pytest.mark.parametrize("codes", [CODES, BY_STEPS], ids=["direct", "by steps"])
def test_a_pin_goes_from_the_keys_to_the_card_and_never_through_us(codes):
    reader, session, pad = session_at("123456", codes=codes)
    pin_entry.verify_pin(session, pad, never)
    assert not any(command[1] == 0x20 for command in reader.transmitted)
    assert all(b"\x12\x34\x56" not in data for _, data in reader.asked)


def test_a_wrong_pin_costs_a_try_until_it_is_blocked():
    _, session, pad = session_at(*["999999"] * 7)
    for left in (5, 4, 3, 2, 1, 0):
        with pytest.raises(WrongPinError) as refused:
            pin_entry.verify_pin(session, pad, never)
        assert refused.value.tries_left == left
    with pytest.raises(PinBlockedError):
        pin_entry.verify_pin(session, pad, never)


@pytest.mark.parametrize("codes", [CODES, BY_STEPS], ids=["direct", "by steps"])
def test_a_pin_is_changed_at_the_keys(codes):
    _, session, pad = session_at("123456", "654321", "654321", codes=codes)
    pin_entry.change_pin(session, pad, lambda: (never(), ""))
    session.verify_pin("654321")
    with pytest.raises(WrongPinError):
        session.verify_pin("123456")


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ((None,), PinEntryCancelledError),
        (("123456", None), PinEntryCancelledError),
        (("123456", "65432"), PinLengthError),
        (("123456", "654321", "654322"), NewPinsDifferError),
    ],
    ids=["at once", "after the old one", "five digits", "two new ones"],
)
def test_what_the_holder_does_not_finish_reaches_no_card(typed, error):
    _, session, pad = session_at(*typed)
    with pytest.raises(error):
        pin_entry.change_pin(session, pad, lambda: (never(), ""))
    session.verify_pin("123456")


def test_an_entry_that_times_out_is_no_refusal_of_the_card():
    reader, session, pad = session_at(codes=BY_STEPS)
    reader.control = lambda function, data=b"", seconds=None: TIMED_OUT  # whatever is asked
    pad = pin_entry.PinPad(reader.control, {6: 1}, display=False, language=0x0409)
    with pytest.raises(PinEntryTimeoutError) as told:
        pin_entry.verify_pin(session, pad, never)
    assert not isinstance(told.value, CardRefusedError)


def test_a_cancelled_entry_by_steps_is_heard_of():
    reader, session, pad = session_at(None, codes=BY_STEPS)
    reader.keys = iter([CANCEL_KEY])
    with pytest.raises(PinEntryCancelledError):
        pin_entry.verify_pin(session, pad, never)


@pytest.mark.parametrize("codes", [{}, {0x0A: 1}, {0x01: 1}], ids=["none", "display", "half"])
def test_a_reader_without_keys_leaves_it_to_the_screen(codes):
    _, session, pad = session_at(codes=codes)
    assert pad is None
    pin_entry.verify_pin(session, pad, lambda: "123456")
    pin_entry.change_pin(session, pad, lambda: ("123456", "654321"))
    session.verify_pin("654321")


def test_a_reader_that_can_only_verify_leaves_the_change_to_the_screen():
    _, session, pad = session_at("654321", codes={0x06: CODES[0x06]})
    assert (pad.can_verify, pad.can_change) == (True, False)
    pin_entry.change_pin(session, pad, lambda: ("123456", "654321"))
    pin_entry.verify_pin(session, pad, never)


def test_a_reader_that_refuses_the_structure_leaves_it_to_the_screen():
    _, session, _ = session_at()
    pad = pin_entry.PinPad(
        lambda function, data=b"", seconds=None: b"\x6b\x80", {6: 1}, display=False, language=0
    )
    pin_entry.verify_pin(session, pad, lambda: "123456")


def test_what_is_no_reader_has_no_keys():
    card = Card(fixed_card(), random=counter_bytes())
    assert pin_entry.pin_pad(card) is None
    reader = PinPadReader(card, [])

    def unknown(function, data=b"", seconds=None):
        raise TransportError("no such control code")

    reader.control = unknown
    assert pin_entry.pin_pad(reader) is None


def test_the_display_is_used_where_there_is_one():
    reader, session, pad = session_at("123456", lcd=b"\x00\x00")
    pin_entry.verify_pin(session, pad, never)
    assert reader.asked[-1][1][8] == 0x00
    reader, session, pad = session_at("123456", lcd=b"\x10\x02")
    pin_entry.verify_pin(session, pad, never)
    assert reader.asked[-1][1][8] == 0xFF
    assert issubclass(PinEntryTimeoutError, PinPadError)
