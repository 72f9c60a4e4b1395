"""Serves simulated cards in the framing of vsmartcard's vpcd: two bytes of length, then the body.

A body of one byte is a control code (power off, power on, reset, ATR), anything longer a
command. A card can listen for a reader (TCP), or hold a slot of a running vpcd.
"""

import socket
import socketserver
import threading
import time
from collections.abc import Callable

from hardware_sim.errors import ServeError
from hardware_sim.faults import NoAnswer, PowerCut
from hardware_sim.icc import IntegratedCircuitCard

POWER_OFF, POWER_ON, RESET, ATR = b"\x00", b"\x01", b"\x02", b"\x04"
QUICKACK = getattr(socket, "TCP_QUICKACK", None)
RETRY_SECONDS = 0.2
WAITING_SECONDS = 1.0  # ISO/IEC 7816-3, 10.2: about what a reader waits for a character (WI = 10)


def respond(card: IntegratedCircuitCard, message: bytes) -> bytes | None:
    """The answer to one message; None where the protocol expects none."""
    if message == ATR:
        return card.atr
    if message in {POWER_OFF, POWER_ON, RESET}:
        card.reset()
        return None
    # An answer of length 0 would hang the slot, but a card always gives a status word.
    return card.transmit(message)


def serve_connection(card: IntegratedCircuitCard, connection: socket.socket) -> None:
    """Answer until the other side hangs up; its power goes with it.

    A card that loses its power, or says nothing for as long as a reader waits, is gone from the
    slot: vpcd knows no other word for it.
    """
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while (message := _receive(connection)) is not None:
            answer = respond(card, message)
            if answer is not None:
                connection.sendall(len(answer).to_bytes(2, "big") + answer)
    except (ConnectionError, PowerCut):
        return
    except NoAnswer:
        time.sleep(WAITING_SECONDS)
    finally:
        card.reset()


def _receive(connection: socket.socket) -> bytes | None:
    size = _read(connection, 2)
    return None if size is None else _read(connection, int.from_bytes(size, "big"))


def _read(connection: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        if QUICKACK is not None:
            # vpcd sends length and body apart; a delayed ACK would cost 40 ms a message.
            connection.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        part = connection.recv(size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)


class _Handler(socketserver.BaseRequestHandler):
    server: "CardServer"

    def handle(self) -> None:
        with self.server.slot:  # one reader at a time: a card has one set of contacts
            serve_connection(self.server.card, self.request)


class CardServer(socketserver.ThreadingTCPServer):
    """One card that listens for a reader. *address* port 0 takes a free one."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, card: IntegratedCircuitCard, host: str, port: int) -> None:
        self.card = card
        self.slot = threading.Lock()
        try:
            super().__init__((host, port), _Handler)
        except OSError as error:
            raise ServeError(f"{host}:{port}", error.strerror or str(error)) from error

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self.server_address[1])


def hold_slot(
    card: IntegratedCircuitCard,
    host: str,
    port: int,
    *,
    inserted: Callable[[], None],
    stop: threading.Event,
) -> None:
    """Keep *card* in a vpcd slot, and put it back whenever pcscd comes back, until *stop*."""
    while not stop.is_set():
        try:
            connection = socket.create_connection((host, port), timeout=5)
        except OSError:
            time.sleep(RETRY_SECONDS)
            continue
        with connection:
            connection.settimeout(None)
            inserted()
            serve_connection(card, connection)
