"""What making calculations again changes in awards: shown line by line, changing nothing."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.awards import grants
from api.services.awards.declared import DECLARED
from api.services.awards.models import Award, AwardAmount
from api.services.awards.pending import Pending
from api.services.determination import changed_facts, recalculation, store
from api.services.determination.models import StoredCalculation
from api.services.determination.recalculation import Again, Cause, Impossible
from api.services.money import Fen, fen_of, yuan_of
from api.services.months import Month
from api.services.parameters.book import ParameterBook

Text = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardChange:
    """Another amount of an award, from a month on; in fen."""

    award: str
    from_month: Month
    before: Fen
    after: Fen

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "award": self.award,
            "from": str(self.from_month),
            "before": yuan_of(self.before),
            "after": yuan_of(self.after),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A calculation that comes out otherwise, or (*problem*) cannot be made again."""

    calculation: StoredCalculation
    again: Again | None = None
    awards: Sequence[AwardChange] = ()
    problem: Text | None = None

    @property
    def digest(self) -> str:
        """What is confirmed of it."""
        text = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        kept, again = self.calculation, self.again
        problem = (
            None if self.problem is None else dict(zip(("en", "zh"), self.problem, strict=True))
        )
        return {
            "calculation": kept.id,
            "subject": kept.subject,
            "person": kept.person,
            "region": kept.region,
            "month": str(kept.month),
            "facts": [one.as_json() for one in again.facts] if again else [],
            "results": [one.as_json() for one in again.results] if again else [],
            "parameters": list(again.parameters) if again else [],
            "awards": [one.as_json() for one in self.awards],
            "problem": problem,
        }


class Tally:
    """Counts lines as they pass, and what all of them together are confirmed by."""

    def __init__(self, cause: Cause) -> None:
        self._hash = hashlib.sha256(json.dumps(cause.as_json(), sort_keys=True).encode())
        self.lines = 0
        self.monthly = 0  # fen a month, of all awards together
        self.problems: list[Line] = []

    def passing(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The same lines, counted."""
        for line in lines:
            self._hash.update(line.digest.encode())
            self.lines += 1
            self.monthly += sum(one.after - one.before for one in line.awards)
            if line.problem is not None:
                self.problems.append(line)
            yield line

    @property
    def digest(self) -> str:
        """Of all that has passed."""
        return self._hash.hexdigest()


def lines(session: Session, cause: Cause) -> Iterator[Line]:
    """What comes out otherwise because of *cause*; what comes out the same is left out."""
    book = ParameterBook(session)
    return _lines(session, recalculation.touched(session, cause, book), cause, book)


def of_person(session: Session, person: str, region: str) -> list[Line]:
    """What comes out otherwise of somebody's insurance, from the facts that the book has today."""
    rows = changed_facts.calculations(session, person, region)
    return list(_lines(session, rows, Cause(region=region), ParameterBook(session)))


def _lines(
    session: Session, rows: Iterable[StoredCalculation], cause: Cause, book: ParameterBook
) -> Iterator[Line]:
    pending, person = Pending(), ""
    seen: set[str] = set()  # a dependant's is named by each of those who supported him
    for kept in rows:
        if cause.of_facts and kept.id in seen:
            continue
        if kept.person != person:
            pending, person = Pending(), kept.person
        if (one := line(session, kept, cause, book, pending)) is not None:
            seen.add(kept.id)
            yield one


def line(
    session: Session,
    kept: StoredCalculation,
    cause: Cause,
    book: ParameterBook,
    pending: Pending,
) -> Line | None:
    """What comes out otherwise of one calculation, and is pending then; None: nothing does."""
    again = recalculation.make_again(kept, cause, book, session, pending)
    if isinstance(again, Impossible):
        return Line(calculation=kept, problem=again.error.cause)
    if not again.results and not again.facts:
        return None
    changes: list[AwardChange] = []
    for award, row, until in _amounts_of(session, kept):
        first = max(row.from_month, cause.from_month or row.from_month)
        if until is not None and until <= first:
            continue  # another amount holds by then
        if _lasts_otherwise(award, again):
            problem = (
                f"Award {award.id} would last for other months.",
                f"待遇 {award.id} 的领取期限会变化。",
            )
            return Line(calculation=kept, again=again, problem=problem)
        after = _amount_after(award, row, again)
        if after is None:
            problem = (
                f"The amount of award {award.id} is none of the calculation's results.",
                f"待遇 {award.id} 的金额不是该核定的结果。",
            )
            return Line(calculation=kept, again=again, problem=problem)
        if after != row.amount:
            changes.append(
                AwardChange(award=award.id, from_month=first, before=row.amount, after=after)
            )
    for change in changes:
        pending.change(change.award, from_month=change.from_month, amount=change.after)
    pending.replace(kept.id, again.calculation.results)
    return Line(calculation=kept, again=again, awards=changes)


def _amounts_of(
    session: Session, kept: StoredCalculation
) -> list[tuple[Award, AwardAmount, Month | None]]:
    """The amounts that came from the calculation, or from one that it replaced, as far as they
    hold: with the month from which the next one does."""
    lineage = store.lineage(session, kept)
    theirs = select(AwardAmount.award).where(AwardAmount.calculation.in_(lineage))
    found: list[tuple[Award, AwardAmount, Month | None]] = []
    for award in session.scalars(select(Award).where(Award.id.in_(theirs)).order_by(Award.id)):
        held = grants.effective(grants.amounts(session, award.id))
        ends = [*(row.from_month for row in held[1:]), None]
        rows = zip(held, ends, strict=True)
        found += [(award, row, end) for row, end in rows if row.calculation in lineage]
    return found


def _lasts_otherwise(award: Award, again: Again) -> bool:
    until = DECLARED[award.benefit].until
    return any(one.name == until for one in again.results)


def _amount_after(award: Award, row: AwardAmount, again: Again) -> Fen | None:
    """What the amount becomes: the result that it was, as it comes out now."""
    for name in DECLARED[award.benefit].results:
        before = again.kept.results.get(name)
        if before is not None and fen_of(Decimal(str(before))) == row.amount:
            return fen_of(Decimal(str(again.calculation.results.get(name) or 0)))
    return None
