"""What happens at the readers, told to the desk first and to the page then.

A page that comes later is told how things stand in the same words.
"""

import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Protocol, Self

from reader.interface import Interface, is_module_slot
from reader.reader_events import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderEvent,
    ReaderRemoved,
    ServiceFound,
    ServiceLost,
)

WORDS: dict[type, str] = {
    ServiceLost: "service-lost",
    ServiceFound: "service-found",
    ReaderAdded: "reader-added",
    ReaderRemoved: "reader-removed",
    CardInserted: "card-inserted",
    CardRemoved: "card-removed",
}
WAIT_SECONDS = 1.0


class Events(Protocol):
    """A stream of them: `reader.watch.Watch`."""

    def next(self, timeout: float | None = None) -> ReaderEvent | None:
        """The next; None after that time."""

    def __enter__(self) -> object:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End."""


class ReaderNews:
    """*reader* is the one of this desk, None for any; *left* is told the reader whose card went."""

    def __init__(
        self,
        events: Events,
        *,
        reader: str | None,
        psam: str | None,
        left: Callable[[str], None],
        tell: Callable[..., None],
    ) -> None:
        self._events, self._reader, self._psam = events, reader, psam
        self._left, self._tell = left, tell
        self._lock = threading.Lock()
        self._service = True
        self._cards: dict[str, CardInserted | None] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="reader-news")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join(2 * WAIT_SECONDS)

    def greet(self, tell: Callable[..., None]) -> None:
        """Tell a page that has just come how things stand."""
        with self._lock:
            for event in self._standing():
                _say(tell, event)

    def _run(self) -> None:
        with self._events:
            while not self._ended.is_set():
                if (event := self._events.next(WAIT_SECONDS)) is not None:
                    self._happened(event)

    def _happened(self, event: ReaderEvent) -> None:
        reader = getattr(event, "reader", None)
        if reader is not None and not self._is_ours(reader):
            return
        with self._lock:
            self._keep(event)
            if isinstance(event, CardRemoved | ReaderRemoved):
                self._left(event.reader)
            elif isinstance(event, ServiceLost):
                self._left("")
            _say(self._tell, event)

    def _is_ours(self, reader: str) -> bool:
        if self._reader is not None:
            return reader == self._reader
        return reader != self._psam and not is_module_slot(reader)

    def _keep(self, event: ReaderEvent) -> None:
        match event:
            case ServiceLost():
                self._service = False
                self._cards.clear()
            case ServiceFound():
                self._service = True
            case ReaderRemoved(reader):
                self._cards.pop(reader, None)
            case CardInserted(reader):
                self._cards[reader] = event
            case ReaderAdded(reader) | CardRemoved(reader):
                self._cards[reader] = None

    def _standing(self) -> Iterator[ReaderEvent]:
        if not self._service:
            yield ServiceLost()
        for reader, card in self._cards.items():
            yield ReaderAdded(reader)
            if card is not None:
                yield card


class AlwaysThere:
    """The events of a card at an address: it is there from the beginning to the end."""

    def __init__(self, address: str) -> None:
        self._waiting: list[ReaderEvent] = [
            ReaderAdded(address),
            CardInserted(address, b"", Interface.CONTACT),
        ]
        self._ended = threading.Event()

    def next(self, timeout: float | None = None) -> ReaderEvent | None:
        """See `Events`."""
        if self._waiting:
            return self._waiting.pop(0)
        self._ended.wait(timeout)
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()


def _say(tell: Callable[..., None], event: ReaderEvent) -> None:
    fields: dict[str, Any] = {}
    if not isinstance(event, ServiceLost | ServiceFound):
        fields["reader"] = event.reader
    if isinstance(event, CardInserted):
        fields["interface"] = event.interface.value
    tell(WORDS[type(event)], **fields)
