"""Threats to the agent, numbered as in docs/counter-security.md: what a page may not say to it."""

import pytest
from websockets.exceptions import ConnectionClosed

from reader.agent.server import FLOOD, FORBIDDEN_FRAME
from tests.agent_at_work import VERSION, Page, error_code


def test_7_a_message_that_is_too_long_ends_the_conversation(running):
    with running.page() as page:
        page.send('{"id":1,"call":"desk.status","with":{"x":"' + "a" * 9000 + '"}}')
        with pytest.raises(ConnectionClosed) as closed:
            page.receive()
    assert closed.value.rcvd.code == 1009


def test_7_a_message_without_end_in_pieces_does_too(running):
    with running.page() as page, pytest.raises(ConnectionClosed) as closed:
        send_in_pieces(page)
    assert closed.value.rcvd.code == 1009


def send_in_pieces(page: Page) -> None:
    """One message of two million characters; all of it may have gone before the end is heard."""
    page.connection.send("x" * 1000 for _ in range(2000))
    page.receive()


def flood(page: Page) -> None:
    """Send without listening, then listen until it closes."""
    for _ in range(100):
        page.send("{}")
    while True:
        page.receive()


def test_8_a_flood_is_told_to_slow_down_and_shut_out(running):
    with running.page() as page:
        for _ in range(60):
            page.send("{}")
        codes = [error_code(page.receive()) for _ in range(60)]
        with pytest.raises(ConnectionClosed) as closed:
            flood(page)
    assert codes[:30] == ["bad-message"] * 30
    assert "too-many-messages" in codes
    assert closed.value.rcvd.code == FLOOD


RAW = [
    '{"id":1,"call":"card.apdu","with":{"apdu":"00A40400"}}',
    '{"id":1,"call":"card.transmit","with":{"data":"0020000003123456"}}',
    '{"id":1,"call":"pin.verify","with":{"pin":"123456"}}',
    '{"id":1,"call":"card.present","with":{"reader":"/etc/passwd"}}',
    '{"id":1,"call":"card.present","with":{"ticket":"../../../etc/passwd"}}',
    '{"id":1,"call":"card.do","with":{"ticket":"a; reboot"}}',
    '{"id":1,"call":"desk.status","with":{},"apdu":"00A40400"}',
    '{"func":"SCardTransmit","in":["00A40400"]}',
    '{"func":"iVerifyPIN","in":["3","123456"]}',
    '{"func":"__init__","in":[]}',
    '{"func":"forget","in":[]}',
    '{"function":"call","iType":"3"}',
    '{"bizcode":"9999","body":{}}',
]


@pytest.mark.parametrize("text", RAW)
def test_9_no_message_carries_a_command_a_pin_or_a_path(text, running):
    with running.page() as page:
        page.send(text)
        code = error_code(page.receive())
        assert page.call("desk.status")["version"] == VERSION
    assert code in {"unknown-call", "wrong-parameter", "bad-message", "old"}


def test_10_a_binary_frame_ends_the_conversation(running):
    with running.page() as page:
        page.send(b"\x00\xa4\x04\x00")
        assert error_code(page.receive()) == "bad-message"
        with pytest.raises(ConnectionClosed) as closed:
            page.receive()
    assert closed.value.rcvd.code == FORBIDDEN_FRAME


BROKEN = [
    "",
    "{",
    "null",
    "[]",
    '"text"',
    "{}",
    '{"id":1}',
    '{"id":1,"id":2,"call":"desk.status"}',
    '{"id":NaN,"call":"desk.status"}',
    '{"id":-1,"call":"desk.status"}',
    '{"id":true,"call":"desk.status"}',
    '{"id":"1","call":"desk.status"}',
    '{"id":1e99,"call":"desk.status"}',
    '{"id":' + "9" * 5000 + ',"call":"desk.status"}',
    '{"id":1,"call":["desk.status"]}',
    '{"id":1,"call":"desk.status","with":[]}',
    '{"id":1,"call":"card.do"}',
    '{"func":["x"]}',
    '{"func":"iReadCardBas","in":"3"}',
    '{"func":"iReadCardBas","in":[null]}',
    '{"func":"iReadCardBas","in":["\\ud800"]}',
    '{"func":"\\ud800","in":[]}',
]


# The last one stands for the numbers that old pages get.
ANSWERS_TO_BROKEN = {"bad-message", "unknown-call", "wrong-parameter", "old"}


@pytest.mark.parametrize("text", BROKEN, ids=[f"broken-{n}" for n in range(len(BROKEN))])
def test_11_what_is_no_message_is_answered_and_the_conversation_goes_on(text, running):
    with running.page() as page:
        page.send(text)
        assert error_code(page.receive()) in ANSWERS_TO_BROKEN
        assert page.call("desk.status")["version"] == VERSION


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"id":1,"call":"desk.status","with":{"a":['])
def test_12_deep_nesting_costs_nothing(opening, running):
    with running.page() as page:
        page.send(opening * (8000 // len(opening)))
        assert error_code(page.receive()) == "bad-message"
        assert page.call("desk.status")["version"] == VERSION
