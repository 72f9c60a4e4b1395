"""A kept calculation as it holds now: the last of those that took its place."""

from decimal import Decimal

from sqlalchemy.orm import Session

from api.services.determination import store
from api.services.determination.models import StoredCalculation
from api.services.money import Fen, fen_of


def newest(session: Session, calculation: str) -> StoredCalculation:
    """The one that holds in place of *calculation*, or itself. Raises UnknownError."""
    row = store.get(session, calculation)
    while (later := store.replacement(session, row)) is not None:
        row = later
    return row


def amount(row: StoredCalculation, name: str) -> Fen:
    """One of its results in fen; 0 where it is not part of it."""
    return fen_of(Decimal(str(row.results.get(name) or 0)))
