"""A kept calculation as it holds now: the last of those that took its place."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

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


def fen(results: Mapping[str, Any], name: str) -> Fen:
    """One of its results; 0 where it is not part of it."""
    return fen_of(Decimal(str(results.get(name) or 0)))
