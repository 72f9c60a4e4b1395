"""Who may speak to the agent: the judgement over the head of an HTTP request.

Any page of the world can send a request to a loopback port, any name can be made to lead there
(DNS rebinding), and any program of this machine can connect. Hence all of Host, Origin and the
token of this launch must be right. Pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, unique
from hmac import compare_digest

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
HEALTH, CONVERSATION, START = "/health", "/v1/", "/start/"
TOKEN_SIZE = 32  # bytes: 256 bits
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?/?")
_USUAL_PORTS = {"https": 443, "http": 80}


@unique
class Status(IntEnum):
    """HTTP statuses (RFC 9110, 15) that the agent answers with."""

    OK = 200
    NO_CONTENT = 204
    FOUND = 302
    FORBIDDEN = 403
    NOT_FOUND = 404
    METHOD_NOT_ALLOWED = 405
    MISDIRECTED_REQUEST = 421


Headers = Mapping[str, Sequence[str]]  # by name in lower case; every value that was sent


@dataclass(frozen=True, slots=True)
class Admitted:
    """A page may begin its conversation."""

    origin: str


@dataclass(slots=True)
class StartPage:
    """Leads the browser to the console, once: the address that a browser is started with can be
    read by other users of the machine, and the token must not stand in it."""

    code: str
    location: str
    used: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Plain HTTP: an answer, and for the log why it is this one."""

    status: Status
    reason: str
    headers: Mapping[str, str] = field(default_factory=dict)
    tells_health: bool = False


class OriginError(ValueError):
    """This text is no origin that could be allowed."""


def parse_origin(text: str) -> str:
    """The origin as a browser sends it; OriginError for anything but scheme, host and port.

    Only https, and http of this very machine: a page that came unprotected over a network could
    have been changed on its way.
    """
    found = _ORIGIN.fullmatch(text.strip().lower())
    if found is None:
        raise OriginError(text)
    scheme, host, port = found.groups()
    if scheme == "http" and host not in LOOPBACK_NAMES:
        raise OriginError(text)
    if port is None or int(port) == _USUAL_PORTS[scheme]:
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{int(port)}"


class Guards:
    """The rules of one launch of the agent."""

    def __init__(
        self, *, port: int, origins: Iterable[str], token: str, start: StartPage | None = None
    ) -> None:
        self._hosts = frozenset(f"{name}:{port}" for name in LOOPBACK_NAMES)
        self._origins = frozenset(map(parse_origin, origins))
        self._token = token
        self._start = start

    def judge(self, method: str, path: str, headers: Headers) -> Admitted | Answer:
        """What to do with a request."""
        host = headers.get("host", ())
        if len(host) != 1 or host[0].lower() not in self._hosts:
            return _refuse(Status.MISDIRECTED_REQUEST, "Host is not this machine's")
        given = headers.get("origin", ())
        origin = given[0] if len(given) == 1 else None
        if given and origin not in self._origins:
            return _refuse(Status.FORBIDDEN, "Origin is not on the list")
        if method == "OPTIONS":
            return self._preflight(path, origin, headers)
        if method != "GET":
            return _refuse(Status.METHOD_NOT_ALLOWED, "method")
        if path == HEALTH:
            return self._health(origin, headers)
        if path.startswith(START):
            return self._lead(path.removeprefix(START))
        if not path.startswith(CONVERSATION):
            return _refuse(Status.NOT_FOUND, "no such path")
        if origin is None:
            return _refuse(Status.FORBIDDEN, "no Origin")
        if not _same(path.removeprefix(CONVERSATION), self._token):
            return _refuse(Status.FORBIDDEN, "the token is not of this launch")
        return Admitted(origin)

    def _lead(self, code: str) -> Answer:
        start = self._start
        if start is None or start.used or not _same(code, start.code):
            return _refuse(Status.NOT_FOUND, "no such start, or it was used")
        start.used = True
        return Answer(Status.FOUND, "start", {"Location": start.location})

    def _health(self, origin: str | None, headers: Headers) -> Answer:
        # A page that asks without an Origin (an image, a script) wants to know who is here.
        if origin is None and set(headers.get("sec-fetch-site", ())) - {"none", "same-origin"}:
            return _refuse(Status.FORBIDDEN, "a page, and no Origin")
        return Answer(Status.OK, "health", _cors(origin), tells_health=True)

    def _preflight(self, path: str, origin: str | None, headers: Headers) -> Answer:
        if origin is None:
            return _refuse(Status.FORBIDDEN, "no Origin")
        if path != HEALTH and not path.startswith(CONVERSATION):
            return _refuse(Status.NOT_FOUND, "no such path")
        allowed = {**_cors(origin), "Access-Control-Allow-Methods": "GET"}
        if "access-control-request-private-network" in headers:
            allowed["Access-Control-Allow-Private-Network"] = "true"
        return Answer(Status.NO_CONTENT, "preflight", allowed)


def _same(given: str, secret: str) -> bool:
    return compare_digest(given.encode("utf-8", "replace"), secret.encode("ascii"))


def _cors(origin: str | None) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"} if origin else {}


def _refuse(status: Status, reason: str) -> Answer:
    return Answer(status, reason)
