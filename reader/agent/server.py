"""The loopback service: HTTP and WebSocket on 127.0.0.1 and ::1, and nowhere else.

The only importer of websockets. What may be answered is judged in `reader.agent.guards`.
"""

import errno
import json
import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from reader.agent import protocol
from reader.agent.conversation import Conversation
from reader.agent.errors import AgentInUseError, MessageError
from reader.agent.guards import Admitted, Answer, Guards, StartPage
from reader.agent.seat import Seat

SERVICE = "onecard counter agent"
ADDRESSES = {"127.0.0.1": socket.AF_INET, "::1": socket.AF_INET6}
NO_SUCH_ADDRESS = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT}
LOOPBACK_HOSTS = (*ADDRESSES, "localhost")
HANDSHAKE_SECONDS = 5.0  # a head that comes by drops is not waited for
HANDSHAKES_AT_ONCE = 16
PING_SECONDS = 10.0  # a page that answers no ping for as long is gone
TICK_SECONDS = 0.5
RELOAD_SECONDS = 1.0  # a page that is loaded anew closes the old connection about then
FORBIDDEN_FRAME, IN_USE, FLOOD = 1003, 4409, 4429  # close codes: RFC 6455, 7.4.1, and our own
TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
COMMON_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Type": "application/json; charset=utf-8",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

logger = logging.getLogger(__name__)
# The library's own lines at DEBUG hold whole heads and messages: token and people's data.
_library_logger = logging.getLogger(f"{__name__}.websockets")
_library_logger.setLevel(logging.ERROR)

Converse = Callable[[str, Callable[[str], None]], Conversation]  # (origin, send)


class AddressError(OSError):
    """The address is none of this machine's own, or its port is taken."""


class AgentServer:
    """Listens from the start of the block to its end. *port* 0 takes a free one."""

    def __init__(
        self,
        converse: Converse,
        seat: Seat,
        *,
        port: int,
        origins: Iterable[str],
        token: str,
        version: str,
        greet: Callable[[Conversation], None] = lambda conversation: None,
        ping_seconds: float = PING_SECONDS,
    ) -> None:
        """Takes the port at once; AddressError where it cannot."""
        self._converse, self._seat, self._version = converse, seat, version
        self._greet, self._ping_seconds = greet, ping_seconds
        self._handshakes = threading.BoundedSemaphore(HANDSHAKES_AT_ONCE)
        sockets = _listen(port)
        self.port: int = sockets[0].getsockname()[1]
        self._origins, self._token = tuple(origins), token
        self._guards = Guards(port=self.port, origins=self._origins, token=token)
        self._servers = [self._serve(one) for one in sockets]
        self._threads = [
            threading.Thread(target=one.serve_forever, daemon=True, name="agent-listener")
            for one in self._servers
        ]

    def lead_to(self, start: StartPage) -> None:
        """Lead a browser to the console by *start*, once."""
        self._guards = Guards(port=self.port, origins=self._origins, token=self._token, start=start)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.shutdown()
        for thread in self._threads:
            thread.join()

    def _serve(self, listener: socket.socket) -> Server:
        return serve(
            self._handle,
            sock=listener,
            compression=None,  # a small message stays small
            process_request=self._judge,
            server_header=None,
            open_timeout=HANDSHAKE_SECONDS,
            ping_interval=self._ping_seconds,
            ping_timeout=self._ping_seconds,
            close_timeout=2.0,
            max_size=protocol.MAX_MESSAGE,
            max_queue=4,
            logger=_library_logger,
            create_connection=self._connection,  # type: ignore[arg-type]  # a factory will do
        )

    def _connection(self, sock: socket.socket, *rest: Any, **options: Any) -> ServerConnection:
        if not self._handshakes.acquire(blocking=False):
            logger.warning("refused 429: too many handshakes at once")
            with suppress(OSError):
                sock.sendall(TOO_MANY)
            raise ConnectionRefusedError
        return _Connection(self._handshakes, sock, *rest, **options)

    def _judge(self, connection: ServerConnection, request: Request) -> Response | None:
        headers = {
            name.lower(): request.headers.get_all(name) for name in {*request.headers.keys()}
        }
        verdict = self._guards.judge(request.method, request.path, headers)
        if isinstance(verdict, Admitted):
            return None
        level = logging.INFO if verdict.status < HTTPStatus.BAD_REQUEST else logging.WARNING
        shown = "/" + request.path.split("/")[1][:20]  # what follows may be a secret
        logger.log(
            level,
            "answered %d to %s %r from %r: %s",
            verdict.status,
            request.method[:10],
            shown,
            headers.get("origin", [""])[0][:80],
            verdict.reason,
        )
        return self._response(verdict)

    def _response(self, answer: Answer) -> Response:
        content = {"service": SERVICE, "version": self._version} if answer.tells_health else None
        body = json.dumps(content).encode() if content else b""
        headers = {**COMMON_HEADERS, **answer.headers, "Connection": "close"}
        headers["Content-Length"] = str(len(body))
        return Response(answer.status, HTTPStatus(answer.status).phrase, Headers(headers), body)

    def _handle(self, connection: ServerConnection) -> None:
        request = connection.request
        origin = request.headers["Origin"] if request else ""
        if not self._seat.take(origin, seconds=RELOAD_SECONDS):
            logger.warning("refused a second page, of %s", origin)
            error = AgentInUseError(self._seat.holder)
            with suppress(ConnectionClosed):
                connection.send(protocol.failure(None, error))
            connection.close(IN_USE, error.code)
            return
        logger.info("a page of %s is here", origin)
        conversation = self._converse(origin, _sender(connection))
        self._seat.sit(conversation)
        self._greet(conversation)
        try:
            _listen_to(connection, conversation)
        except ConnectionClosed as closed:
            logger.info("the page of %s left (%s)", origin, closed.rcvd or closed.sent or "cut off")
        finally:
            self._seat.leave()
            conversation.close()


