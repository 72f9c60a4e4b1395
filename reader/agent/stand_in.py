"""Stands in for `reader.server_client` until it is here."""

from collections.abc import Sequence
from dataclasses import dataclass

from reader.card_profile.keys import CardKey
from reader.card_record import CardRecord
from reader.issuer_server import CardFacts, IssuerServer, KeyStep, StepKind


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """The keys of one card, at the server."""

    server: IssuerServer
    card: CardFacts
    ticket: str | None = None

    def cryptogram(self, key: CardKey, random: bytes, factor: bytes) -> bytes:
        return self._one(
            KeyStep(kind=StepKind.CRYPTOGRAM, key=key.name, random=random, data=factor)
        )

    def seal(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        return self._one(
            KeyStep(kind=StepKind.SEAL, key=key.name, random=random, header=header, data=data)
        )

    def mac(self, key: CardKey, random: bytes, header: bytes, data: bytes) -> bytes:
        return self._one(
            KeyStep(kind=StepKind.MAC, key=key.name, random=random, header=header, data=data)
        )

    def prove_shared(self, record: CardRecord, random: bytes, factor: bytes) -> bytes:
        raise NotImplementedError

    def _one(self, step: KeyStep) -> bytes:
        steps: Sequence[KeyStep] = [step]
        (result,) = self.server.use_keys(self.card, steps, ticket=self.ticket)
        return result
