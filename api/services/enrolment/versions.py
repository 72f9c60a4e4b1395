"""Contributions that no longer hold: kept as version 1, 2 …, so that version 0 is free for another.

Whatever replaces a contribution (a correction, a transfer) goes by here: nothing is overwritten.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from api.services.enrolment.models import Contribution
from api.services.months import Month

Key = tuple[str, str, Month]  # person, insurance, month
TOGETHER: Final = 250  # contributions in one question


def holding(session: Session, keys: Sequence[Key]) -> dict[Key, Contribution]:
    """The contributions that hold, of these months."""
    found: dict[Key, Contribution] = {}
    for start in range(0, len(keys), TOGETHER):
        part = keys[start : start + TOGETHER]
        rows = session.scalars(
            select(Contribution).where(Contribution.version == 0, or_(*map(_is, part)))
        )
        found |= {(row.person, row.insurance, row.month): row for row in rows}
    return found


def of_person(session: Session, person: str, insurance: str) -> Sequence[Contribution]:
    """Everything that holds of somebody in an insurance, by month."""
    return session.scalars(
        select(Contribution)
        .where(
            Contribution.person == person,
            Contribution.insurance == insurance,
            Contribution.version == 0,
        )
        .order_by(Contribution.month)
    ).all()


def set_aside(session: Session, rows: Iterable[Contribution]) -> int:
    """Let *rows*, which hold, become the latest of their past versions; how many."""
    count = 0
    for row in rows:
        key = _is((row.person, row.insurance, row.month))
        latest = session.scalar(select(func.max(Contribution.version)).where(key)) or 0
        session.expunge(row)
        session.execute(
            update(Contribution).where(key, Contribution.version == 0).values(version=latest + 1)
        )
        count += 1
    return count


def history(session: Session, key: Key) -> Sequence[Contribution]:
    """What holds of a month, then what it was before, the oldest first."""
    return session.scalars(
        select(Contribution).where(_is(key)).order_by(Contribution.version)
    ).all()


def _is(key: Key) -> ColumnElement[bool]:
    person, insurance, month = key
    return and_(
        Contribution.person == person,
        Contribution.insurance == insurance,
        Contribution.month == month,
    )
