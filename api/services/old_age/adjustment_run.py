"""The yearly adjustment of the pensions of a region, chunk by chunk.

Each award is adjusted by itself, from January of the year on, and only once: doing it again changes
nothing, so that a run which was stopped is simply done again. Where the pension before came out
otherwise since (its base was announced, its record corrected), the adjustment is made again with
the differences, and those of later years after it.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants, payables
from api.services.awards.adjustments import ADJUSTED, inside
from api.services.awards.models import Award
from api.services.awards.pending import Pending
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.explanation import Calculation
from api.services.money import Fen, fen_of
from api.services.months import Month
from api.services.old_age import gather, kept
from api.services.old_age.adjustment import adjustment
from api.services.old_age.benefits import PENSION
from api.services.parameters.book import ParameterBook
from api.services.parameters.view import Used
from issuance.instants import local_day

SUBJECT: Final = "old_age.adjustment"
CHUNK: Final = 200


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What became of some awards: *looked* at, *changed*, what they rose by and what was paid."""

    last: str = ""  # the last award that was looked at; empty: there was none
    looked: int = 0
    changed: int = 0
    monthly: int = 0  # fen a month
    paid: int = 0  # fen, for months since

    def plus(self, other: "Adjusted") -> "Adjusted":
        """Both together."""
        return Adjusted(
            other.last,
            self.looked + other.looked,
            self.changed + other.changed,
            self.monthly + other.monthly,
            self.paid + other.paid,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """The adjustment of an award for a year, and the one that is kept of it, if any."""

    calculation: Calculation
    facts: Facts
    used: Sequence[Used]
    made: StoredCalculation | None

    @property
    def is_done(self) -> bool:
        """Whether what is kept is what comes out now."""
        return self.made is not None and (
            dict(self.made.facts) == dict(self.facts.values)
            and dict(self.made.results) == dict(self.calculation.results)
        )

    @property
    def amount(self) -> Fen:
        """The pension afterwards."""
        return fen_of(Decimal(str(self.calculation.results["total"])))


def rehearse(session: Session, region: str, year: int, *, after: str = "") -> Adjusted:
    """What `adjust` would do to the next awards; nothing is changed."""
    book, found = ParameterBook(session), Adjusted()
    for award in _awards(session, region, year, after=after):
        plan = _plan(session, award, year, book)
        now = grants.amount_at(grants.amounts(session, award.id), plan.facts.month)
        change = not plan.is_done
        found = found.plus(Adjusted(award.id, 1, int(change), plan.amount - now if change else 0))
    return found


def adjust(
    session: Session, region: str, year: int, *, after: str = "", at: datetime, by: str
) -> Adjusted:
    """Adjust the next awards of a region (and of what lies in it), those behind *after*.

    Raises ParameterMissingError: then none of them is changed.
    """
    book, found = ParameterBook(session), Adjusted()
    for award in _awards(session, region, year, after=after, lock=True):
        found = found.plus(_adjust(session, award, year, book, at=at, by=by))
    return found


def chunks(step: Callable[[str], Adjusted]) -> Iterator[Adjusted]:
    """One chunk after the other, until none is left; *step* does the ones behind a name."""
    after = ""
    while (done := step(after)).looked:
        after = done.last
        yield done


def _adjust(
    session: Session, award: Award, year: int, book: ParameterBook, *, at: datetime, by: str
) -> Adjusted:
    monthly, items, changed = 0, 0, False
    for which in _years(session, award, year):
        plan = _plan(session, award, which, book)
        if plan.is_done:
            continue
        rows = grants.amounts(session, award.id)
        before = grants.amount_at(rows, plan.facts.month)
        made = _keep(session, award, plan, at=at, by=by)
        grants.change_amount(
            session,
            award,
            from_month=plan.facts.month,
            amount=plan.amount,
            calculation=made.id,
            reason=ADJUSTED,
            at=at,
            by=by,
        )
        changed, monthly = True, monthly + plan.amount - before
        added = payables.settle(
            session,
            award,
            through=Month.of_day(local_day(at)),
            run=f"{ADJUSTED} {plan.facts.month}",
            at=at,
        )
        items += sum(one.amount for one in added)
    return Adjusted(award.id, 1, int(changed), monthly, items)


def _years(session: Session, award: Award, year: int) -> Iterator[int]:
    """The year, and later ones for which the award was adjusted before: they build on it."""
    yield year
    later = year + 1
    while _adjusted(session, award, later) is not None:
        yield later
        later += 1


def _plan(session: Session, award: Award, year: int, book: ParameterBook) -> _Plan:
    facts = gather.adjustment(session, award, Month.of(year, 1), Pending())
    view = book.view()
    return _Plan(
        calculation=adjustment(facts, view),
        facts=facts,
        used=view.used,
        made=_adjusted(session, award, year),
    )


def _adjusted(session: Session, award: Award, year: int) -> StoredCalculation | None:
    """The adjustment that holds for a year."""
    name = _first_name(award, year)
    return None if session.get(StoredCalculation, name) is None else kept.newest(session, name)


def _keep(
    session: Session, award: Award, plan: _Plan, *, at: datetime, by: str
) -> StoredCalculation:
    name, differences = _first_name(award, plan.facts.month.year), None
    if plan.made is not None:
        name = hashlib.sha256(f"{plan.made.id} again".encode()).hexdigest()[:32]
        differences = [
            {"result": one, "before": plan.made.results.get(one), "after": value}
            for one, value in plan.calculation.results.items()
            if plan.made.results.get(one) != value
        ]
    return store.keep(
        session,
        plan.calculation,
        id=name,
        subject=SUBJECT,
        person=award.person,
        facts=plan.facts,
        used=plan.used,
        at=at,
        by=by,
        replaces=None if plan.made is None else plan.made.id,
        differences=differences,
    )


def _first_name(award: Award, year: int) -> str:
    """The name of the first calculation of an award's adjustment for a year."""
    text = f"{award.id} {ADJUSTED} {Month.of(year, 1)}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _awards(
    session: Session, region: str, year: int, *, after: str, lock: bool = False
) -> Sequence[Award]:
    """Pensions of those who had retired by the end of the year before, and that still run."""
    january = Month.of(year, 1)
    wanted = (
        select(Award)
        .where(
            Award.benefit == PENSION,
            Award.region.startswith(inside(region)),
            Award.from_month <= january,
            Award.until_month.is_(None) | (Award.until_month >= january),
            Award.id > after,
        )
        .order_by(Award.id)
        .limit(CHUNK)
    )
    return session.scalars(wanted.with_for_update() if lock else wanted).all()
