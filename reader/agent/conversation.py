"""One page and the desk: messages in, answers and events out, one call at a time.

A call runs in a thread of its own and is answered once: by its result, or at its time limit. What
a card or a server then still does is nobody's business but that thread's.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from crypto.errors import CryptoError
from reader.agent import protocol
from reader.agent.desk import Desk
from reader.agent.equipment import Visitor
from reader.agent.errors import (
    AgentFaultError,
    BusyError,
    MessageError,
    PageLeftError,
    TookTooLongError,
    TooManyMessagesError,
)
from reader.agent.message_rate import MessageRate
from reader.agent.old_pages import OldPages
from reader.agent.protocol import Call, OldCall
from reader.agent.stop import Stop
from reader.errors import ReaderError

IDLE_SECONDS = 60.0  # then the card is let go
ENDING_SECONDS = 0.3
GRACE_SECONDS = 0.5  # a call that ends at its limit answers for itself

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Running:
    call: Call | OldCall
    stop: Stop
    began: float

    @property
    def number(self) -> int | None:
        return self.call.number if isinstance(self.call, Call) else None

    @property
    def name(self) -> str:
        return self.call.name if isinstance(self.call, Call) else "old page"


class Conversation:
    """*send* takes a text message; it may raise OSError when the page is gone."""

    def __init__(
        self,
        origin: str,
        send: Callable[[str], None],
        desk: Desk,
        old_pages: OldPages,
        *,
        seconds: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send, self._desk, self._old_pages = send, desk, old_pages
        self._visitor = Visitor(origin, self.tell)
        self._seconds, self._clock = seconds, clock
        self._rate = MessageRate(clock)
        self._lock = threading.Condition()
        self._running: _Running | None = None
        self._active = clock()

    @property
    def is_flooded(self) -> bool:
        """Whether the page sends on and on; it is to be closed."""
        return self._rate.is_flood

    def receive(self, text: str) -> None:
        """Take one message; its answer comes when it is there."""
        if not self._rate.allows():
            self._say(protocol.failure(None, TooManyMessagesError()))
            return
        try:
            request = protocol.parse(text)
        except MessageError as error:
            logger.warning("refused a message: %s", error)
            self._say(protocol.failure(error.number, error))
            return
        self._begin(request)

    def tell(self, event: str, /, **fields: Any) -> None:
        """An event, to the page."""
        self._say(protocol.event(event, **fields))

    def tick(self) -> None:
        """To be called every second or so: time limits, and a card that nobody asks about."""
        with self._lock:
            running = self._running
            overdue = running is not None and self._is_overdue(running)
            if overdue:
                self._running = None
        if running is None:
            self._rest()
            self._old_pages.rest()
        elif overdue:
            running.stop.end(TookTooLongError())
            self._finish(running, self._failure(running, TookTooLongError()), "given up")

    def close(self) -> None:
        """The page is gone: its call ends, and the card is forgotten."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.stop.end(PageLeftError())
        self._desk.left()
        self._old_pages.left()

    def _begin(self, request: Call | OldCall) -> None:
        seconds = request.seconds if isinstance(request, Call) else protocol.OLD_CALL_SECONDS
        stop = Stop(self._seconds or seconds, self._clock)
        running = _Running(request, stop, self._clock())
        with self._lock:
            # A card that left a moment ago is just being noticed by its call.
            busy = not self._lock.wait_for(lambda: self._running is None, ENDING_SECONDS)
            if not busy:
                self._running = running
        if busy:
            self._say(self._failure(running, BusyError()))
            return
        threading.Thread(target=self._run, args=(running,), daemon=True, name=running.name).start()

    def _run(self, running: _Running) -> None:
        try:
            answer, outcome = self._answer(running), "done"
        except Exception as error:
            known = _known(error)
            level = logging.INFO if known is error else logging.ERROR
            logger.log(level, "%s: %s", running.name, known, exc_info=known is not error)
            answer, outcome = self._failure(running, known), known.code
        with self._lock:
            wanted = self._running is running
            if wanted:
                self._running = None
                self._active = self._clock()
                self._lock.notify()
        if wanted:
            self._finish(running, answer, outcome)
        else:
            logger.info("%s ended after it was given up: %s", running.name, outcome)

    def _answer(self, running: _Running) -> str:
        call = running.call
        if isinstance(call, OldCall):
            return self._old_pages.answer(call, self._visitor, running.stop)
        return protocol.result(call.number, self._desk.perform(call, self._visitor, running.stop))

    def _failure(self, running: _Running, error: ReaderError | CryptoError) -> str:
        if isinstance(running.call, OldCall) and isinstance(error, ReaderError):
            return self._old_pages.refusal(running.call, error)
        return protocol.failure(running.number, error)

    def _finish(self, running: _Running, answer: str, outcome: str) -> None:
        took = self._clock() - running.began
        logger.info("%s for %s: %s, %.2f s", running.name, self._visitor.origin, outcome, took)
        self._say(answer)

    def _rest(self) -> None:
        if self._clock() - self._active > IDLE_SECONDS:
            self._active = self._clock()
            self._desk.rest()

    def _is_overdue(self, running: _Running) -> bool:
        return running.stop.over_by > GRACE_SECONDS

    def _say(self, text: str) -> None:
        with suppress(OSError):  # gone: whoever receives from it will notice
            self._send(text)


def _known(error: Exception) -> ReaderError | CryptoError:
    """What a clerk is told of an error; the log has it as it was."""
    if isinstance(error, ReaderError | CryptoError):
        return error
    return AgentFaultError(type(error).__name__)
