"""What the pages of the insurances have in common: moments, amounts, offices, sentences."""

from datetime import datetime
from typing import Any

from flask import g

from api.config import service
from api.console.language import words
from api.console.people import who
from api.database import BookSession
from api.services.insurances import NAMES, Insurance
from api.services.money import FEN_PER_YUAN
from api.services.offices import tree
from api.services.offices.models import Office

Sentence = tuple[str, str]


def now() -> datetime:
    """The moment of this request: what is shown and what is decided have the same."""
    known: datetime | None = g.get("insurance_now")
    if known is None:
        known = g.insurance_now = service().now()
    return known


def me() -> str:
    """The name of the clerk who asks."""
    return who().name


def amount(fen: int | None) -> str:
    """An amount as people read it: 4,321.50."""
    if fen is None:
        return "–"
    sign, whole = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{whole // FEN_PER_YUAN:,}.{whole % FEN_PER_YUAN:02}"


def office_name(session: BookSession, code: str | None) -> str:
    """What an office is called, one that was closed too."""
    found = session.get(Office, code) if code else None
    return found.name if found else (code or "–")


def own_office(session: BookSession) -> Office:
    """Where the clerk who asks works. Raises NoOfficeError."""
    return tree.office_of(session, me())


def insurance_name(code: str) -> Sentence:
    """What an insurance is called."""
    return NAMES[Insurance(code)]


def shared() -> dict[str, Any]:
    """What every template of the insurances may use."""
    return {
        "amount": amount,
        "insurance_words": lambda code: words(insurance_name(code)),
    }
