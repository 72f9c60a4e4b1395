"""HOST:PORT, as a person writes it, and whether a server can listen there."""

import os
import socket
import sys
from typing import NamedTuple, Self

from api.errors import AddressError

MAX_PORT = 0xFFFF


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """'127.0.0.1:8610', 'localhost:8610', '[::1]:8610'. Raises AddressError."""
        host, colon, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not (colon and host and port.isascii() and port.isdigit() and int(port) <= MAX_PORT):
            raise AddressError((f"{text} is not HOST:PORT.", f"{text} 不是 HOST:PORT 形式。"))
        return cls(host, int(port))

    def resolved(self) -> "Address":
        """The numbers behind the name, and a free port where the port is 0.

        Raises AddressError where nobody can listen. Asked here because a server that shares its
        port with others of its kind (SO_REUSEPORT) would not notice that it is taken.
        """
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
            family, kind, protocol, _, place = found[0]
            with socket.socket(family, kind, protocol) as probe:
                if sys.platform != "win32":  # there it would let two servers share a port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
                host, port = probe.getsockname()[:2]
        except (OSError, UnicodeError) as error:
            reason = _reason(error)
            raise AddressError(
                (f"Cannot listen at {self}: {reason}.", f"无法监听 {self}：{reason}。")
            ) from error
        return Address(host, port)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "no name of a host"
    if isinstance(error, socket.gaierror) or not error.errno:
        return error.strerror or str(error)
    return os.strerror(error.errno)
