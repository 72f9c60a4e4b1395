"""Finding the cards of somebody who has none with him: to report a loss by telephone, above all.

A search takes a whole number, never a part of one, so that nobody leafs through the holders. Each
is noted with its purpose, those that find nothing too.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuance import audit, cards
from issuance.counter import card_sheet
from issuance.counter.card_sheet import CardSheet
from issuance.counter.errors import ParameterError
from reader.card_profile.values import CardNumber, SocialSecurityNumber


@dataclass(frozen=True, slots=True)
class Search:
    """What was given: a citizen's or a card's number, and a name to compare with, if any."""

    number: str
    name: str = ""


def find(
    session: Session, wanted: Search, *, ticket: str, purpose: str, by: str, at: datetime
) -> list[CardSheet]:
    """The cards, the newest first; none where the name is another's. Raises ParameterError."""
    person = _person(session, wanted.number.strip().upper())
    sheets = card_sheet.cards_of(session, person, at=at) if person else []
    if wanted.name:
        sheets = [sheet for sheet in sheets if sheet.holder.name == wanted.name.strip()]
    detail: audit.Detail = {"visit": ticket, "purpose": purpose, "found": len(sheets)}
    things = [(f"ticket {ticket}", detail)]
    audit.append(session, "counter.search", things, chain=audit.OFFICE, by=by, at=at)
    card_sheet.note_look(session, sheets, ticket=ticket, purpose=purpose, by=by, at=at)
    return sheets


def _person(session: Session, number: str) -> str | None:
    """The citizen's number that a number leads to; None where the book has no such card."""
    try:
        return str(SocialSecurityNumber(number))
    except ValueError:
        pass
    try:
        card = cards.find(session, str(CardNumber(number)))
    except ValueError as error:
        raise ParameterError(
            "number", "neither a citizen's nor a card's", "既不是社会保障号码，也不是卡号"
        ) from error
    return None if card is None else card.social_security_number
