"""The line from a desk to the issuer's service: connections that are kept, each on its own thread.

A connection costs a lookup, a handshake of TCP and one of TLS: it is kept for the next question. A
question has one time limit for all of it, name lookup included. No redirection is followed: it
would carry the desk's key elsewhere. This machine is asked directly, others as the machine's
settings for a proxy say.
"""

import socket
import ssl
import threading
import time
import weakref
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from reader.bounded_calls import CallThread, GivenUpError
from reader.server_errors import (
    ServerCaError,
    ServerMalformedError,
    ServerUnreachableError,
    certificate_refused,
)

MAX_ANSWER: Final = 256 * 1024
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
KEPT_SECONDS: Final = 60.0  # what lies between may forget a connection that is silent for longer
MAX_IDLE: Final = 4
# How a kept connection ends that its other end has closed meanwhile.
_GONE: Final = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request. *repeatable*: asked twice, it does no more than once."""

    method: str
    path: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. *repeated*: a first time may have reached the server, its answer was lost."""

    status: int
    content: bytes = field(repr=False)
    date: str | None = None
    repeated: bool = False


class ServerLine:
    """The way to the service at *address*; for any number of threads.

    *ca* is a file of certificates: then those that they signed are trusted, and no others.
    ServerCaError if it holds none.
    """

    def __init__(
        self,
        address: str,
        *,
        ca: Path | None = None,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(address)
        context = trust(ca) if parts.scheme == "https" else None
        self._open = partial(open_connection, parts, context, seconds)
        self._seconds, self._clock = seconds, clock
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()
        weakref.finalize(self, _end, self._idle)

    def ask(self, question: Question) -> Reply:
        """The answer, whatever its status. Raises ServerError.

        A kept connection that turns out to be closed is opened anew, and a question that may be
        repeated is asked again, once.
        """
        connection = self._take()
        try:
            reply = connection.ask(question, self._seconds)
        except GivenUpError as error:
            connection.end()
            raise ServerUnreachableError(f"no answer in {self._seconds:g} s") from error
        except ssl.SSLCertVerificationError as error:
            connection.end()
            raise certificate_refused(error.verify_code, error.verify_message) from error
        except (OSError, HTTPException, ValueError) as error:
            connection.end()
            raise ServerUnreachableError(str(error) or type(error).__name__) from error
        except BaseException:
            connection.end()
            raise
        self._give_back(connection)
        return reply

    def close(self) -> None:
        """Let go of the connections that are kept."""
        with self._lock:
            _end(self._idle)

    def _take(self) -> "_Connection":
        fresh = self._clock() - KEPT_SECONDS
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if connection.used > fresh:
                    return connection
                connection.end()
        return _Connection(self._open)

    def _give_back(self, connection: "_Connection") -> None:
        connection.used = self._clock()
        with self._lock:
            if len(self._idle) < MAX_IDLE:
                self._idle.append(connection)
                return
        connection.end()


class _Connection:
    """One connection, on a thread that owns it."""

    def __init__(self, open_: Callable[[], HTTPConnection]) -> None:
        self._open = open_
        self._http: HTTPConnection | None = None
        self._over = False
        self.used = 0.0
        self._thread = CallThread("line to the server", farewell=self._drop)

    def ask(self, question: Question, seconds: float) -> Reply:
        """The answer; GivenUpError if it is not there in time."""
        return self._thread.call(lambda: self._exchange(question), seconds)

    def end(self) -> None:
        """Close it, whatever it is doing."""
        self._over = True
        self._thread.end(0)
        if self._http is not None and isinstance(self._http.sock, socket.socket):
            # Wakes a thread that still reads; that of the class, for TLS has a say in its own.
            with suppress(OSError):
                socket.socket.shutdown(self._http.sock, socket.SHUT_RDWR)

    def _exchange(self, question: Question) -> Reply:
        kept = self._http
        if kept is not None and not _is_gone(kept):
            try:
                return self._once(kept, question)
            except _GONE:
                self._drop()
                if not question.repeatable:
                    raise
                again = self._once(self._new(), question)
                return Reply(again.status, again.content, again.date, repeated=True)
        return self._once(self._new(), question)

    def _new(self) -> HTTPConnection:
        self._drop()
        self._http = self._open()
        self._http.connect()
        return self._http

    def _once(self, http: HTTPConnection, question: Question) -> Reply:
        if self._over:
            raise GivenUpError  # nobody waits: what is asked now would be done behind his back
        http.request(
            question.method, question.path, body=question.body, headers=dict(question.headers)
        )
        with http.getresponse() as answer:  # closed where it is no answer, too
            content = _content(answer.read(MAX_ANSWER + 1))
            is_whole = answer.isclosed()
        if not is_whole or answer.will_close:
            self._drop()
        return Reply(answer.status, content, answer.getheader("Date"))

    def _drop(self) -> None:
        if self._http is not None:
            with suppress(OSError, ValueError):
                self._http.close()
        self._http = None


def open_connection(
    parts: SplitResult, context: ssl.SSLContext | None, seconds: float
) -> HTTPConnection:
    """A connection to the host of an address, not opened yet; *seconds* for each wait."""
    host = parts.hostname or ""
    if context is None:
        return HTTPConnection(host, parts.port, timeout=seconds)
    proxy = None if host in LOOPBACK or proxy_bypass(host) else getproxies().get("https")
    if proxy is None:
        return HTTPSConnection(host, parts.port, timeout=seconds, context=context)
    through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    http = HTTPSConnection(through.hostname or "", through.port, timeout=seconds, context=context)
    http.set_tunnel(host, parts.port, _credentials(through))
    return http


def _credentials(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    both = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(both.encode()).decode()}"}


@cache
def trust(ca: Path | None) -> ssl.SSLContext:
    """Whose certificates are believed; kept, for the machine's own take time to load."""
    try:
        return ssl.create_default_context(cafile=ca)
    except OSError as error:
        raise ServerCaError(f"{ca}: {error.strerror or error}") from error


def _is_gone(http: HTTPConnection) -> bool:
    """Whether the other end closed an idle connection, or speaks without being asked."""
    if http.sock is None:
        return True
    with DefaultSelector() as waiting:
        waiting.register(http.sock, EVENT_READ)
        return bool(waiting.select(0))


def _content(content: bytes) -> bytes:
    if len(content) > MAX_ANSWER:
        raise ServerMalformedError(f"more than {MAX_ANSWER} bytes")
    return content


def _end(connections: list[_Connection]) -> None:
    while connections:
        connections.pop().end()
