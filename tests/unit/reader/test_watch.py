"""The watch, and PC/SC as systems have it that know no virtual reader: it stops, hangs, forgets."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from reader import watch as module
from reader.errors import NoReaderError, NoServiceError
from reader.interface import Interface
from reader.reader_events import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderRemoved,
    ServiceFound,
    ServiceLost,
)
from reader.watch import PLUG_AND_PLAY, Watch

ATR = bytes.fromhex("3B6D000000814F431086600123456789AB")
OTHER = bytes.fromhex("3B6D000000814F431086600123456789AC")
EMPTY, PRESENT, UNKNOWN = 0x10, 0x20, 0x04
LONG = 20.0


@dataclass
class Service:
    """PC/SC as one system has it: words by reader, with or without news of plugging."""

    words: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    plug_and_play: bool = True
    stopped: bool = False
    hangs: bool = False
    lines: int = 0
    vanishing: set[str] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def set(self, **what: object) -> None:
        with self.changed:
            for name, value in what.items():
                setattr(self, name, value)
            self.changed.notify_all()

    def put(self, reader: str, word: int, atr: bytes = b"") -> None:
        self.set(words={**self.words, reader: (word, atr)})

    def open(self) -> "ServiceLine":
        self.lines += 1
        self.check()
        return ServiceLine(self)

    def check(self) -> None:
        with self.changed:
            self.changed.wait_for(lambda: not self.hangs, LONG)
        if self.stopped:
            raise NoServiceError("stopped")


class ServiceLine:
    """One context of it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.cancelled = False

    def names(self) -> list[str]:
        self.service.check()
        return [*self.service.words, *self.service.vanishing]

    def look(self, words: dict[str, int], seconds: float) -> dict[str, tuple[int, bytes]]:
        self.service.check()
        if not self.service.plug_and_play and PLUG_AND_PLAY in words:
            return {PLUG_AND_PLAY: (UNKNOWN, b"")}
        with self.service.changed:
            self.service.changed.wait_for(lambda: self.differs(words), seconds)
        self.service.check()
        return {name: self.now(name) for name in words}

    def differs(self, words: dict[str, int]) -> bool:
        if self.service.stopped or self.service.hangs or self.cancelled:
            return True
        return any(self.now(name)[0] != word for name, word in words.items())

    def now(self, name: str) -> tuple[int, bytes]:
        if name == PLUG_AND_PLAY:
            return len(self.service.words) << 16, b""
        if name not in self.service.words:
            self.service.vanishing.discard(name)
            raise NoReaderError(name)
        return self.service.words[name]

    def cancel(self) -> None:
        with self.service.changed:
            self.cancelled = True
            self.service.changed.notify_all()

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for name, seconds in (
        ("HEARTBEAT_SECONDS", 0.05),
        ("RETRY_SECONDS", 0.01),
        ("ANSWER_SECONDS", 0.2),
        ("PAUSE_SECONDS", 0.001),
    ):
        monkeypatch.setattr(module, name, seconds)


def told(watch: Watch, count: int) -> list[object]:
    """The next events; fewer if they do not come."""
    return [event for _ in range(count) if (event := watch.next(LONG)) is not None]


@pytest.mark.parametrize("plug_and_play", [True, False], ids=["told of readers", "not told"])
def test_readers_and_cards_come_and_go(plug_and_play):
    service = Service({"a": (EMPTY, b"")}, plug_and_play=plug_and_play)
    with Watch(open_line=service.open) as watch:
        assert told(watch, 2) == [ServiceFound(), ReaderAdded("a")]
        service.put("b", 0x1_0000 | PRESENT, ATR)
        assert told(watch, 2) == [ReaderAdded("b"), CardInserted("b", ATR, Interface.CONTACT)]
        assert watch.snapshot().cards == {"a": None, "b": ATR}
        service.set(words={"a": (EMPTY, b"")})
        assert told(watch, 2) == [CardRemoved("b"), ReaderRemoved("b")]
        service.set(words={})
        assert told(watch, 1) == [ReaderRemoved("a")]
        assert watch.snapshot().service


def test_two_taps_between_two_looks_are_a_removal_and_an_insertion():
    service = Service({"a": (0x1_0000 | PRESENT, ATR)})
    with Watch(open_line=service.open) as watch:
        told(watch, 3)
        service.put("a", 0x3_0000 | PRESENT, ATR)
        assert told(watch, 2) == [CardRemoved("a"), CardInserted("a", ATR, Interface.CONTACT)]


