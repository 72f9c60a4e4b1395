"""Many calculations at once: the same pure functions, one look at the parameters, rows in bulk.

A month's retiring people, for instance. What is kept is what `store.keep` would have kept; memory
holds one block, however many there are.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.determination import store
from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.determination.subjects import DETERMINATIONS
from api.services.errors import ServiceError
from api.services.explanation import Calculation
from api.services.parameters.book import ParameterBook
from api.services.parameters.view import Parameters, Used
from issuance import bulk

BLOCK: Final = 500
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
    session: Session, subject: str, determined: Iterable[Determined], *, at: datetime, by: str
) -> Iterator[Determined]:
    """Keep those that have a calculation; all pass on. What is kept already stays as it is."""
    same = {"subject": subject, "rules": store.RULES, "made_at": at, "made_by": by}
    source = iter(determined)
    while block := list(islice(source, BLOCK)):
        ids = [one.case.id for one in block]
        known = set(
            session.scalars(select(StoredCalculation.id).where(StoredCalculation.id.in_(ids)))
        )
        rows = (_row(one, one.calculation) for one in block if one.calculation is not None)
        new = (row for row in rows if row[0] not in known)
        bulk.add(session, StoredCalculation, COLUMNS, new, same=same)
        yield from block


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
