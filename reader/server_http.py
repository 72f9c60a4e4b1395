"""One question to the issuer's service over HTTPS, and what its answer means to a desk."""

import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

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
from reader.server_line import LOOPBACK, Question, Reply, ServerLine

TOO_MANY_REQUESTS: Final = 429
RANDOM_USED: Final = "random-used"
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
    line: ServerLine,
    key: str,
    method: str,
    path: str,
    body: Any = None,
    *,
    repeatable: bool = True,
) -> Mapping[str, Any]:
    """The object that answers. Raises ServerError of one kind or another.

    *repeatable*: see `reader.server_line.Question`.
    """
    reply = line.ask(
        Question(
            method=method,
            path=path,
            body=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
            repeatable=repeatable,
        )
    )
    if not 200 <= reply.status < 300:
        _refused(reply)
    return _object(reply.content)


def fetch(line: ServerLine, path: str) -> bytes:
    """What the service gives to everybody at *path*. Raises ServerError."""
    reply = line.ask(Question(method="GET", path=path, repeatable=True))
    if not 200 <= reply.status < 300:
        _refused(reply)
    return reply.content


def _refused(reply: Reply) -> NoReturn:
    """Raise what the service's problem details say (RFC 9457)."""
    try:
        problem = _object(reply.content)
    except ServerError:
        problem = {}
    code = str(problem.get("code", reply.status))
    cause = _sentences(problem, "detail")
    if code in ("client-key", "not-a-desk"):
        raise ServerKeyRefusedError
    if reply.status == TOO_MANY_REQUESTS:
        raise ServerBusyError
    if not problem or reply.status < 400:
        raise ServerMalformedError(f"HTTP {reply.status}")
    if reply.repeated and code == RANDOM_USED:
        # The first time was heard, and what came of it is lost: no sign of a card that repeats.
        raise ServerUnreachableError("the answer was lost")
    if reply.status >= 500 and code not in _NOT_SET_UP:
        raise ServerFaultError(cause, incident=str(problem.get("incident", "")))
    kind = _REFUSALS.get(code, ServerRefusedError)
    raise kind(cause, problem=code, remedy=_sentences(problem, "remedy"))


def _sentences(problem: Mapping[str, Any], name: str) -> tuple[str, str] | None:
    english, chinese = problem.get(name), problem.get(f"{name}_zh")
    return (english, chinese) if isinstance(english, str) and isinstance(chinese, str) else None


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ServerMalformedError("no JSON") from error
    if not isinstance(found, dict):
        raise ServerMalformedError("no object")
    return found
