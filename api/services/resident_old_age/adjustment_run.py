"""Pensions of residents follow the region's amounts and the age of who draws them.

A raised basic pension, a supplement from an age on (国发〔2014〕8号 六, since 2014-02-21;
人社部发〔2018〕21号, since 2018-03): from a month on each running pension is what the determination
gives for it then. Doing it again changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import adjustments, grants
from api.services.awards.adjustments import inside
from api.services.awards.models import Award
from api.services.determination.facts import Facts
from api.services.money import fen_of
from api.services.months import Month
from api.services.old_age import kept
from api.services.old_age.adjustment_run import Adjusted
from api.services.parameters.book import ParameterBook
from api.services.resident_old_age.benefits import PENSION
from api.services.resident_old_age.determination import pension

SUBJECT: Final = "resident_old_age.pension"
CHUNK: Final = 200


def adjust(
    session: Session, region: str, month: Month, *, after: str = "", at: datetime, by: str
) -> Adjusted:
    """Bring the next pensions of a region (and of what lies in it) up to *month*; those behind
    *after*. Raises ParameterMissingError: then none of them is changed."""
    book, found = ParameterBook(session), Adjusted()
    for award in _awards(session, region, month, after=after):
        found = found.plus(_adjust(session, award, month, book, at=at, by=by))
    return found


def _adjust(
    session: Session, award: Award, month: Month, book: ParameterBook, *, at: datetime, by: str
) -> Adjusted:
    rows = grants.amounts(session, award.id)
    granted = kept.newest(session, str(rows[0].calculation))
    facts = Facts(region=award.region, month=month, values=granted.facts)
    before = grants.amount_at(rows, month)
    now = fen_of(Decimal(str(pension(facts, book.view()).results["total"])))
    changed = now != before and adjustments.adjust(
        session,
        award,
        facts,
        subject=SUBJECT,
        determine=pension,
        result="total",
        parameters=book,
        at=at,
        by=by,
    )
    return Adjusted(award.id, 1, int(changed), now - before if changed else 0)


def _awards(session: Session, region: str, month: Month, *, after: str) -> Sequence[Award]:
    return session.scalars(
        select(Award)
        .where(
            Award.benefit == PENSION,
            Award.region.startswith(inside(region)),
            Award.from_month <= month,
            Award.until_month.is_(None) | (Award.until_month >= month),
            Award.id > after,
        )
        .order_by(Award.id)
        .limit(CHUNK)
        .with_for_update()
    ).all()
