"""How many messages a page may send: a bucket of tokens that fills with time."""

from collections.abc import Callable

PER_SECOND, AT_ONCE = 10.0, 30
DROPPED_BEFORE_CLOSING = 30  # a page that does not slow down after so many is shut out


class MessageRate:
    """One conversation's."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tokens, self._filled = float(AT_ONCE), clock()
        self._dropped = 0

    def allows(self) -> bool:
        """Whether one more is taken now."""
        now = self._clock()
        self._tokens = min(AT_ONCE, self._tokens + (now - self._filled) * PER_SECOND)
        self._filled = now
        if self._tokens < 1:
            self._dropped += 1
            return False
        self._tokens -= 1
        self._dropped = 0
        return True

    @property
    def is_flood(self) -> bool:
        """Whether it went on after being told."""
        return self._dropped > DROPPED_BEFORE_CLOSING
