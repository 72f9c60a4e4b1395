"""Keeping a calculation: its facts, the parameter versions it used, its steps as they are read."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.determination.facts import Facts
from api.services.determination.models import StoredCalculation
from api.services.errors import UnknownError
from api.services.explanation import LANGUAGES, Calculation, Step
from api.services.months import Month
from api.services.parameters.view import Used
from api.services.words import label_of

RULES: Final = "2026-11"  # edition of the rules in this program; a rule that changes raises it


def name_of(matter: str) -> str:
    """The name of the calculation that a matter decides on."""
    return hashlib.sha256(f"{matter} calculation".encode()).hexdigest()[:32]


def keep(
    session: Session,
    calculation: Calculation,
    *,
    id: str,  # noqa: A002  # the column's own name
    subject: str,
    person: str,
    facts: Facts,
    used: Sequence[Used],
    at: datetime,
    by: str,
    replaces: str | None = None,
    differences: list[Any] | None = None,
) -> StoredCalculation:
    """Store it under *id*; the same again gives the same row."""
    if (found := session.get(StoredCalculation, id)) is not None:
        return found
    row = StoredCalculation(
        id=id,
        subject=subject,
        person=person,
        region=facts.region,
        month=facts.month,
        facts=dict(facts.values),
        parameters=used_json(used),
        rules=RULES,
        results=dict(calculation.results),
        explanation=[step_json(step) for step in calculation.steps],
        made_at=at,
        made_by=by,
        replaces=replaces,
        differences=differences,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, id: str) -> StoredCalculation:  # noqa: A002
    """The calculation. Raises UnknownError."""
    found = session.get(StoredCalculation, id)
    if found is None:
        raise UnknownError("calculation", id)
    return found


def replacement(session: Session, row: StoredCalculation) -> StoredCalculation | None:
    """The calculation that took its place."""
    return session.scalars(
        select(StoredCalculation).where(StoredCalculation.replaces == row.id)
    ).first()


def lineage(session: Session, row: StoredCalculation) -> list[str]:
    """The names of the calculation and of those whose place it took, the latest first."""
    found = [row.id]
    while row.replaces is not None:
        row = get(session, row.replaces)
        found.append(row.id)
    return found


def facts_of(row: StoredCalculation) -> Facts:
    """What it started from."""
    return Facts(region=row.region, month=row.month, values=row.facts)


def lines(row: StoredCalculation, language: str) -> list[str]:
    """A kept explanation as it is read: each step, then the results. *language*: en or zh."""
    found: list[str] = []
    for number, step in enumerate(row.explanation, start=1):
        found += [
            f"{number}. {step['name'][language]}: {step['result']}",
            f"   {step['words'][language]}",
            f"   {step['numbers']}",
            f"   {step['source'][language]}",
        ]
    found.append("")
    which = LANGUAGES[language]
    for name, value in row.results.items():
        if value is not None:
            found.append(f"{label_of(name, row.results)[which]}  {value}")
    return found


def used_json(used: Sequence[Used]) -> list[dict[str, Any]]:
    """The versions that were used; months in a row that asked for the same one are one entry."""
    entries: list[dict[str, Any]] = []
    last: tuple[object, ...] = ()
    number = 0
    for one in used:
        same = (one.name, one.asked_region, one.region, one.from_month, one.version)
        month = Month.parse(one.asked_month)
        if same != last or month.number != number + 1:
            entries.append(one.as_json())
            last = same
        entries[-1]["asked_until"] = one.asked_month
        number = month.number
    return entries


def step_json(step: Step) -> dict[str, Any]:
    """A step as it is read, in both languages: words may change later, this does not."""
    return {
        "name": {"en": step.name[0], "zh": step.name[1]},
        "words": {"en": step.in_words("en"), "zh": step.in_words("zh")},
        "numbers": step.in_numbers(),
        "result": step.result,
        "source": {"en": step.source.text("en"), "zh": step.source.text("zh")},
    }
