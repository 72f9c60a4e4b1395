"""An issuer's server in the same process: real keys, a list of tickets, no line in between."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from api.relay import Job, Relays
from crypto.keystore import KeyStore
from reader.authenticity import Verdict, refusal, verify_record
from reader.card_check import verify_chip_response
from reader.card_keys import CardKeys
from reader.card_profile.atr import ladder_factor
from reader.card_profile.profiles import profile_of
from reader.issuer_server import CardFacts, KeyStep, Presence, StepKind, Work
from reader.relay import Answer, Order
from reader.server_errors import ServerUnreachableError
from tests.desk import NOW, counter_bytes


class LineDownError(ServerUnreachableError):
    """The server cannot be reached; of the tests."""

    code = "line-down"


@dataclass
class IssuerAtHand:
    """Does what `reader.issuer_server.IssuerServer` says. *down* lets every call fail."""

    store: KeyStore
    tickets: dict[str, Work] = field(default_factory=dict)
    reported: list[tuple[str, bool, str]] = field(default_factory=list)
    steps: list[tuple[str, str | None]] = field(default_factory=list)
    down: bool = False
    random: Any = field(default_factory=lambda: counter_bytes(99))
    challenges: set[bytes] = field(default_factory=set)
    jobs: dict[str, Job] = field(default_factory=dict)
    relays: Relays = field(default_factory=Relays)

    def ticket(self, name: str, action: str, card: Any = None, **parameters: Any) -> str:
        """Open a ticket for an action on a card."""
        code = card and card.identification_code
        self.tickets[name] = Work(
            ticket=name, action=action, identification_code=code, parameters=parameters
        )
        return name

    def challenge(self) -> bytes:
        self._demand_line()
        challenge = self.random(16)
        self.challenges.add(challenge)
        return challenge

    def use_keys(
        self, card: CardFacts, steps: Sequence[KeyStep], *, ticket: str | None = None
    ) -> list[bytes]:
        self._demand_line()
        self.steps += [(step.key, ticket) for step in steps]
        return [self._step(card, step) for step in steps]

    def show(
        self, card: CardFacts, *, record: bytes, challenge: bytes, response: bytes, ticket: str
    ) -> Presence:
        self._demand_line()
        self.challenges.remove(challenge)
        found = verify_record(record, trust=self.store.public_keys(), now=NOW)
        if found.record and found.issuer and found.record.chip_key:
            try:
                verify_chip_response(found.record, found.issuer.suite, challenge, response)
            except Exception:  # the tests' issuer says one thing to every wrong proof
                found = refusal(Verdict.COPIED)
            else:
                found = replace(found, checks=(*found.checks, "chip"))
        return Presence(
            verification=found.to_json(), token=f"token-of-{ticket}" if found.genuine else None
        )

    def work(self, ticket: str) -> Work:
        self._demand_line()
        return self.tickets[ticket]

    def report(self, ticket: str, *, done: bool, code: str = "") -> str:
        self._demand_line()
        self.reported.append((ticket, done, code))
        return f"430100-{len(self.reported):06d}"

    def relay(self, ticket: str, answer: Answer | None) -> Order:
        self._demand_line()
        place = ticket, "desk"
        if answer is None:
            return self.relays.begin(place, lambda: self.jobs[ticket]).exchange(None)
        return self.relays.of(*place).exchange(answer)

    def _step(self, card: CardFacts, step: KeyStep) -> bytes:
        profile = profile_of(card.version)
        keys = CardKeys(
            self.store, profile, card.identification_code.region, ladder_factor(card.atr)
        )
        key = profile.key(step.key)
        match step.kind:
            case StepKind.CRYPTOGRAM:
                return keys.cryptogram(key, step.random, step.data)
            case StepKind.SEAL:
                return keys.seal(key, step.random, step.header, step.data)
            case StepKind.MAC:
                return keys.mac(key, step.random, step.header, step.data)
            case StepKind.CHECK:
                right = keys.confirms(key, step.random, step.data[:8], step.data[8:])
                return b"\x01" if right else b""

    def _demand_line(self) -> None:
        if self.down:
            raise LineDownError
