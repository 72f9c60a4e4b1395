"""The presence tokens that were given: which one belongs to a visit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance.counter.models import Presence


def token_of(session: Session, visit: str) -> str:
    """The latest token of a visit; empty where the card was not there, or not genuine."""
    found = session.scalar(
        select(Presence.token).where(Presence.ticket == visit).order_by(Presence.at.desc()).limit(1)
    )
    return found or ""
