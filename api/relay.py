"""A card at a desk, worked by this server: the server's half of `reader.relay`.

A job runs on a thread of its own and sees an ordinary card transport. Its orders wait here until
the desk asks; the desk's answers wake it. A relay lives in the memory of one process: a desk that
is cut off, or a process that ends, leaves the job where it was, and the next relay goes on.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from issuance.book_errors import NotFoundError
from issuance.slots import Slot
from reader.connect import CardTransport
from reader.errors import (
    CardRemovedError,
    NoCardError,
    NoReaderError,
    NoServiceError,
    ReaderError,
    TransportError,
)
from reader.relay import Answer, Order, OrderKind

PATIENCE_SECONDS: Final = 30.0  # for a desk that does not answer
POLL_SECONDS: Final = 5.0  # for which a desk's request is held back while there is no order
ENDING_SECONDS: Final = 10.0  # for a job whose desk begins anew
MAX_RELAYS: Final = 256
_log = logging.getLogger("onecard.api")

Job = Callable[[Slot], Mapping[str, Any]]
Place = tuple[str, str]  # ticket and desk

_ERRORS: Final[Mapping[str, type[ReaderError]]] = {
    kind.code: kind
    for kind in (CardRemovedError, NoCardError, NoReaderError, NoServiceError, TransportError)
}


class Relay:
    """One job and the desk that carries out its orders; an order stands until it is answered."""

    def __init__(self, job: Job, *, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self._change = threading.Condition()
        self._order: Order | None = None
        self._answer: Answer | None = None
        self._number = 0
        self._end: Order | None = None
        self._given_up = False
        self._thread = threading.Thread(target=self._run, args=(job,), daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether the job is over."""
        return self._end is not None

    def give_up(self) -> None:
        """End the job if its desk begins anew: then the conversation that it had is over.

        A desk that only did not hear the first order gets that again.
        """
        with self._change:
            first = self._order is not None and self._order.number == 1
            if self._number == 0 or first:
                return
            self._given_up = True
            self._change.notify_all()
        self._thread.join(ENDING_SECONDS)

    def exchange(self, answer: Answer | None, *, seconds: float = POLL_SECONDS) -> Order:
        """Take the desk's answer, if it is one to the present order, and give the next order.

        An answer that comes again changes nothing. WAIT where there is no order in time.
        """
        with self._change:
            if answer and self._order and answer.number == self._order.number:
                self._answer, self._order = answer, None
                self._change.notify_all()
            self._change.wait_for(lambda: self._order or self._end, seconds)
            waiting = Order(number=0, kind=OrderKind.WAIT)
            return self._order or self._end or waiting

    def slot(self) -> Slot:
        """The place of the card, as stations and inspections know it."""
        return self._opened

    @contextmanager
    def _opened(self) -> Iterator[CardTransport]:
        card = _RelayedCard(self._ask, self._ask(OrderKind.OPEN))
        try:
            yield card
        finally:
            if not card.broken:
                self._ask(OrderKind.CLOSE)

    def _ask(self, kind: OrderKind, command: bytes = b"") -> bytes:
        with self._change:
            self._number += 1
            self._order, self._answer = Order(number=self._number, kind=kind, command=command), None
            self._change.notify_all()
            self._change.wait_for(lambda: self._answer or self._given_up, self._patience)
            if self._answer is None:
                self._order = None  # whoever comes now is too late
                raise CardRemovedError("the desk does not answer")
            answer = self._answer
        if answer is None or answer.error:
            code = answer.error if answer else ""
            raise _ERRORS.get(code, TransportError)(code)
        return answer.data

    def _run(self, job: Job) -> None:
        try:
            result = job(self.slot())
        except Exception as error:
            incident = secrets.token_hex(8)
            _log.error("incident %s, relay", incident, exc_info=error)
            result = {"error": {"code": "internal", "incident": incident}}
        with self._change:
            self._end = Order(number=self._number + 1, kind=OrderKind.END, result=result)
            self._change.notify_all()


class _RelayedCard:
    """The card at the desk."""

    def __init__(self, ask: Callable[[OrderKind, bytes], bytes], atr: bytes) -> None:
        self._ask = ask
        self.atr = atr
        self.broken = False

    def transmit(self, command: bytes) -> bytes:
        """One command to the card at the desk."""
        try:
            return self._ask(OrderKind.TRANSMIT, command)
        except ReaderError:
            self.broken = True
            raise


class Relays:
    """The relays of this process, each under its ticket and its desk."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[Place, Relay] = {}

    def begin(self, place: Place, job: Callable[[], Job]) -> Relay:
        """The relay at this place that nobody has worked on yet, or a new one."""
        with self._lock:
            before = self._running.get(place)
        if before is not None:
            before.give_up()
        with self._lock:
            found = self._running.get(place)
            if found is None or found.ended:
                if len(self._running) >= MAX_RELAYS:
                    self._forget_ended()
                found = self._running[place] = Relay(job())
            return found

    def of(self, ticket: str, desk: str) -> Relay:
        """The relay that this desk began here. Raises NotFoundError."""
        with self._lock:
            found = self._running.get((ticket, desk))
        if found is None:  # begun in another process, or before this one was started anew
            raise NotFoundError("relay", ticket)
        return found

    def _forget_ended(self) -> None:
        self._running = {place: one for place, one in self._running.items() if not one.ended}
