"""What is payable: for each month of an award the items that add up to what is due.

One rule does first payments, arrears, corrections and recoveries: whatever a month's items lack of
what is due becomes its next item. Doing it again adds nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.models import Award, AwardAmount, AwardPause, PayableItem
from api.services.money import Fen
from api.services.months import Month


def settle(
    session: Session, award: Award, *, through: Month, run: str, at: datetime
) -> list[PayableItem]:
    """Add the items that months up to *through* lack; those that were added, by month.

    Months beyond it that were made payable already are looked at as well. The award is locked: two
    who settle it at once add nothing twice.

    *run* names the matter or the monthly run that makes them.
    """
    session.flush()
    session.refresh(award, with_for_update=True)
    rows = grants.amounts(session, award.id)
    pauses = grants.pauses(session, award.id)
    paid, numbers = _paid(session, award.id)
    added: list[PayableItem] = []
    last = max([through, *paid])
    for month in award.from_month.through(last):
        if lack := due_in(award, rows, pauses, month) - paid[month]:
            added.append(
                PayableItem(
                    award=award.id,
                    month=month,
                    number=numbers[month],
                    amount=Fen(lack),
                    run=run,
                    made_at=at,
                )
            )
    session.add_all(added)
    award.unsettled = False
    session.flush()
    return added


def due_in(
    award: Award, rows: Sequence[AwardAmount], pauses: Sequence[AwardPause], month: Month
) -> Fen:
    """What is due for a month."""
    if month < award.from_month or (award.until_month and month > award.until_month):
        return Fen(0)
    if any(_holds_back(pause, month) for pause in pauses):
        return Fen(0)
    return grants.amount_at(rows, month)


def items(session: Session, award: str) -> list[PayableItem]:
    """The items of an award, by month."""
    return list(
        session.scalars(
            select(PayableItem)
            .where(PayableItem.award == award)
            .order_by(PayableItem.month, PayableItem.number)
        )
    )


def _holds_back(pause: AwardPause, month: Month) -> bool:
    if pause.made_good or month < pause.from_month:
        return False
    return pause.until_month is None or month <= pause.until_month


def _paid(session: Session, award: str) -> tuple[dict[Month, int], dict[Month, int]]:
    """By month: the sum of its items, and the number of the next one."""
    paid: dict[Month, int] = defaultdict(int)
    numbers: dict[Month, int] = defaultdict(int)
    for item in items(session, award):
        paid[item.month] += item.amount
        numbers[item.month] = item.number + 1
    return paid, numbers
