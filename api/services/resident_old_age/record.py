"""The record of a resident: one contribution a year, and months that came from employment.

A year's contribution stands at its January and counts for the whole year; months that were moved
here from the insurance of employees count one by one, where the year has no contribution of its
own (人社部发〔2014〕17号 第六条, 第七条, since 2014-07-01).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment.models import Contribution
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.resident_old_age.rules import YEAR

MOVED = "moved"  # the kind of a month that came from the insurance of employees


@dataclass(frozen=True, slots=True)
class Counted:
    """A year of the record: how many *months* count, and when the last of it came."""

    year: int
    months: int
    came: Month


def contributions(session: Session, person: str, *, until: Month) -> Sequence[Contribution]:
    """What holds, by month."""
    return session.scalars(
        select(Contribution)
        .where(
            Contribution.person == person,
            Contribution.insurance == Insurance.RESIDENT_OLD_AGE.value,
            Contribution.version == 0,
            Contribution.month <= until,
        )
        .order_by(Contribution.month)
    ).all()


def years(rows: Sequence[Contribution]) -> list[Counted]:
    """The years that count, in the order in which they came."""
    by_year: dict[int, list[Contribution]] = {}
    for row in rows:
        by_year.setdefault(row.month.year, []).append(row)
    found = []
    for year, of_year in by_year.items():
        own = [row for row in of_year if row.kind != MOVED]
        counting = own or of_year
        months = YEAR if own else len(of_year)
        found.append(Counted(year, months, max(row.paid_month for row in counting)))
    return sorted(found, key=lambda one: (one.came, one.year))


def months(counted: Sequence[Counted]) -> int:
    """All that count."""
    return sum(one.months for one in counted)


def reached(counted: Sequence[Counted], needed: int) -> Month | None:
    """The month in which *needed* months were there; None: they are not."""
    total = 0
    for one in counted:
        total += one.months
        if total >= needed:
            return one.came
    return None
