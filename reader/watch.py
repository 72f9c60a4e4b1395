"""Watches the readers of a counter, and heals itself: what ends one look begins the next.

A look waits in PC/SC for a change, one second at the most (the heartbeat); then the list of readers
is asked for again, whether or not the system tells of readers that come and go. Every failure drops
the line to the service and opens another. What is told are the differences between two whole
states (`reader.reader_states.changes`), so nothing depends on having been told every single change.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import MappingProxyType, TracebackType
from typing import Protocol, Self

from reader.bounded_calls import CallThread, GivenUpError, bounded
from reader.connect import pcsc_installed
from reader.errors import NoReaderError, NoServiceError, ReaderError
from reader.reader_events import ReaderEvent
from reader.reader_states import ReaderState, Snapshot, StateFlag, changes

# The longest time, published in docs/readers.md and measured by `make bench BENCH=counter`, from
# "the service or the reader is back" to the next card read. It is made of: the next try of this
# watch (0.25 s), the start of the service (0.1 to 0.5 s), its own look for a card (every 0.4 s),
# the power-up of the card (up to 0.5 s) and the reading of its basics (up to 1 s by contacts).
RECOVERY_SECONDS = 3.0

HEARTBEAT_SECONDS = 1.0
RETRY_SECONDS = 0.25
ANSWER_SECONDS = 2.0  # a service that lives answers in milliseconds
STUCK_SECONDS = 30.0  # how long a call that never came back keeps us from making another
PAUSE_SECONDS = 0.02  # between two looks that told nothing new
MAX_MISSED = 50  # looks in a row that do not know what the list names
# The clocks of a machine that slept disagree, or one beat of the watch took this much longer.
SLEPT_SECONDS = 5.0
PLUG_AND_PLAY = "\\\\?PnP?\\Notification"  # a reader by name; its state is the list of readers


class Line(Protocol):
    """A line to the PC/SC service: `reader.pcsc.Readers`."""

    def names(self) -> list[str]:
        """The readers that are plugged in."""

    def look(self, words: dict[str, int], seconds: float) -> dict[str, tuple[int, bytes]]:
        """State words and ATRs, as soon as one word is another, or after that time."""

    def cancel(self) -> None:
        """End a look that waits."""

    def close(self) -> None:
        """Hang up."""


class _SleptError(Exception):
    """The machine slept: readers lost their power, and perhaps their cards."""


class Watch:
    """A stream of events, and the state that they lead to. ``with`` begins and ends it.

    The first events tell what is there at the beginning. Use it from any thread, but take the
    events in one. *open_line*, *clock* and *wall_clock* are PC/SC and the machine's clocks.
    """

    def __init__(
        self,
        *,
        open_line: Callable[[], Line] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        self._open_line = open_line or _pcsc_line
        self._clock, self._wall_clock = clock, wall_clock
        self._events: SimpleQueue[ReaderEvent | None] = SimpleQueue()
        self._state: Snapshot | None = None
        self._known = threading.Event()
        self._stopping = threading.Event()
        self._look: _Look | None = None
        self._thread = threading.Thread(target=self._run, name="reader watch", daemon=True)

    def snapshot(self) -> Snapshot:
        """The state now, as far as the last look saw it; at most a heartbeat ago."""
        return self._state or Snapshot()

    def next(self, timeout: float | None = None) -> ReaderEvent | None:
        """The next event; None after that time, or when the watch has ended."""
        with suppress(Empty):
            event = self._events.get(timeout=timeout)
            if event is None:
                self._events.put(None)  # for whoever asks again
            return event
        return None

    def events(self, timeout: float | None = None) -> Iterator[ReaderEvent]:
        """Events as they come, until nothing came for that time or the watch has ended."""
        while (event := self.next(timeout)) is not None:
            yield event

    def close(self) -> None:
        """End it; never raises, and waits no longer than a heartbeat and a second."""
        self._stopping.set()
        if self._look is not None:
            self._look.cancel()
        if self._thread.ident is not None:
            self._thread.join(HEARTBEAT_SECONDS + 1)
        self._events.put(None)

    def __enter__(self) -> Self:
        self._thread.start()
        self._known.wait(2 * ANSWER_SECONDS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._look = look = _Look(self._open_line)
            try:
                look.open()
                self._follow(look)
            except _SleptError:
                self._publish(Snapshot(service=True))  # every reader and card anew
            except (GivenUpError, ReaderError):
                self._publish(Snapshot())
            self._stopping.wait(RETRY_SECONDS)
            self._leave(look)

    def _follow(self, look: "_Look") -> None:
        words: dict[str, int] = {}
        extra = [PLUG_AND_PLAY] if look.knows(PLUG_AND_PLAY) else []
        missed, clocks = 0, (self._clock(), self._wall_clock())
        while not self._stopping.is_set():
            names = look.names()
            try:
                found = look.look({name: words.get(name, 0) for name in (*names, *extra)})
            except NoReaderError:  # unplugged since it was named
                if (missed := missed + 1) > MAX_MISSED:
                    raise
                self._stopping.wait(PAUSE_SECONDS)
                continue
            clocks, missed = self._awake(clocks), 0
            readers = {name: ReaderState.of(*found[name]) for name in names}
            changed = self._publish(Snapshot(service=True, readers=MappingProxyType(readers)))
            # What a look brings after nothing happened is as old as its beginning: ask anew then.
            waited, words = bool(words), {}
            if changed or not waited:
                words = {name: word & ~StateFlag.CHANGED for name, (word, _) in found.items()}
            if not changed:
                self._stopping.wait(PAUSE_SECONDS if found else HEARTBEAT_SECONDS)

    def _awake(self, before: tuple[float, float]) -> tuple[float, float]:
        now = self._clock(), self._wall_clock()
        passed, by_the_wall = now[0] - before[0], now[1] - before[1]
        if abs(by_the_wall - passed) > SLEPT_SECONDS or passed > HEARTBEAT_SECONDS + SLEPT_SECONDS:
            raise _SleptError
        return now

    def _publish(self, state: Snapshot) -> bool:
        """Tell what changed; whether anything did."""
        events = list(changes(self._state, state))
        self._state = state
        for event in events:
            self._events.put(event)
        self._known.set()
        return bool(events)

    def _leave(self, look: "_Look") -> None:
        """Wait for a call that was given up, but not for ever: only few may pile up."""
        until = time.monotonic() + STUCK_SECONDS
        while not (look.end(RETRY_SECONDS) or self._stopping.is_set()):
            if time.monotonic() > until:
                return


class _Look:
    """One line to the service, on a thread of its own, until it fails."""

    def __init__(self, open_line: Callable[[], Line]) -> None:
        self._open_line = open_line
        self._line: Line | None = None
        self._thread = CallThread("reader look", farewell=self._hang_up)

    def open(self) -> None:
        self._thread.call(self._begin, ANSWER_SECONDS)

    def names(self) -> list[str]:
        return self._thread.call(lambda: self._open().names(), ANSWER_SECONDS)

    def knows(self, name: str) -> bool:
        """Whether the system has this reader of its own."""
        try:
            (word, _) = self.look({name: 0}, 0)[name]
        except NoReaderError:
            return False
        return not word & StateFlag.UNKNOWN

    def look(
        self, words: dict[str, int], seconds: float = HEARTBEAT_SECONDS
    ) -> dict[str, tuple[int, bytes]]:
        if not words:
            return {}
        return self._thread.call(
            lambda: self._open().look(words, seconds), seconds + ANSWER_SECONDS
        )

    def cancel(self) -> None:
        with suppress(GivenUpError, ReaderError):  # it talks to the service, too
            bounded(lambda: self._open().cancel(), RETRY_SECONDS)

    def end(self, seconds: float) -> bool:
        return self._thread.end(seconds)

    def _begin(self) -> None:
        self._line = self._open_line()

    def _open(self) -> Line:
        if self._line is None:
            raise NoServiceError
        return self._line

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()


def _pcsc_line() -> Line:
    with pcsc_installed():
        from reader.pcsc import Readers
    return Readers()
