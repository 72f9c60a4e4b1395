"""A PIN is entered at the desk, never in the page; whoever leaves takes the question along."""

import json
import sys
import threading
import time

import pytest

from reader.agent.errors import (
    BusyError,
    PageLeftError,
    PinEntryCancelledError,
    PinEntryError,
    PinEntryTimeoutError,
)
from reader.agent.pin_choice import PIN_ENTRIES, pin_entry
from reader.agent.pin_dialogue import (
    CANCELLED,
    NO_DISPLAY,
    STEPS,
    TEXTS,
    TIMED_OUT,
    Entry,
    Question,
)
from reader.agent.pin_entry import (
    Ask,
    PinPurpose,
    TerminalDigits,
)
from reader.agent.pin_process import WindowDigits, pins_of
from reader.agent.stop import Stop
from tests.agent_at_work import ORIGIN, HolderTypes, agent, error_code
from tests.desk import PIN

ASK = Ask(ORIGIN, PinPurpose.CHANGE)


def stop(seconds: float = 20) -> Stop:
    return Stop(seconds, time.monotonic)


def test_the_page_learns_that_a_pin_is_waited_for_and_nothing_else(counter):
    holder = HolderTypes([[PIN]])
    with (
        agent(place=counter.table, server=counter.server, pins=holder) as running,
        running.page() as page,
    ):
        assert page.call("pin.verify") == {}
    assert page.events == [
        {"event": "pin-entry", "state": "waiting"},
        {"event": "pin-entry", "state": "done"},
    ]
    assert (holder.asked[0].origin, holder.asked[0].purpose) == (ORIGIN, "verify")


def test_what_the_pin_opened_is_read_after_it(counter):
    holder = HolderTypes([[PIN]])
    counter.server.tickets.clear()
    with (
        agent(place=counter.table, server=counter.server, pins=holder) as running,
        running.page() as page,
    ):
        page.call("pin.verify")
        opened = counter.table.opened
        page.call("card.present", ticket="visit-1")
    assert counter.table.opened == opened  # the same conversation: its rights still stand


def test_a_wrong_pin_is_told_with_the_tries_left(counter):
    with (
        agent(place=counter.table, pins=HolderTypes([["000000"]])) as running,
        running.page() as page,
    ):
        page.ask("pin.verify")
        answer = page.answer()
    assert error_code(answer) == "wrong-pin"
    assert "5" in answer["error"]["cause"]["zh"]


def test_a_page_that_leaves_takes_its_question_along(counter):
    asked, ended = threading.Event(), threading.Event()

    def wait(call: Stop) -> None:
        asked.set()
        try:
            call.wait(60)
        except PageLeftError:
            ended.set()
            raise

    with agent(place=counter.table, pins=HolderTypes(before=wait)) as running:
        with running.page() as page:
            page.ask("pin.verify")
            assert asked.wait(10)
        assert ended.wait(10)
        with running.page() as page:
            page.call("desk.status")
    assert counter.table.opened == counter.table.closed


def test_a_second_question_has_to_wait(counter):
    asked = threading.Event()

    def wait(call: Stop) -> None:
        asked.set()
        call.wait(60)

    with (
        agent(place=counter.table, pins=HolderTypes(before=wait)) as running,
        running.page() as page,
    ):
        page.ask("pin.verify")
        assert asked.wait(10)
        assert page.refused("pin.verify") == "busy"


# --- the terminal ---------------------------------------------------------------------------------


def test_the_terminal_asks_in_order_and_names_the_page():
    prompts: list[str] = []
    answers = iter(["1111", "2222", "2222"])

    def read(prompt: str) -> str:
        prompts.append(prompt)
        return next(answers)

    assert TerminalDigits(read).digits(ASK, stop()) == ["1111", "2222", "2222"]
    assert len(prompts) == 3
    assert all(ORIGIN in prompt for prompt in prompts)


@pytest.mark.parametrize("ends_with", [EOFError(), OSError(), KeyboardInterrupt()], ids=repr)
def test_a_terminal_that_is_closed_cancels(ends_with):
    def read(prompt: str) -> str:
        raise ends_with

    with pytest.raises(PinEntryCancelledError):
        TerminalDigits(read).digits(ASK, stop())


def test_a_terminal_that_waits_takes_no_second_question():
    typed = threading.Event()

    def read(prompt: str) -> str:
        typed.wait(20)
        return "1234"

    terminal = TerminalDigits(read)
    first = stop()
    first.end(PageLeftError())
    with pytest.raises(PageLeftError):
        terminal.digits(ASK, first)
    with pytest.raises(BusyError):
        terminal.digits(ASK, stop())
    typed.set()


# --- the window, without its glass ----------------------------------------------------------------


def test_the_dialogue_takes_old_new_and_new_again():
    entry = Entry(STEPS["change"])
    for pin in ("1111", "222222", "222222"):
        for digit in pin:
            entry.type_digit(digit)
        entry.confirm()
    assert entry.is_done
    assert entry.pins == ["1111", "222222", "222222"]


def test_a_new_pin_that_differs_is_asked_for_anew():
    entry = Entry(STEPS["reload"])
    for pin in ("1111", "1112", "3333", "3333"):
        for digit in pin:
            entry.type_digit(digit)
        entry.confirm()
    assert entry.is_done
    assert entry.pins == ["3333", "3333"]


def test_what_is_no_pin_is_not_taken():
    entry = Entry(STEPS["verify"])
    for key in "12a. \t３":
        entry.type_digit(key)
    entry.type_digit("")
    entry.confirm()
    assert (entry.typed, entry.problem, entry.is_done) == ("12", "short", False)
    for _ in range(20):
        entry.type_digit("7")
    assert len(entry.typed) == 12
    entry.delete()
    assert len(entry.typed) == 11


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"purpose":"steal"}'])
def test_a_question_that_is_none_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        Question.parse(text)


def test_every_text_is_there_in_both_languages():
    assert all(english and chinese for english, chinese in TEXTS.values())
    assert {step for steps in STEPS.values() for step in steps} < set(TEXTS)
    assert set(STEPS) == {purpose.value for purpose in PinPurpose}


@pytest.mark.parametrize(
    ("code", "printed", "error"),
    [
        (CANCELLED, b"", PinEntryCancelledError),
        (TIMED_OUT, b"", PinEntryTimeoutError),
        (NO_DISPLAY, b"", PinEntryError),
        (-9, b"", PinEntryError),
        (0, b"", PinEntryError),
        (0, b"[1234]", PinEntryError),
        (0, b'{"pin":"1234"}', PinEntryError),
    ],
)
def test_how_a_window_ends(code, printed, error):
    with pytest.raises(error):
        pins_of(code, printed)
    assert pins_of(0, json.dumps(["1234"]).encode()) == ["1234"]


def test_a_window_without_a_display_says_so(monkeypatch):
    if sys.platform in {"win32", "darwin"}:
        pytest.skip("there is always a display")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not WindowDigits.available()
    with pytest.raises(PinEntryError):
        WindowDigits(language="en").digits(ASK, stop())
    with pytest.raises(PinEntryError):
        pin_entry("window", language="en", shuffled=False)
    assert pin_entry("terminal", language="en", shuffled=False).name == "terminal"
    assert "auto" in PIN_ENTRIES
