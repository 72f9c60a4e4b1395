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
MAX_BODY = 0xFFFF
QUICKACK = getattr(socket, "TCP_QUICKACK", None)
CONNECT_SECONDS = 1.0
RETRY_SECONDS = 0.1
WAITING_SECONDS = 1.0  # ISO/IEC 7816-3, 10.2: about what a reader waits for a character (WI = 10)
# pcscd looks for a card every 400 ms. One that lost its power and is back within that time leaves
# the reader in a state of its own: pcscd saw a failure and no removal, and never powers it again.
AWAY_SECONDS = 0.5


def respond(card: IntegratedCircuitCard, message: bytes) -> bytes | None:
    """The answer to one message; None where the protocol expects none."""
    if len(message) == 1:
        if message == ATR:
            return card.atr
        if message in {POWER_OFF, POWER_ON, RESET}:
            card.reset()
            return None
    # An answer of length 0 would hang the slot, but a card always gives a status word.
    return card.transmit(message)


def serve_connection(card: IntegratedCircuitCard, connection: socket.socket) -> bool:
    """Answer until one side is gone, and the card's power with it; whether the reader hung up.

    A card that loses its power, or says nothing for as long as a reader waits, is gone from the
    slot: vpcd knows no other word for it.
    """
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while (message := _receive(connection)) is not None:
            answer = respond(card, message)
            if answer is not None:
                answer = answer[:MAX_BODY]  # what a fault made longer than the frame can say
                connection.sendall(len(answer).to_bytes(2, "big") + answer)
    except ConnectionError:
        return True
    except PowerCut:
        return False
    except NoAnswer:
        time.sleep(WAITING_SECONDS)
        return False
    finally:
        card.reset()
    return True


def _receive(connection: socket.socket) -> bytes | None:
    if QUICKACK is not None:
        # vpcd sends length and body apart, the body when the length is acknowledged: a delayed
        # ACK would cost 40 ms a message. Reading the length by itself is what acknowledges it.
        connection.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
    size = _read(connection, 2)
    return None if size is None else _read(connection, int.from_bytes(size, "big"))


def _read(connection: socket.socket, size: int) -> bytes | None:
    data = connection.recv(size, socket.MSG_WAITALL)
    while len(data) < size:  # hung up, or a signal came in between
        part = connection.recv(size - len(data))
        if not part:
            return None
        data += part
    return data


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
        hung_up = True
        if (connection := connect_to_slot(host, port)) is not None:
            with connection:
                inserted()
                hung_up = serve_connection(card, connection)
        stop.wait(RETRY_SECONDS if hung_up else AWAY_SECONDS)


def connect_to_slot(host: str, port: int) -> socket.socket | None:
    """A connection to where vpcd waits for a card; None if nobody is there."""
    try:
        connection = socket.create_connection((host, port), timeout=CONNECT_SECONDS)
    except OSError:
        return None
    if connection.getsockname() == connection.getpeername():
        # Asked often enough, a free port of the range for clients connects to itself.
        connection.close()
        return None
    connection.settimeout(None)
    return connection
