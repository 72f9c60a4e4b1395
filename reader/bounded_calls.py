"""Calls that may block for ever, each given up after its time limit.

PC/SC knows no time limits: a card that answers slowly, or a service that hangs, holds its caller
for as long as it likes. So such calls are made on a thread of their own, which also owns whatever
they work on: a call that was given up harms nobody when it comes back.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class GivenUpError(TimeoutError):
    """A call was not back in time, now or before; for the module that made it to translate."""


class _Call(Generic[T]):
    """One call on its way to the thread and back."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._done = threading.Lock()
        self._done.acquire()
        self._result: T
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._result = self._function()
        except BaseException as error:  # whatever it is belongs to the caller
            self._error = error
        self._done.release()

    def refuse(self) -> None:
        self._error = GivenUpError()
        self._done.release()

    def wait(self, seconds: float) -> bool:
        return self._done.acquire(timeout=seconds)

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._result


class CallThread:
    """Makes one call after the other.

    After a call that was given up it makes no other: *farewell* is called as soon as that one is
    back, and the thread ends. *idle* is called whenever nothing was asked for *idle_seconds*; the
    thread ends too once it returns False.
    """

    def __init__(
        self,
        name: str,
        *,
        farewell: Callable[[], None] = lambda: None,
        idle: Callable[[], bool] = lambda: True,
        idle_seconds: float | None = None,
    ) -> None:
        self._calls: SimpleQueue[_Call[Any] | None] = SimpleQueue()
        self._farewell, self._idle, self._idle_seconds = farewell, idle, idle_seconds
        self._over = False
        self._ended = threading.Event()
        # A daemon: a call that never comes back must not keep the process from ending.
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def call(self, function: Callable[[], T], seconds: float) -> T:
        """What *function* returns or raises; GivenUpError if it is not back in time."""
        if self._over:
            raise GivenUpError
        call = _Call(function)
        self._calls.put(call)
        if not call.wait(seconds):
            self._stop()
            raise GivenUpError
        return call.result()

    def end(self, seconds: float) -> bool:
        """Say farewell after the call that is running; whether that was done in time."""
        self._stop()
        return self._ended.wait(seconds)

    def _stop(self) -> None:
        self._over = True
        self._calls.put(None)

    def _work(self) -> None:
        while (call := self._next()) is not None and not self._over:
            call.run()
        if call is not None:
            call.refuse()
        with suppress(Exception):  # nobody is left to be told
            self._farewell()
        self._ended.set()
        while not self._calls.empty():
            if (late := self._calls.get()) is not None:
                late.refuse()

    def _next(self) -> _Call[Any] | None:
        while True:
            try:
                return self._calls.get(timeout=self._idle_seconds)
            except Empty:
                if not self._idle():
                    self._stop()


def bounded(function: Callable[[], T], seconds: float) -> T:
    """One call on a thread of its own; GivenUpError if it is not back in time."""
    thread = CallThread("bounded call")
    try:
        return thread.call(function, seconds)
    finally:
        thread.end(0)