class _Connection(ServerConnection):
    """Frees its place among the handshakes once it is through, or refused."""

    def __init__(self, places: threading.BoundedSemaphore, *rest: Any, **options: Any) -> None:
        self._places = places
        super().__init__(*rest, **options)

    def handshake(self, *rest: Any, **options: Any) -> None:
        """See `ServerConnection`."""
        try:
            super().handshake(*rest, **options)
        finally:
            self._places.release()


def _sender(connection: ServerConnection) -> Callable[[str], None]:
    def send(text: str) -> None:
        try:
            connection.send(text)
        except ConnectionClosed as closed:
            raise ConnectionAbortedError from closed

    return send


def _listen_to(connection: ServerConnection, conversation: Conversation) -> None:
    """Until it closes, raising ConnectionClosed, or is closed here."""
    while True:
        try:
            message = connection.recv(timeout=TICK_SECONDS)
        except TimeoutError:
            conversation.tick()
            continue
        if not isinstance(message, str):
            connection.send(protocol.failure(None, MessageError("a binary frame")))
            connection.close(FORBIDDEN_FRAME, "text only")
            return
        conversation.receive(message)
        conversation.tick()
        if conversation.is_flooded:
            connection.close(FLOOD, "too many messages")
            return


def _listen(port: int) -> list[socket.socket]:
    """A listener on each loopback address that this machine has, all on one port.

    Where another program has the port on one of them there is none: a page that calls this machine
    by its name must not reach that program.
    """
    first = _bound("127.0.0.1", port)
    try:
        return [first, _bound("::1", first.getsockname()[1])]
    except AddressError as error:
        if error.errno in NO_SUCH_ADDRESS:
            return [first]
        first.close()
        raise


def _bound(address: str, port: int) -> socket.socket:
    try:
        listener = socket.socket(ADDRESSES[address], socket.SOCK_STREAM)
    except OSError as error:  # a machine without this kind of address
        raise AddressError(error.errno, f"{address}: {error.strerror}") from error
    try:
        if sys.platform == "win32":
            # Without it another program could bind the same port beside us.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if listener.family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(HANDSHAKES_AT_ONCE)
    except OSError as error:
        listener.close()
        raise AddressError(error.errno, f"{address} port {port}: {error.strerror}") from error
    return listener
