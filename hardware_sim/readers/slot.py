"""One slot of a virtual reader: a card goes in, is exchanged and comes out at any moment.

vpcd sees a card as a connection, and asks it for its ATR every 400 ms. A card that leaves hangs up
its half and waits until vpcd does the same: that is the moment at which the reader has noticed.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from hardware_sim.errors import SimulatorError
from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.server import (
    AWAY_SECONDS,
    CONNECT_SECONDS,
    RETRY_SECONDS,
    connect_to_slot,
    serve_connection,
)

_PIECE = 4096


class Slot:
    """Where vpcd listens for a card. *failed* is told why a card stopped in a command."""

    def __init__(self, host: str, port: int, *, failed: Callable[[SimulatorError], None]) -> None:
        self._host, self._port = host, port
        self._failed = failed
        self._stay: _Stay | None = None

    @property
    def taken(self) -> bool:
        """Whether a card is in it."""
        return self._stay is not None

    @property
    def noticed(self) -> bool:
        """Whether the reader knows of its card."""
        return self._stay is not None and self._stay.noticed.is_set()

    def insert(self, card: IntegratedCircuitCard) -> None:
        """Put *card* in. It stays there, whether pcscd runs or not, whenever it comes back."""
        if self._stay is not None:
            raise RuntimeError("a card is in the slot")
        self._stay = _Stay(card, self._host, self._port, self._failed)

    def wait_until_noticed(self, seconds: float) -> bool:
        """Wait until the reader has found and powered the card; False if it did not in time."""
        return self._stay is not None and self._stay.noticed.wait(seconds)

    def exchange(self, card: IntegratedCircuitCard, seconds: float) -> None:
        """Another card in its place between two looks of the reader, which notices nothing.

        The new card is cold: it knows nothing of what the reader said to the old one. A command
        that runs is let finish, if it does so in this time.
        """
        if self._stay is None:
            raise RuntimeError("no card is in the slot")
        self._stay.contacts.exchange(card, seconds)

    def remove(self, seconds: float) -> bool:
        """Take the card out; whether the reader noticed in this time. It is out in any case."""
        stay, self._stay = self._stay, None
        return stay is not None and stay.end(seconds)


class _Contacts:
    """What the reader touches; the card behind it can be another the next moment, or gone."""

    def __init__(self, card: IntegratedCircuitCard, noticed: threading.Event) -> None:
        self._card: IntegratedCircuitCard | None = card
        self._noticed = noticed
        self._powered = False
        self._lock = threading.Lock()

    @property
    def atr(self) -> bytes:
        with self._lock:
            atr = self._present().atr
        if self._powered:
            self._noticed.set()
        return atr

    def reset(self) -> None:
        with self._lock:
            self._powered = True
            if self._card is not None:
                self._card.reset()

    def transmit(self, command: bytes) -> bytes:
        with self._lock:
            return self._present().transmit(command)

    def touch(self) -> None:
        """A new connection: the reader has not found the card yet."""
        self._powered = False
        self._noticed.clear()

    def exchange(self, card: IntegratedCircuitCard | None, seconds: float) -> None:
        """Another card, or none, once the running command is done, or after that time."""
        held = self._lock.acquire(timeout=seconds)
        self._card = card
        if held:
            self._lock.release()

    def _present(self) -> IntegratedCircuitCard:
        if self._card is None:
            raise ConnectionAbortedError("the card is gone")  # ends the serving, as a hang-up does
        return self._card


class _Stay:
    """One card's time in the slot, on a thread of its own."""

    def __init__(
        self,
        card: IntegratedCircuitCard,
        host: str,
        port: int,
        failed: Callable[[SimulatorError], None],
    ) -> None:
        self.noticed = threading.Event()
        self.contacts = _Contacts(card, self.noticed)
        self._address = (host, port)
        self._failed = failed
        self._leaving = threading.Event()
        self._let_go = False
        self._connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._hold, daemon=True)
        self._thread.start()

    def end(self, seconds: float) -> bool:
        """Leave; whether the other side let go in this time."""
        self._leaving.set()
        self.contacts.exchange(None, seconds)
        self._shut(socket.SHUT_WR)
        self._thread.join(seconds)
        let_go = self._let_go
        self._shut(socket.SHUT_RDWR)  # who does not answer is not waited for
        self._thread.join(CONNECT_SECONDS)
        return let_go

    def _shut(self, how: int) -> None:
        if (connection := self._connection) is not None:
            with suppress(OSError):
                connection.shutdown(how)

    def _hold(self) -> None:
        while not self._leaving.is_set():
            hung_up = True
            if (connection := connect_to_slot(*self._address)) is not None:
                with connection:
                    self._connection = connection
                    if self._leaving.is_set():
                        return  # who takes the card out may not have seen this connection
                    hung_up = self._serve(connection)
                    if self._leaving.is_set():
                        _read_to_the_end(connection)
                        self._let_go = True
            if hung_up:
                self._leaving.wait(RETRY_SECONDS)
            else:
                time.sleep(AWAY_SECONDS)  # even on the way out: the next card must be a new one
                self._let_go = self._leaving.is_set()

    def _serve(self, connection: socket.socket) -> bool:
        self.contacts.touch()
        try:
            return serve_connection(self.contacts, connection)
        except SimulatorError as error:
            self._failed(error)
            return False  # as if the power had gone
        finally:
            self.noticed.clear()


def _read_to_the_end(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
    with suppress(OSError):
        while connection.recv(_PIECE):
            pass
