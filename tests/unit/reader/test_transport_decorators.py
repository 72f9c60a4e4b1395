"""What lies between a conversation and the line: collected answers, and a log without PINs."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import MalformedAnswerError, ReaderError
from reader.iso7816.commands import change_pin, read_record, verify
from reader.transport import TRAFFIC, GetResponse, Trace, mask

READ = bytes.fromhex("00 B2 01 04 00")


class Script:
    """A card that gives these answers one after another, the last one for ever."""

    def __init__(self, *answers: str | bytes) -> None:
        self._answers = [bytes.fromhex(a) if isinstance(a, str) else a for a in answers]
        self.heard: list[str] = []

    def transmit(self, command: bytes) -> bytes:
        self.heard.append(command.hex(" ").upper())
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def test_a_finished_answer_passes_as_it_is():
    card = Script("AA BB 90 00")
    assert GetResponse(card).transmit(READ) == bytes.fromhex("AA BB 90 00")
    assert card.heard == ["00 B2 01 04 00"]


def test_announced_data_is_collected_until_the_last_piece():
    card = Script("61 02", "AA BB 61 01", "CC 90 00")
    assert GetResponse(card).transmit(READ) == bytes.fromhex("AA BB CC 90 00")
    assert card.heard[1:] == ["00 C0 00 00 02", "00 C0 00 00 01"]


def test_6100_announces_256_bytes():
    card = Script("61 00", bytes(256) + b"\x90\x00")
    assert len(GetResponse(card).transmit(READ)) == 258
    assert card.heard[1] == "00 C0 00 00 00"


def test_a_wrong_le_is_repeated_with_the_right_one():
    card = Script("6C 06", "03 04 33 2E 30 30 90 00")
    assert GetResponse(card).transmit(READ) == bytes.fromhex("03 04 33 2E 30 30 90 00")
    assert card.heard == ["00 B2 01 04 00", "00 B2 01 04 06"]


def test_a_command_with_data_keeps_it_when_its_le_is_repeated():
    card = Script("6C 02", "AA BB 90 00")
    GetResponse(card).transmit(bytes.fromhex("00 88 00 81 01 FF 00"))
    assert card.heard[1] == "00 88 00 81 01 FF 02"


def test_a_second_wrong_le_is_an_answer_like_any_other():
    card = Script("6C 06", "6C 06")
    assert GetResponse(card).transmit(READ) == bytes.fromhex("6C 06")
    assert len(card.heard) == 2


def test_the_status_of_the_last_piece_counts():
    assert GetResponse(Script("61 02", "AA BB 62 83")).transmit(READ)[-2:] == b"\x62\x83"


def test_a_card_that_always_announces_more_is_stopped():
    with pytest.raises(MalformedAnswerError, match="without end"):
        GetResponse(Script("AA 61 01")).transmit(READ)


@pytest.mark.parametrize("garbage", ["", "90", "00 00", "60 00", "AA BB CC"])
def test_what_is_no_answer_is_malformed(garbage):
    with pytest.raises(MalformedAnswerError):
        GetResponse(Script(garbage)).transmit(READ)
    with pytest.raises(MalformedAnswerError):
        GetResponse(Script("61 02", garbage)).transmit(READ)


@given(st.lists(st.binary(max_size=6), min_size=1, max_size=8))
def test_any_answers_are_a_whole_one_or_a_reader_error(answers):
    try:
        whole = GetResponse(Script(*answers)).transmit(READ)
    except ReaderError:
        return
    assert len(whole) >= 2
    assert whole[-2] != 0x61


def lines(caplog: pytest.LogCaptureFixture, card: Script, *commands: bytes) -> list[str]:
    """What is logged about these commands."""
    with caplog.at_level(TRAFFIC, logger="reader.transport"):
        for command in commands:
            Trace(card).transmit(command)
    return [record.getMessage() for record in caplog.records]


def test_a_trace_shows_both_directions(caplog):
    assert lines(caplog, Script("03 01 AA 90 00"), read_record(1, ne=3).encode()) == [
        "> 00 B2 01 04 03",
        "< 03 01 AA 90 00",
    ]


def test_a_trace_hides_the_pin(caplog):
    pin = bytes.fromhex("24 68 10")
    said = lines(
        caplog, Script("90 00"), verify(0, pin).encode(), change_pin(pin, b"\x13\x57\x91").encode()
    )
    assert said[::2] == ["> 00 20 00 00 03 ** ** **", "> 80 5E 01 00 07" + " **" * 7]
    assert "24 68 10" not in caplog.text


def test_a_trace_hides_the_pin_in_the_extended_form_too():
    command = bytes.fromhex("00 20 00 00 00 00 03 24 68 10")
    assert "24" not in mask(command)


def test_a_trace_costs_nothing_when_nobody_listens(caplog):
    with caplog.at_level(logging.DEBUG, logger="reader.transport"):
        assert Trace(Script("90 00")).transmit(READ) == b"\x90\x00"
    assert caplog.records == []
