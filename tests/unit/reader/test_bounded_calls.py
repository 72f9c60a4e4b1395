"""Calls that do not come back harm nobody: neither who waits, nor who comes later."""

import threading

import pytest

from reader.bounded_calls import CallThread, GivenUpError, bounded

LONG, NOW = 20.0, 0.01


def test_a_call_returns_and_raises_what_it_would():
    thread = CallThread("test")
    assert thread.call(lambda: threading.current_thread().name, LONG) == "test"
    with pytest.raises(ZeroDivisionError):
        thread.call(lambda: 1 // 0, LONG)
    assert thread.call(lambda: 2, LONG) == 2
    assert thread.end(LONG)


def test_a_call_that_does_not_come_back_is_given_up_and_cleans_up_when_it_does():
    back, farewell, made = threading.Event(), threading.Event(), []
    thread = CallThread("test", farewell=farewell.set)
    with pytest.raises(GivenUpError):
        thread.call(lambda: back.wait(LONG), NOW)
    with pytest.raises(GivenUpError):
        thread.call(lambda: made.append(1), LONG)
    assert not thread.end(NOW)
    assert not farewell.is_set()
    back.set()
    assert thread.end(LONG)
    assert (farewell.is_set(), made) == (True, [])


def test_who_waits_behind_a_call_that_was_given_up_is_told_at_once():
    back, running = threading.Event(), threading.Event()
    thread = CallThread("test")
    told = []

    def second() -> None:
        running.wait(LONG)
        try:
            thread.call(lambda: told.append("made"), LONG)
        except GivenUpError:
            told.append("given up")

    other = threading.Thread(target=second)
    other.start()

    def first() -> None:
        running.set()
        back.wait(LONG)

    with pytest.raises(GivenUpError):
        thread.call(first, 0.2)
    back.set()
    other.join(LONG)
    assert told == ["given up"]


def test_between_calls_somebody_looks_after_what_is_held():
    looked, farewell = threading.Event(), threading.Event()

    def idle() -> bool:
        looked.set()
        return False

    thread = CallThread("test", farewell=farewell.set, idle=idle, idle_seconds=NOW)
    assert looked.wait(LONG)
    assert farewell.wait(LONG)
    with pytest.raises(GivenUpError):
        thread.call(lambda: 1, LONG)


def test_a_farewell_that_fails_is_nobodys_business():
    thread = CallThread("test", farewell=lambda: 1 // 0)
    assert thread.end(LONG)


def test_one_call_needs_no_thread_kept():
    assert bounded(lambda: 3, LONG) == 3
    back = threading.Event()
    with pytest.raises(GivenUpError):
        bounded(lambda: back.wait(LONG), NOW)
    back.set()
