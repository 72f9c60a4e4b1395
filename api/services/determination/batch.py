"""Many calculations at once: the same pure functions, one look at the parameters, rows in bulk.

A month's retiring people, for instance. What is kept is what `store.keep` would have kept; memory
holds a few blocks, however many there are. `keep_beside` has them computed by other processes.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.services.beside import Beside
from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.determination.subjects import DETERMINATIONS
from api.services.errors import ServiceError
from api.services.explanation import Calculation
from api.services.parameters.book import ParameterBook
from api.services.parameters.view import Parameters, Used
from issuance import audit, bulk
from issuance.database import transaction

BLOCK: Final = 250
COLUMNS: Final = (
    "id",
    "person",
    "region",
    "month",
    "facts",
    "parameters",
    "results",
    "explanation",
)
_text = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person's facts, and the name that the calculation gets. *asked* is the view with which
    the facts were found, if parameters were needed for them."""

    id: str
    person: str
    facts: Facts
    asked: Parameters | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Determined:
    """What came out of a case: a calculation with what it used, or the error that stands against
    it (a parameter that is missing, a fact that cannot be)."""

    case: Case
    calculation: Calculation | None = None
    used: Sequence[Used] = ()
    error: ServiceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is known of a person afterwards: the row of his calculation, or why there is none."""

    person: str
    row: tuple[Any, ...] | None = None
    cause: tuple[str, str] = ("", "")
    remedy: tuple[str, str] = ("", "")


# The facts of a block of people.
Cases = Callable[[Session, ParameterBook, Sequence[str]], Iterable[Case]]


def determine(subject: str, cases: Iterable[Case], book: ParameterBook) -> Iterator[Determined]:
    """Each case by itself: one that is refused stops none of the others."""
    rule = DETERMINATIONS[subject]
    for case in cases:
        view = case.asked or book.view()
        try:
            made = rule(case.facts, view)
        except ServiceError as error:
            yield Determined(case=case, error=error)
        else:
            yield Determined(case=case, calculation=made, used=view.used)


def keep(
    session: Session, subject: str, cases: Iterable[Case], *, at: datetime, by: str
) -> Iterator[Outcome]:
    """Determine and keep them, here; what is kept already stays as it is."""
    book, source = ParameterBook(session), iter(cases)
    while block := list(islice(source, BLOCK)):
        yield from _stored(session, subject, _outcomes(subject, block, book), at=at, by=by)


def keep_beside(
    engine: Engine,
    pool: Beside,
    subject: str,
    cases: Cases,
    people: Iterable[str],
    *,
    at: datetime,
    by: str,
) -> Iterator[Outcome]:
    """The same, computed by the processes of *pool*; each block of people is one transaction.

    *cases* is a function of a module that finds the facts of a block of people. Whoever is stopped
    in the middle does it again: what is kept already stays as it is.
    """
    source = iter(people)
    blocks = iter(lambda: tuple(islice(source, BLOCK)), ())
    for outcomes in pool.each(partial(_block, subject, cases), blocks):
        with transaction(engine) as session:
            stored = list(_stored(session, subject, outcomes, at=at, by=by))
        yield from stored


def _block(subject: str, cases: Cases, session: Session, people: tuple[str, ...]) -> list[Outcome]:
    """What a process gives for a block of people."""
    book = ParameterBook(session)
    return list(_outcomes(subject, cases(session, book, people), book))


def _outcomes(subject: str, cases: Iterable[Case], book: ParameterBook) -> Iterator[Outcome]:
    for one in determine(subject, cases, book):
        if one.calculation is not None:
            yield Outcome(person=one.case.person, row=_row(one, one.calculation))
        elif one.error is not None:
            yield Outcome(person=one.case.person, cause=one.error.cause, remedy=one.error.remedy)


def _stored(
    session: Session, subject: str, outcomes: Iterable[Outcome], *, at: datetime, by: str
) -> Iterator[Outcome]:
    same = {"subject": subject, "rules": store.RULES, "made_at": at, "made_by": by}
    found = list(outcomes)
    rows = [one.row for one in found if one.row is not None]
    wanted = select(StoredCalculation.id).where(StoredCalculation.id.in_([row[0] for row in rows]))
    known = set(session.scalars(wanted))
    new = [row for row in rows if row[0] not in known]
    bulk.add(session, StoredCalculation, COLUMNS, new, same=same)
    if new:
        things: list[tuple[str, audit.Detail]] = [(f"calculations {new[0][0]}", {"kept": len(new)})]
        audit.append(session, "calculation.keep", things, chain=audit.OFFICE, by=by, at=at)
    yield from found


def _row(one: Determined, calculation: Calculation) -> tuple[Any, ...]:
    case, facts = one.case, one.case.facts
    return (
        case.id,
        case.person,
        facts.region,
        facts.month.number,
        _text(dict(facts.values)),
        _text(store.used_json(one.used)),
        _text(dict(calculation.results)),
        _text([store.step_json(step) for step in calculation.steps]),
    )
