"""One question to the issuer's service over HTTPS, and what its answer means to a desk."""

import json
import ssl
from collections.abc import Mapping
from functools import cache
from http.client import HTTPException
from typing import Any, Final, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from reader.server_errors import (
    NotTheTicketsCardError,
    ServerBusyError,
    ServerError,
    ServerFaultError,
    ServerInsecureError,
    ServerKeyRefusedError,
    ServerMalformedError,
    ServerRefusedError,
    ServerUnreachableError,
    TicketOverError,
)

MAX_ANSWER: Final = 256 * 1024
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
TOO_MANY_REQUESTS: Final = 429
_REFUSALS: Final[Mapping[str, type[ServerRefusedError]]] = {
    "ticket-over": TicketOverError,
    "wrong-card": NotTheTicketsCardError,
}
# Problems that say what is missing at the server, and are no fault of it.
_NOT_SET_UP: Final = frozenset({"keys-absent", "not-served"})


def require_secure(address: str) -> None:
    """Raise ServerInsecureError unless *address* is https, or http of this machine."""
    try:
        parts = urlsplit(address)
        plain = not (parts.username or parts.query or parts.fragment) and parts.port != 0
    except ValueError as error:
        raise ServerInsecureError(str(error)) from error
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not parts.hostname or not plain or not (parts.scheme == "https" or local):
        raise ServerInsecureError


def require_sendable(key: str) -> None:
    """Raise ServerKeyRefusedError for a key that no header can carry: none at all, say."""
    if not key or not key.isascii() or not key.isprintable():
        raise ServerKeyRefusedError


def ask(
    address: str, key: str, method: str, path: str, body: Any = None, *, timeout: float
) -> Mapping[str, Any]:
    """The object that answers. Raises ServerError of one kind or another."""
    request = Request(  # noqa: S310  # its scheme was looked at
        address.rstrip("/") + path,
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with _opener(urlsplit(address).hostname in LOOPBACK).open(
            request, timeout=timeout
        ) as answer:
            return _object(answer.read(MAX_ANSWER))
    except HTTPError as error:
        with error:
            _refused(error)
    except (URLError, OSError, HTTPException, ValueError) as error:
        raise ServerUnreachableError(_reason(error)) from error


class _NoRedirect(HTTPRedirectHandler):
    """A redirection would carry the desk's key elsewhere."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        """Follow none; the answer is then told as it is."""


@cache
def _opener(local: bool) -> Any:
    """What asks; made once, for the machine's certificates take time to load."""
    handlers: list[Any] = [_NoRedirect, HTTPSHandler(context=ssl.create_default_context())]
    if local:
        handlers.append(ProxyHandler({}))  # this machine is reached as it is
    return build_opener(*handlers)


def _refused(error: HTTPError) -> NoReturn:
    """Raise what the service's problem details say (RFC 9457)."""
    try:
        problem = _object(error.read(MAX_ANSWER))
    except ServerError:
        problem = {}
    code = str(problem.get("code", error.code))
    cause = _sentences(problem, "detail")
    if code in ("client-key", "not-a-desk"):
        raise ServerKeyRefusedError
    if error.code == TOO_MANY_REQUESTS:
        raise ServerBusyError
    if not problem or error.code < 400:
        raise ServerMalformedError(f"HTTP {error.code}")
    if error.code >= 500 and code not in _NOT_SET_UP:
        raise ServerFaultError(cause, incident=str(problem.get("incident", "")))
    kind = _REFUSALS.get(code, ServerRefusedError)
    raise kind(cause, problem=code, remedy=_sentences(problem, "remedy"))


def _sentences(problem: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    english, chinese = problem.get(name), problem.get(f"{name}_zh")
    return (english, chinese) if isinstance(english, str) and isinstance(chinese, str) else None


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", "") or error)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ServerMalformedError("no JSON") from error
    if not isinstance(found, dict):
        raise ServerMalformedError("no object")
    return found
