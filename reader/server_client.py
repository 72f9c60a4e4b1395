"""The issuer's server over HTTPS, as a desk uses it: no master key is ever at the counter.

`HttpIssuerServer` is `reader.issuer_server.IssuerServer`; `ServerKeys` makes of it the keys of one
card, as a PSAM or a key store has them: ``DeskKeys(ServerKeys.of(server, session, atr), random)``.
Certificates are verified against the machine's own trust; http is for this machine alone.
"""

import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, Self
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

from reader.card_profile.keys import CardKey
from reader.card_profile.values import IdentificationCode
from reader.card_record import CardRecord
from reader.issuer_server import CardFacts, IssuerServer, KeyStep, Presence, StepKind, Work
from reader.relay import Answer, Order, OrderKind
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
from reader.session import CardSession

TIMEOUT: Final = 10.0  # seconds; a clerk waits
MAX_ANSWER: Final = 256 * 1024
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
YES: Final = b"\x01"

_REFUSALS: Final[Mapping[str, type[ServerRefusedError]]] = {
    "ticket-over": TicketOverError,
    "wrong-card": NotTheTicketsCardError,
}


class _NoRedirect(HTTPRedirectHandler):
    """A redirection would carry the desk's key elsewhere."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        """Follow none; the answer is then told as it is."""


@dataclass(frozen=True, slots=True)
class HttpIssuerServer:
    """The service at *address* (https://HOST), asked with the *key* of this desk."""

    address: str
    key: str = field(repr=False)
    timeout: float = TIMEOUT

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or local):
            raise ServerInsecureError(self.address)

    def challenge(self) -> bytes:
        """A fresh challenge for a chip (16 bytes), accepted once."""
        return _bytes(self._ask("POST", "/v1/challenges", {}), "challenge")

    def use_keys(
        self, card: CardFacts, steps: Sequence[KeyStep], *, ticket: str | None = None
    ) -> list[bytes]:
        """The result of each step."""
        body: dict[str, Any] = {"card": _card(card), "steps": [_step(one) for one in steps]}
        if ticket is not None:
            body["ticket"] = ticket
        results = self._ask("POST", "/v1/desk/key-steps", body).get("results")
        if not isinstance(results, list) or len(results) != len(steps):
            raise ServerMalformedError("results")
        return [_hexadecimal(one, "results") for one in results]

    def show(
        self, card: CardFacts, *, record: bytes, challenge: bytes, response: bytes, ticket: str
    ) -> Presence:
        """Judge the card on the reader, and note that it was here."""
        body = {
            "card": _card(card),
            "record": record.hex(),
            "challenge": challenge.hex(),
            "response": response.hex(),
        }
        answer = self._ask("POST", f"/v1/desk/visits/{quote(ticket, safe='')}/card", body)
        verification, token = answer.get("verification"), answer.get("token")
        if not isinstance(verification, dict) or not isinstance(token, str | None):
            raise ServerMalformedError("verification")
        return Presence(verification=verification, token=token)

    def work(self, ticket: str) -> Work:
        """What to do under *ticket*."""
        answer = self._ask("GET", f"/v1/desk/work/{quote(ticket, safe='')}")
        match answer:
            case {
                "ticket": str() as name,
                "action": str() as action,
                "parameters": dict() as given,
            }:
                return Work(
                    ticket=name,
                    action=action,
                    identification_code=_code(answer.get("identification_code")),
                    parameters=given,
                )
        raise ServerMalformedError("work")

    def report(self, ticket: str, *, done: bool, code: str = "") -> str:
        """Tell the outcome; the number of its audit entry."""
        body = {"done": done, "code": code}
        answer = self._ask("POST", f"/v1/desk/work/{quote(ticket, safe='')}/outcome", body)
        if not isinstance(audit := answer.get("audit"), str):
            raise ServerMalformedError("audit")
        return audit

    def relay(self, ticket: str, answer: Answer | None) -> Order:
        """Give what came of an order, get the next; as `reader.relay.RelayLine`."""
        body: dict[str, Any] = {}
        if answer is not None:
            body = {"number": answer.number, "data": answer.data.hex(), "error": answer.error}
        told = self._ask("POST", f"/v1/desk/relay/{quote(ticket, safe='')}", body)
        match told:
            case {"number": int() as number, "kind": str() as kind, "result": dict() as result}:
                if kind in list(OrderKind):
                    command = _hexadecimal(told.get("command"), "command")
                    return Order(
                        number=number, kind=OrderKind(kind), command=command, result=result
                    )
        raise ServerMalformedError("order")

    def _ask(self, method: str, path: str, body: Any = None) -> Mapping[str, Any]:
        request = Request(  # noqa: S310  # its scheme was looked at
            self.address.rstrip("/") + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with _opener(self.address).open(request, timeout=self.timeout) as answer:
                return _object(answer.read(MAX_ANSWER))
        except HTTPError as error:
            with error:
                _refused(error)
        except (URLError, OSError, ValueError) as error:
            raise ServerUnreachableError(_reason(error)) from error


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """The keys of one card, at the server. *ticket* names what a clerk began, if anything."""

    server: IssuerServer
    card: CardFacts
    ticket: str | None = None

    @classmethod
    def of(
        cls, server: IssuerServer, session: CardSession, atr: bytes, *, ticket: str | None = None
    ) -> Self:
        """The keys of the card in *session*."""
        return cls(server, facts_of(session, atr), ticket)

    def cryptogram(self, key: CardKey, random: bytes, factor: bytes) -> bytes:
        """What proves that *key* is held, over a random number and a factor of 8 bytes each."""
        return self._use(
            KeyStep(kind=StepKind.CRYPTOGRAM, key=key.name, random=random, data=factor)
        )

    def seal(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The protected data field of the command with this header (CLA INS P1 P2)."""
        return self._use(_secured(StepKind.SEAL, key, random, header, data))

    def mac(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        """The data field of the command with this header: *data*, readable, and its MAC."""
        return self._use(_secured(StepKind.MAC, key, random, header, data))

    def confirms(self, key: CardKey, random: bytes, factor: bytes, answer: bytes) -> bool:
        """Whether *answer* is what a card that holds *key* makes of them; the server compares."""
        data = factor + answer
        step = KeyStep(kind=StepKind.CHECK, key=key.name, random=random, data=data)
        return self._use(step) == YES

    def proves_shared(
        self, record: CardRecord, random: bytes, factor: bytes, answer: bytes
    ) -> bool:
        """Whether *answer* is that of *record*'s card, by the key it shares with its issuer."""
        if record.identification_code != self.card.identification_code:
            return False
        return (
            self._use(KeyStep(kind=StepKind.CHECK, key="IRK", random=random, data=factor + answer))
            == YES
        )

    def _use(self, step: KeyStep) -> bytes:
        (result,) = self.server.use_keys(self.card, [step], ticket=self.ticket)
        return result


def facts_of(session: CardSession, atr: bytes) -> CardFacts:
    """What the card in *session* says of itself."""
    return CardFacts(
        atr=atr,
        identification_code=session.identification_code,
        version=session.profile.version,
    )


def _secured(kind: StepKind, key: CardKey, random: bytes, header: bytes, data: bytes) -> KeyStep:
    return KeyStep(kind=kind, key=key.name, random=random, header=header, data=data)


def _opener(address: str) -> Any:
    handlers: list[Any] = [_NoRedirect, HTTPSHandler(context=ssl.create_default_context())]
    if urlsplit(address).hostname in LOOPBACK:
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
    if error.code == 429:
        raise ServerBusyError
    if not problem or error.code < 400:
        raise ServerMalformedError(f"HTTP {error.code}")
    if error.code >= 500 and code not in ("keys-absent", "not-served"):
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


def _card(card: CardFacts) -> dict[str, str]:
    return {
        "atr": card.atr.hex(),
        "identification_code": str(card.identification_code),
        "version": card.version,
    }


def _step(step: KeyStep) -> dict[str, str]:
    return {
        "kind": step.kind.value,
        "key": step.key,
        "random": step.random.hex(),
        "header": step.header.hex(),
        "data": step.data.hex(),
    }


def _bytes(answer: Mapping[str, Any], name: str) -> bytes:
    return _hexadecimal(answer.get(name), name)


def _hexadecimal(value: Any, name: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError) as error:
        raise ServerMalformedError(name) from error


def _code(value: Any) -> IdentificationCode | None:
    if value is None:
        return None
    try:
        return IdentificationCode(_hexadecimal(value, "identification_code"))
    except ValueError as error:
        raise ServerMalformedError("identification_code") from error
