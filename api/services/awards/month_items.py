"""The items of a month for many awards at once: what `payables.settle` would add, in one pass.

Where nothing changed since an award was last settled, and its last month has an item, the month
lacks exactly what is due in it: those are added by one statement. The odd ones (changed, paused,
months that were never made payable) are settled one by one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, insert, literal, or_, select
from sqlalchemy.orm import Session

from api.services.awards import payables
from api.services.awards.models import Award, AwardAmount, AwardPause, PayableItem
from api.services.months import Month
from api.services.tables import MonthNumber
from issuance.book_columns import Instant


class Added(NamedTuple):
    """How many items, and their sum in fen."""

    items: int
    total: int


def add(
    session: Session, among: ColumnElement[bool], *, month: Month, run: str, at: datetime
) -> Added:
    """Add the items that the awards *among* lack up to *month*; they are locked already."""
    items = total = 0
    for award in session.scalars(select(Award).where(among, _is_odd(month)).order_by(Award.id)):
        added = payables.settle(session, award, through=month, run=run, at=at)
        items += len(added)
        total += sum(one.amount for one in added)
    amounts = _add_plain(session, among, month=month, run=run, at=at)
    return Added(items + len(amounts), total + sum(amounts))


def _add_plain(
    session: Session, among: ColumnElement[bool], *, month: Month, run: str, at: datetime
) -> Sequence[int]:
    """The amounts that were added: an item of its own for each award that is due one."""
    due = (
        select(Award.id, _amount_in(month).label("amount"))
        .where(among, _runs_in(month), ~_has_item(month), ~_is_paused(month))
        .subquery()
    )
    source = select(
        due.c.id,
        literal(month, MonthNumber()),
        literal(0),
        due.c.amount,
        literal(run),
        literal(at, Instant()),
    ).where(due.c.amount != 0)
    columns = ("award", "month", "number", "amount", "run", "made_at")
    statement = insert(PayableItem.__table__).from_select(columns, source)  # type: ignore[arg-type]
    return session.scalars(statement.returning(PayableItem.__table__.c.amount)).all()


def _is_odd(month: Month) -> ColumnElement[bool]:
    """More than the month itself may be lacking, or less."""
    last_item = _has(
        select(PayableItem.number).where(
            PayableItem.award == Award.id, PayableItem.month == Award.until_month
        )
    )
    return or_(
        Award.unsettled,
        and_(
            Award.from_month < month,
            _runs_in(month),
            ~_has_item(month),
            ~_has_item(month.after(-1)),
        ),
        and_(Award.until_month < month, Award.until_month >= Award.from_month, ~last_item),
    )


def _runs_in(month: Month) -> ColumnElement[bool]:
    return and_(
        Award.from_month <= month, or_(Award.until_month.is_(None), Award.until_month >= month)
    )


def _has_item(month: Month) -> ColumnElement[bool]:
    return _has(
        select(PayableItem.number).where(PayableItem.award == Award.id, PayableItem.month == month)
    )


def _is_paused(month: Month) -> ColumnElement[bool]:
    return _has(
        select(AwardPause.number).where(
            AwardPause.award == Award.id,
            AwardPause.from_month <= month,
            AwardPause.made_good.is_(False),
            or_(AwardPause.until_month.is_(None), AwardPause.until_month >= month),
        )
    )


def _has(rows: Select[int]) -> ColumnElement[bool]:
    """Whether there is such a row, asked for each award by its key.

    Not as EXISTS: PostgreSQL makes a join of that, and in a month that has just begun its
    statistics let it go through all items of the month for every award.
    """
    return rows.limit(1).scalar_subquery().is_not(None)


def _amount_in(month: Month) -> ColumnElement[int]:
    return (
        select(AwardAmount.amount)
        .where(AwardAmount.award == Award.id, AwardAmount.from_month <= month)
        .order_by(AwardAmount.number.desc())
        .limit(1)
        .scalar_subquery()
    )
