"""What the views of the services share: who may ask, whose data, and an answer that is kept.

Nobody is told of a person by name or number. A service system shows the presence token of the
person's card (`reader.presence`), while it may still be acted on: the card was at a desk within the
last ten minutes. Every such read stands in the trail of the card, with client and purpose.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.auth import require_kind, this_client
from api.config import service
from api.errors import HolderAbsentError, InvalidFieldError
from api.services import book
from api.services.people import registry
from api.services.people.models import InsuredPerson
from issuance import cards
from issuance.clients import ClientKind
from issuance.counter import looks
from issuance.models import Card
from issuance.states import CardState
from reader.presence import PresenceError, PresenceToken, verify_presence

PRESENCE: Final = "X-Presence-Token"
URL: Final = "/v1/services"


def require_service() -> None:
    """Before a request: a service system asks, of a book that has the insurances.

    Raises ClientKeyError, WrongClientError, InsuranceFormError.
    """
    require_kind(ClientKind.SERVICE)
    book.require(service().book.engine)


def require_ledger() -> None:
    """The same for a ledger."""
    require_kind(ClientKind.LEDGER)
    book.require(service().book.engine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A read of somebody's data that was noted."""

    session: Session
    person: InsuredPerson
    card: Card
    at: datetime


@contextmanager
def holder(what: str) -> Iterator[Read]:
    """The person whose card the request's token is about; the read of *what* is noted.

    Raises HolderAbsentError, UnknownError for somebody who is not registered.
    """
    at = service().now()
    token = _token(at)
    with service().book.changing() as session:
        card = _card(session, token, at)
        looks.note_cards(session, [card], what=what, purpose=token.purpose, by=this_client(), at=at)
        person = registry.get(session, card.social_security_number)
        yield Read(session=session, person=person, card=card, at=at)


def kept(body: Any) -> ResponseReturnValue:
    """The answer, with an ETag: 304 where the asker has it already. For him alone to keep."""
    answer: Response = jsonify(body)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


def asked(name: str, wanted: tuple[str, ...]) -> str | None:
    """A choice in the query; None where it is not there. Raises InvalidFieldError."""
    value = request.args.get(name)
    if value is not None and value not in wanted:
        known = ", ".join(wanted)
        raise InvalidFieldError(name, f"one of {known} is wanted", f"须为 {known} 之一")
    return value


def _token(at: datetime) -> PresenceToken:
    text = request.headers.get(PRESENCE)
    if text is None:
        raise HolderAbsentError
    try:
        return verify_presence(text, trust=service().trust.current(), now=at)
    except PresenceError as refused:
        raise HolderAbsentError(refused.cause) from refused


def _card(session: Session, token: PresenceToken, at: datetime) -> Card:
    """The card of the book that the token is about; one that is lost by now is nobody's proof."""
    card = cards.find(session, str(token.card_number))
    if card is None or card.identification_code != bytes(token.identification_code):
        raise HolderAbsentError
    if cards.status(session, card.number, at=at).state is not CardState.ACTIVE:
        raise HolderAbsentError
    return card
