"""The book as it would be after changes that were found, and that nobody has made yet.

What somebody is paid builds on what was determined before: an adjustment on the pension. So that a
list of differences says to the fen what carrying it out does, each line sees those before it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.models import Award
from api.services.determination.models import StoredCalculation
from api.services.money import Fen
from api.services.months import Month


class Pending:
    """The changes of one person's awards and calculations; without any it is the book as it is."""

    def __init__(self) -> None:
        self._amounts: dict[str, dict[Month, Fen]] = {}
        self._results: dict[str, Mapping[str, Any]] = {}

    def change(self, award: str, *, from_month: Month, amount: Fen) -> None:
        """Another amount would hold from a month on, up to the next one."""
        self._amounts.setdefault(award, {})[from_month] = amount

    def replace(self, calculation: str, results: Mapping[str, Any]) -> None:
        """A kept calculation would have other results."""
        self._results[calculation] = results

    def amount_at(self, session: Session, award: Award, month: Month) -> Fen:
        """What would hold in a month; 0 before the first."""
        rows = grants.effective(grants.amounts(session, award.id))
        held = {row.from_month: row.amount for row in rows} | self._amounts.get(award.id, {})
        begun = [first for first in held if first <= month]
        return held[max(begun)] if begun else Fen(0)

    def results(self, row: StoredCalculation) -> Mapping[str, Any]:
        """The results that a kept calculation would have."""
        return self._results.get(row.id, row.results)