def test_another_card_where_nobody_counts_is_seen_by_its_atr():
    service = Service({"a": (PRESENT, ATR)})
    with Watch(open_line=service.open) as watch:
        told(watch, 3)
        service.put("a", PRESENT, OTHER)  # the word is the same: nobody is woken
        assert told(watch, 2) == [CardRemoved("a"), CardInserted("a", OTHER, Interface.CONTACT)]


def test_a_service_that_stops_is_lost_and_found_again():
    service = Service({"a": (PRESENT, ATR)})
    with Watch(open_line=service.open) as watch:
        told(watch, 3)
        service.set(stopped=True)
        assert told(watch, 3) == [CardRemoved("a"), ReaderRemoved("a"), ServiceLost()]
        assert watch.snapshot().cards == {}
        service.set(stopped=False)
        assert told(watch, 1) == [ServiceFound()]
        assert told(watch, 2)[1] == CardInserted("a", ATR, Interface.CONTACT)
    assert service.lines >= 2


def test_no_service_at_the_beginning_is_told_once():
    service = Service({}, stopped=True)
    with Watch(open_line=service.open) as watch:
        assert told(watch, 1) == [ServiceLost()]
        assert watch.next(0.1) is None
        service.set(stopped=False)
        assert told(watch, 1) == [ServiceFound()]


def test_a_service_that_hangs_is_lost_and_few_calls_pile_up():
    service = Service({"a": (EMPTY, b"")})
    with Watch(open_line=service.open) as watch:
        told(watch, 2)
        lines = service.lines
        service.set(hangs=True)
        assert told(watch, 2) == [ReaderRemoved("a"), ServiceLost()]
        assert watch.next(0.3) is None
        assert service.lines <= lines + 1
        service.set(hangs=False)
        assert told(watch, 2) == [ServiceFound(), ReaderAdded("a")]


def test_a_machine_that_slept_is_looked_at_anew():
    slept = [0.0]
    service = Service({"a": (PRESENT, ATR)})
    watch = Watch(open_line=service.open, wall_clock=lambda: time.monotonic() + slept[0])
    with watch:
        told(watch, 3)
        slept[0] = 3600.0
        assert told(watch, 2) == [CardRemoved("a"), ReaderRemoved("a")]
        assert told(watch, 2) == [ReaderAdded("a"), CardInserted("a", ATR, Interface.CONTACT)]


def test_a_sleep_is_seen_where_both_clocks_go_on_meanwhile():
    slept = [0.0]
    service = Service({"a": (PRESENT, ATR)})

    def clock() -> float:
        return time.monotonic() + slept[0]

    with Watch(open_line=service.open, clock=clock, wall_clock=clock) as watch:
        told(watch, 3)
        slept[0] = 3600.0
        assert told(watch, 2) == [CardRemoved("a"), ReaderRemoved("a")]


def test_a_reader_that_goes_between_two_questions_ends_nothing():
    service = Service({"a": (EMPTY, b"")})
    with Watch(open_line=service.open) as watch:
        told(watch, 2)
        service.set(vanishing={"b"})
        service.put("a", 0x1_0000 | PRESENT, ATR)
        assert told(watch, 1) == [CardInserted("a", ATR, Interface.CONTACT)]
        assert service.lines == 1


def test_a_list_that_is_never_right_does_not_leave_an_old_state_standing():
    service = Service({"a": (EMPTY, b"")})
    with Watch(open_line=service.open) as watch:
        told(watch, 2)
        service.set(vanishing=_EverLasting({"b"}))
        assert told(watch, 2) == [ReaderRemoved("a"), ServiceLost()]


class _EverLasting(set[str]):
    def discard(self, _name: str) -> None:
        pass


@pytest.mark.parametrize("prepare", [lambda s: None, lambda s: s.set(hangs=True)], ids="ab")
def test_it_ends_at_once_whatever_the_service_does(prepare: Callable[[Service], None]):
    service = Service({"a": (EMPTY, b"")})
    watch = Watch(open_line=service.open)
    with watch:
        told(watch, 2)
        prepare(service)
    assert watch.next(LONG) is None or watch.next(LONG) is None or watch.next(LONG) is None
    assert list(watch.events(LONG)) == []
    watch.close()
    service.set(hangs=False)


def test_a_watch_that_never_began_can_be_closed():
    watch = Watch(open_line=Service().open)
    watch.close()
    assert watch.next(LONG) is None
