"""The issuer's server over HTTPS, as a desk uses it: no master key is ever at the counter.

`HttpIssuerServer` is `reader.issuer_server.IssuerServer`; `ServerKeys` makes of it the keys of one
card, as a PSAM or a key store has them: ``DeskKeys(ServerKeys.of(server, session, atr), random)``.
Certificates are verified against the machine's own trust, or the issuer's own authority (*ca*);
http is for this machine alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

from reader.card_profile.keys import CardKey
from reader.card_profile.values import IdentificationCode
from reader.card_record import CardRecord
from reader.issuer_server import CardFacts, IssuerServer, KeyStep, Presence, StepKind, Work
from reader.relay import Answer, Order, OrderKind
from reader.server_errors import ServerMalformedError
from reader.server_http import ask, require_secure, require_sendable
from reader.server_line import ServerLine
from reader.session import CardSession

TIMEOUT: Final = 10.0  # seconds for one question, whatever they go to; a clerk waits
YES: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class HttpIssuerServer:
    """The service at *address* (https://HOST), asked with the *key* of this desk.

    One of it is enough for a desk: it keeps its connections, and serves any number of threads.
    """

    address: str
    key: str = field(repr=False)
    timeout: float = TIMEOUT
    ca: Path | None = None
    _line: ServerLine = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_secure(self.address)
        require_sendable(self.key)
        line = ServerLine(self.address, ca=self.ca, seconds=self.timeout)
        object.__setattr__(self, "_line", line)

    def close(self) -> None:
        """Let go of the line; it opens anew when something is asked."""
        self._line.close()

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
        path = f"/v1/desk/visits/{quote(ticket, safe='')}/card"
        # Its challenge counts once: the second time would call a genuine card replayed.
        answer = self._ask("POST", path, body, repeatable=False)
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

    def driver_key(
        self,
        function: str,
        step1: str,
        *,
        card: CardFacts | None = None,
        ticket: str | None = None,
    ) -> str:
        """pKey for the next step of a national driver's *function* (docs/counter-server.md)."""
        body: dict[str, Any] = {"function": function, "step1": step1, "ticket": ticket}
        if card is not None:
            body["card"] = _card(card)
        if not isinstance(key := self._ask("POST", "/v1/desk/hsm-steps", body).get("key"), str):
            raise ServerMalformedError("key")
        return key

    def judge_presence(self, token: str) -> Mapping[str, Any]:
        """What the server says of a presence token: `verdict`, `valid`, `presence` …"""
        return self._ask("POST", "/v1/presence/verifications", {"token": token})

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

    def _ask(
        self, method: str, path: str, body: Any = None, *, repeatable: bool = True
    ) -> Mapping[str, Any]:
        """All but one do no more when they come twice: the ticket or the number of an order says
        what was done, a challenge more harms nobody, and a card's random number counts once."""
        path = urlsplit(self.address).path.rstrip("/") + path
        return ask(self._line, self.key, method, path, body, repeatable=repeatable)


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
        step = KeyStep(kind=StepKind.CHECK, key="IRK", random=random, data=factor + answer)
        return self._use(step) == YES

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
