"""A card reached over TCP, in the framing of vsmartcard's vpcd.

Two bytes of big-endian length, then the body. A body of one byte is a control code; the
card answers only the request for its ATR and commands.
"""

import socket
from contextlib import suppress
from types import TracebackType
from typing import Self

from reader.errors import AddressError, CardRemovedError, NoCardError, ReaderError, TransportError

POWER_OFF, POWER_ON, RESET, ATR = b"\x00", b"\x01", b"\x02", b"\x04"
MAX_BODY = 0xFFFF
TIMEOUT = 10.0  # seconds without an answer; a card never needs that long
QUICKACK = getattr(socket, "TCP_QUICKACK", None)


def parse_address(address: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT``; AddressError if it is none."""
    host, separator, port = address.rpartition(":")
    if not separator or not host or not port.isdecimal() or int(port) > 0xFFFF:
        raise AddressError(f"{address!r} is not HOST:PORT")
    return host.strip("[]"), int(port)


class TcpTransport:
    """One card, powered on while the connection stands."""

    def __init__(self, host: str, port: int, *, timeout: float = TIMEOUT) -> None:
        self._where = f"{host}:{port}"
        try:
            self._socket = socket.create_connection((host, port), timeout=timeout)
        except OSError as error:
            raise TransportError(f"{self._where}: {error.strerror or error}") from error
        except UnicodeError as error:  # a name that DNS cannot hold
            raise TransportError(f"{self._where}: not a host name") from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.atr = self._power_on()
        except ReaderError:
            self.close()
            raise

    @classmethod
    def parse(cls, address: str) -> Self:
        """From ``HOST:PORT``; AddressError if it is none."""
        return cls(*parse_address(address))

    def transmit(self, command: bytes) -> bytes:
        """One command to the card."""
        self._send(command)
        return self._receive()

    def reset(self) -> None:
        """A warm reset: the card forgets what it was told."""
        self._send(RESET)

    def close(self) -> None:
        """Power off and hang up."""
        with suppress(OSError):
            self._socket.sendall(b"\x00\x01" + POWER_OFF)
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _power_on(self) -> bytes:
        self._send(POWER_ON)
        self._send(ATR)
        atr = self._receive()
        if not atr:
            raise NoCardError(self._where)
        return atr

    def _send(self, body: bytes) -> None:
        if len(body) > MAX_BODY:
            raise TransportError(f"{self._where}: a command of {len(body)} bytes")
        try:
            self._socket.sendall(len(body).to_bytes(2, "big") + body)
        except OSError as error:
            raise CardRemovedError(self._where) from error

    def _receive(self) -> bytes:
        return self._read(int.from_bytes(self._read(2), "big"))

    def _read(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            if QUICKACK is not None:
                # The peer sends length and body apart; a delayed ACK would cost 40 ms each.
                self._socket.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
            try:
                part = self._socket.recv(size - len(parts))
            except TimeoutError as error:
                raise TransportError(f"{self._where}: no answer in time") from error
            except OSError as error:
                raise CardRemovedError(self._where) from error
            if not part:
                raise CardRemovedError(self._where)
            parts += part
        return bytes(parts)
