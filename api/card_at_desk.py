"""A card that a desk shows in a visit: judged online, noted, and attested by a presence token."""

from dataclasses import dataclass
from typing import Self

from api.config import Service
from api.desk_fields import card_field
from api.online_verification import (
    CRYPTOGRAM_SIZE,
    SIGNATURE_SIZE,
    ChipProof,
    VerificationRequest,
    verify_online,
)
from api.request_fields import JsonObject, bytes_field, hex_field, known_fields
from crypto.envelope import MAX_SIZE
from issuance import challenges
from issuance.counter import visits
from issuance.counter.errors import UnlikeCardError
from reader.authenticity import Verification
from reader.issuer_server import CardFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """What the card says of itself, its record, and its answer to a challenge of ours."""

    facts: CardFacts
    record: bytes
    proof: ChipProof

    @classmethod
    def from_json(cls, body: JsonObject) -> Self:
        """Read the body of a request. Raises InvalidFieldError."""
        known_fields(body, ("card", "record", "challenge", "response"))
        return cls(
            facts=card_field(body),
            record=bytes_field(body, "record", MAX_SIZE),
            proof=ChipProof(
                challenge=hex_field(body, "challenge", (challenges.SIZE,)),
                response=hex_field(body, "response", (SIGNATURE_SIZE, CRYPTOGRAM_SIZE)),
            ),
        )


def show_card(
    service: Service, ticket: str, shown: ShownCard, *, desk: str
) -> tuple[Verification, str | None]:
    """The verdict, and the presence token if it is a yes.

    Raises as `visits.show`; UnlikeCardError where the record is of another chip than the desk says.
    """
    at = service.now()
    with service.book.changing() as session:  # before the challenge is spent
        visits.require_showable(session, ticket, desk=desk, at=at)
    found = verify_online(service, VerificationRequest(record=shown.record, proof=shown.proof))
    named = found.record.identification_code if found.record else None
    if named is not None and named != shown.facts.identification_code:
        raise UnlikeCardError
    with service.book.changing() as session:
        token = visits.show(
            session,
            ticket,
            found,
            desk=desk,
            signer=service.presence,
            random=service.random,
            at=at,
        )
    return found, token
