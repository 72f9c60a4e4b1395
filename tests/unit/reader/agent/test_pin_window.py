"""The PIN window on a real display: seen, typed into by another program, closed with its call."""

import os
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

from reader.agent.errors import PageLeftError, PinEntryCancelledError, PinEntryTimeoutError
from reader.agent.pin_entry import Ask, PinPurpose
from reader.agent.pin_process import WindowDigits
from reader.agent.pin_window import WINDOW_CLASS
from reader.agent.stop import Stop
from tests.agent_at_work import ORIGIN

pytestmark = pytest.mark.desktop
PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A display that nobody sees, found by its own choice of number."""
    missing = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
    pytest.importorskip("tkinter", reason="needs Tk")
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        assert select.select([read], [], [], PATIENCE_SECONDS)[0], "Xvfb said nothing"
        yield f":{os.read(read, 16).decode().strip()}"
    finally:
        os.close(read)
        server.kill()
        server.wait()


@pytest.fixture
def desktop(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The display, for what this test starts."""
    monkeypatch.setenv("DISPLAY", display)


def xdotool(*arguments: str) -> str:
    return subprocess.run(
        ["xdotool", *arguments], capture_output=True, text=True, check=False, timeout=30
    ).stdout.strip()


def windows() -> list[str]:
    """The PIN windows that are seen."""
    return xdotool("search", "--onlyvisible", "--class", WINDOW_CLASS).splitlines()


def window() -> str:
    """The window, once it is there, with the keyboard."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := windows()):
        assert time.monotonic() < deadline, "no window came"
        time.sleep(0.05)
    xdotool("windowfocus", "--sync", found[0])
    return found[0]


def press(*keys: str, delay: int = 15) -> None:
    xdotool("key", "--delay", str(delay), *keys)
    time.sleep(delay / 1000)


class Entry:
    """The window asks in a thread of its own, as in the agent."""

    def __init__(self, purpose: PinPurpose, *, seconds: float = 60, **how: object) -> None:
        self.stop = Stop(60, time.monotonic)
        self.found: list[str] | BaseException | None = None
        self._digits = WindowDigits(**{"language": "en", "seconds": seconds, **how})
        self._ask = Ask(ORIGIN, purpose)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.found = self._digits.digits(self._ask, self.stop)
        except Exception as error:
            self.found = error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop.end(PageLeftError())
        self._thread.join()

    def end(self) -> list[str] | BaseException | None:
        """What came of it."""
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()
        return self.found


@pytest.mark.usefixtures("desktop")
def test_a_pin_is_typed_on_the_keyboard():
    with Entry(PinPurpose.VERIFY) as entry:
        window()
        press(*"2468109", "BackSpace", "Return")
        assert entry.end() == ["246810"]


@pytest.mark.usefixtures("desktop")
def test_a_pin_is_changed_and_the_new_one_asked_for_twice():
    with Entry(PinPurpose.CHANGE, language="zh") as entry:
        window()
        press(*"246810", "Return", *"1357", "Return", *"1358", "Return")
        press(*"1357", "KP_Enter", "KP_1", "KP_3", "KP_5", "KP_7", "KP_Enter")
        assert entry.end() == ["246810", "1357", "1357"]


@pytest.mark.usefixtures("desktop")
def test_the_keys_on_the_screen_work_by_mouse_and_by_tab():
    with Entry(PinPurpose.VERIFY) as entry:
        number = window()
        xdotool("mousemove", "--window", number, "248", "370", "click", "1")  # the 5
        press("Tab")
        for _ in range(3):
            press("space", delay=200)  # a key that was pressed shows it for 0.1 s
        press("Return")
        assert entry.end() == ["5111"]


@pytest.mark.usefixtures("desktop")
def test_escape_cancels():
    with Entry(PinPurpose.VERIFY) as entry:
        window()
        press(*"2468", "Escape")
        assert isinstance(entry.end(), PinEntryCancelledError)


@pytest.mark.usefixtures("desktop")
def test_nobody_is_waited_for_without_end():
    with Entry(PinPurpose.VERIFY, seconds=0.5) as entry:
        assert isinstance(entry.end(), PinEntryTimeoutError)


@pytest.mark.usefixtures("desktop")
def test_the_window_closes_with_its_call():
    with Entry(PinPurpose.VERIFY) as entry:
        window()
        press(*"24")
        entry.stop.end(PageLeftError())
        assert isinstance(entry.end(), PageLeftError)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while windows():
            assert time.monotonic() < deadline, "the window stayed"
            time.sleep(0.05)


@pytest.mark.usefixtures("desktop")
def test_what_is_typed_stands_in_no_argument_and_no_variable():
    with Entry(PinPurpose.VERIFY) as entry:
        window()
        press(*"246813579")
        seen = b""
        for file in (*Path("/proc").glob("[0-9]*/cmdline"), *Path("/proc").glob("[0-9]*/environ")):
            with suppress(OSError):
                seen += file.read_bytes()
        press("Escape")
        entry.end()
        assert b"reader.agent.pin_window" in seen
        assert b"246813579" not in seen
        assert ORIGIN.encode() not in seen
