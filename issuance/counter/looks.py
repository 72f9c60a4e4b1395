"""Whoever looks at a person's data without the person at the desk is noted, with the purpose."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import audit
from issuance.counter.errors import ParameterError
from issuance.models import Card
from reader.card_profile.values import SocialSecurityNumber

MAX_PURPOSE = 64


def note_person(
    session: Session, number: str, *, what: str, purpose: str, by: str, at: datetime
) -> str:
    """Note a look at a citizen's number, also where no card is found; the number as it is written.

    *what* names what was looked at ("reads"). Raises ParameterError.
    """
    try:
        person = str(SocialSecurityNumber(number.strip().upper()))
    except ValueError as error:
        raise ParameterError("number", str(error), "社会保障号码有误") from error
    owned = select(Card).where(Card.social_security_number == person).order_by(Card.number)
    found = session.scalars(owned).all()
    detail: audit.Detail = {"purpose": _purpose(purpose), "found": len(found)}
    things = [(f"looking at {what}", detail)]
    audit.append(session, "counter.search", things, chain=audit.OFFICE, by=by, at=at)
    note_cards(session, found, what=what, purpose=purpose, by=by, at=at)
    return person


def note_cards(
    session: Session, cards: Iterable[Card], *, what: str, purpose: str, by: str, at: datetime
) -> None:
    """Note a look at cards, in the trail of each. Raises ParameterError."""
    detail: audit.Detail = {"purpose": _purpose(purpose), "what": what}
    for card in cards:
        things = [(f"card {card.number}", detail)]
        audit.append(session, "card.look", things, chain=card.region, by=by, at=at)


def _purpose(text: str) -> str:
    if not 0 < len(text.strip()) <= MAX_PURPOSE or not text.isprintable():
        raise ParameterError(
            "purpose", f"1 to {MAX_PURPOSE} characters", f"须为 1 至 {MAX_PURPOSE} 个字符"
        )
    return text.strip()
