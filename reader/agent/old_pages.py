"""Calls of the field's older pages, behind the same guards as every other.

The driver is `reader.sscard_driver`; here it gets the agent's card, its keys, and the agent's own
way of asking for a PIN: one that a page sends along is passed over.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reader.agent.card_in_hand import Fence, OpenCard
from reader.agent.equipment import Equipment, Visitor
from reader.agent.errors import BusyError
from reader.agent.pin_entry import Ask, PinPurpose
from reader.agent.protocol import OldCall
from reader.agent.stop import Stop
from reader.connect import CardTransport
from reader.desk_keys import DeskKeys
from reader.errors import ReaderError
from reader.interface import Preference
from reader.psam import psam_desk
from reader.server_client import ServerKeys
from reader.session import CardSession
from reader.sscard.errors import PsamAbsentError
from reader.sscard.holder_pin import TypedPin
from reader.sscard_driver import (
    CounterKeys,
    DriverOptions,
    PinKind,
    SscardDriver,
    answer_old_page,
)

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Asking:
    """The call that is being answered."""

    visitor: Visitor
    stop: Stop


class OldPages:
    """One driver for the desk: it keeps the card between the steps of a call."""

    def __init__(
        self,
        equipment: Equipment,
        let_go: Callable[[], None],
        *,
        options: DriverOptions | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._has, self._let_go = equipment, let_go
        self._options = options or DriverOptions()
        self._lock = threading.Lock()
        self._left = threading.Event()
        self._asking: _Asking | None = None
        self._fence: Fence | None = None
        self._driver = SscardDriver(
            self._card,
            pin_entry=_HolderAtDesk(
                TypedPin(self._pin, self._options.refuses_initial_pin), self._verify
            ),
            clock=clock,
            open_keys=self._keys,
            options=self._options,
        )

    def answer(self, call: OldCall, visitor: Visitor, stop: Stop) -> str:
        """The message that answers *call*; refusals are in its form too."""
        if not self._lock.acquire(timeout=stop.remaining and 1.0):
            return self.refusal(call, BusyError())
        try:
            if self._left.is_set():
                self._left.clear()
                self._driver.forget()
            self._asking = _Asking(visitor, stop)
            if self._fence is not None:
                self._fence.stop = stop
            return answer_old_page(self._driver, call.text)
        finally:
            self._asking = None
            self._lock.release()

    def refusal(self, call: OldCall, error: ReaderError) -> str:
        """*error* in the form of the call's answer."""
        return answer_old_page(_Refusing(self._options, error), call.text)

    def left(self) -> None:
        """The card, or the page, went away: no step waits any more."""
        self._left.set()
        self._if_free(self._driver.forget)

    def rest(self) -> None:
        """To be called now and then: let go of a card that waited too long for its next step."""
        self._if_free(self._driver.expire)

    def _if_free(self, act: Callable[[], None]) -> None:
        if self._lock.acquire(blocking=False):
            try:
                act()
            finally:
                self._lock.release()

    @contextmanager
    def _card(self, card_type: int) -> Iterator[CardTransport]:
        asking = self._now()
        self._let_go()  # what the desk itself holds is the same card
        with self._has.place.connect(Preference(card_type)) as transport:
            self._fence = Fence(transport, asking.stop, self._left)
            try:
                yield self._fence
            finally:
                self._fence = None

    @contextmanager
    def _keys(self, session: CardSession, atr: bytes) -> Iterator[CounterKeys]:
        server, random = self._has.server, self._has.random
        with self._has.psam() as module:
            if module is not None:
                desk = psam_desk(module, session, atr, random=random)
                yield CounterKeys(desk, module.terminal_number)
            elif server is not None:
                yield CounterKeys(DeskKeys(ServerKeys.of(server, session, atr), random))
            else:
                raise PsamAbsentError

    def _verify(self, session: CardSession) -> None:
        asking, fence = self._now(), self._fence
        if fence is None:
            raise BusyError
        ask = Ask(asking.visitor.origin, PinPurpose.VERIFY)
        with asking.visitor.waiting_for_a_pin():
            self._has.pins.verify(OpenCard(session, fence), ask, asking.stop)

    def _pin(self, kind: PinKind) -> str:
        asking = self._now()
        purpose = PinPurpose.VERIFY if kind is PinKind.OLD else PinPurpose.RELOAD
        ask = Ask(asking.visitor.origin, purpose)
        with asking.visitor.waiting_for_a_pin():
            return self._has.pins.one_pin(ask, asking.stop)

    def _now(self) -> _Asking:
        if self._asking is None:
            raise BusyError
        return self._asking


@dataclass(frozen=True, slots=True)
class _HolderAtDesk:
    """A PIN that is only verified may come from a pad; of every other the driver has rules."""

    typed: TypedPin
    at_desk: Callable[[CardSession], None]

    def verify(self, session: CardSession, *, to_pay: bool = False) -> None:
        """See `reader.sscard.holder_pin.HolderPin`."""
        if to_pay:
            self.typed.verify(session, to_pay=True)
        else:
            self.at_desk(session)

    def change(self, session: CardSession) -> None:
        """See `reader.sscard.holder_pin.HolderPin`."""
        self.typed.change(session)

    def new_pin(self, session: CardSession) -> str:
        """See `reader.sscard.holder_pin.HolderPin`."""
        return self.typed.new_pin(session)


@dataclass(frozen=True, slots=True)
class _Refusing:
    """Answers every call with one error."""

    options: DriverOptions
    error: ReaderError

    def call(self, func: str, args: Sequence[Any]) -> tuple[int, str]:
        """See `reader.sscard.old_pages.Driver`."""
        cause, remedy = self.error.cause, self.error.remedy
        words = f"{cause[1]}{remedy[1]}" if self.options.chinese else f"{cause[0]} {remedy[0]}"
        return self.options.errors.number(self.error), words
