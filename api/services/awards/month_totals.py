"""What a month's runs made payable, by fund: region, insurance, benefit; exact to the item."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.awards.errors import UnevenRunError
from api.services.awards.models import Award, MonthRun, PayableItem
from api.services.awards.month_run import Run
from api.services.money import Fen, yuan_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What a fund pays for one benefit in a month: items, and their sum in fen."""

    region: str
    insurance: str
    benefit: str
    items: int
    amount: Fen

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "region": self.region,
            "insurance": self.insurance,
            "benefit": self.benefit,
            "items": self.items,
            "amount": yuan_of(self.amount),
        }


def totals(session: Session, runs: Iterable[Run]) -> list[Total]:
    """By fund and benefit, of runs that are done. Raises UnevenRunError.

    What the runs counted as they went is held against the items that bear their names: a list for
    a ledger is given only where both are the same to the fen.
    """
    found: list[Total] = []
    for run in runs:
        rows = _of(session, run)
        counted = session.get(MonthRun, run.key)
        if counted is None:
            continue
        items, total = sum(row.items for row in rows), sum(row.amount for row in rows)
        if (items, total) != (counted.items, counted.total):
            raise UnevenRunError(run.name, yuan_of(counted.total), yuan_of(Fen(total)))
        found += rows
    return found


def _of(session: Session, run: Run) -> Sequence[Total]:
    rows = session.execute(
        select(Award.benefit, func.count(), func.sum(PayableItem.amount))
        .join(Award, Award.id == PayableItem.award)
        .where(PayableItem.run == run.name)
        .group_by(Award.benefit)
        .order_by(Award.benefit)
    )
    return [
        Total(
            region=run.region,
            insurance=run.insurance.value,
            benefit=benefit,
            items=items,
            amount=Fen(int(amount)),
        )
        for benefit, items, amount in rows
    ]
