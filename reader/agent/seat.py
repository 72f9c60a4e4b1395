"""The one place before the desk, and the events that whoever sits there hears."""

import threading
from typing import Any

from reader.agent.conversation import Conversation


class Seat:
    """Taken by one page at a time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._taken_by: str | None = None
        self._conversation: Conversation | None = None

    @property
    def holder(self) -> str:
        """The origin of the page that has it."""
        return self._taken_by or ""

    def take(self, origin: str, *, seconds: float) -> bool:
        """Whether it is free, or comes to be within that time: a page that is loaded anew."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._taken_by is None, seconds):
                return False
            self._taken_by = origin
            return True

    def sit(self, conversation: Conversation) -> None:
        """From now on events go there."""
        self._conversation = conversation

    def leave(self) -> None:
        """Free again."""
        with self._changed:
            self._taken_by = self._conversation = None
            self._changed.notify()

    def tell(self, event: str, /, **fields: Any) -> None:
        """An event of the desk, for the page that is there, if any."""
        if (conversation := self._conversation) is not None:
            conversation.tell(event, **fields)
