"""The end of a call: its time limit, or somebody who no longer wants the answer."""

import threading
from collections.abc import Callable

from reader.agent.errors import AgentError, TookTooLongError


class Stop:
    """Handed to whatever a call does; asked between two steps."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._deadline = clock() + seconds
        self._ended = threading.Event()
        self._reason: AgentError | None = None

    @property
    def remaining(self) -> float:
        """Seconds that are left, at least 0."""
        return max(0.0, self._deadline - self._clock())

    @property
    def over_by(self) -> float:
        """Seconds since the limit, at least 0."""
        return max(0.0, self._clock() - self._deadline)

    def end(self, reason: AgentError) -> None:
        """End it now; the first reason is the one that is told."""
        if self._reason is None:
            self._reason = reason
        self._ended.set()

    def extend(self, seconds: float) -> None:
        """So many seconds from now on, if that is more than is left."""
        self._deadline = max(self._deadline, self._clock() + seconds)

    def check(self) -> None:
        """Raise what ended it, if anything did."""
        if self._reason is not None:
            raise self._reason
        if self.remaining <= 0:
            raise TookTooLongError

    def wait(self, seconds: float) -> None:
        """Let time pass; raises as `check` does, and as soon."""
        self._ended.wait(min(seconds, self.remaining))
        self.check()
