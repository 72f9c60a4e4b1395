"""Calculations made again with today's parameters, rules and facts, beside what was kept.

A determination is a pure function of its facts and the parameters. So what a new version of a
parameter touches can be made again from the same facts; and what became of the facts since, from
those that the book has today. Nothing is changed here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from sqlalchemy import Select, Text, cast
from sqlalchemy.orm import Session

from api.services.awards.pending import Pending
from api.services.determination import changed_facts, store
from api.services.determination.facts import Facts
from api.services.determination.gather import GATHER
from api.services.determination.models import StoredCalculation
from api.services.determination.subjects import DETERMINATIONS
from api.services.enrolment.interest import OF_ACCOUNTS
from api.services.errors import ServiceError
from api.services.explanation import Calculation
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.parameters.names import chain
from api.services.parameters.view import Used


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why: versions of a *parameter* that a *region* set, from a month on; a region alone: facts
    that changed there since awards were granted; nothing: the rules.

    *facts*: made again from the facts that the book has today, whatever the reason.
    """

    parameter: str | None = None
    region: str | None = None
    from_month: Month | None = None
    facts: bool = False

    @property
    def of_facts(self) -> bool:
        """Whether what changed are the facts."""
        return self.parameter is None and self.region is not None

    @property
    def from_book(self) -> bool:
        """Whether the facts are found again: an account's interest is one of them."""
        return self.facts or self.of_facts or self.parameter in OF_ACCOUNTS

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        if self.of_facts:
            return {"facts_of": self.region}
        found = {"facts": True} if self.facts else {}
        if self.parameter is None:
            return {"rules": store.RULES, **found}
        return {
            "parameter": self.parameter,
            "region": self.region,
            "from": str(self.from_month),
            **found,
        }


def cause_of(kept: Mapping[str, Any]) -> Cause:
    """The cause that was kept."""
    facts = kept.get("facts", False)
    if "facts_of" in kept:
        return Cause(region=kept["facts_of"])
    if "parameter" not in kept:
        return Cause(facts=facts)
    return Cause(
        parameter=kept["parameter"],
        region=kept["region"],
        from_month=Month.parse(kept["from"]),
        facts=facts,
    )


@dataclass(frozen=True, slots=True)
class ResultDifference:
    """A result that comes out otherwise; *difference* is None where it is no number."""

    name: str
    before: str | None
    after: str | None
    difference: str | None

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {
            "result": self.name,
            "before": self.before,
            "after": self.after,
            "difference": self.difference,
        }


@dataclass(frozen=True, slots=True)
class FactDifference:
    """A fact that is another one today; of a list, only what left it and what came."""

    name: str
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        return {"fact": self.name, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A kept calculation and what it would be today, from *made_from*."""

    kept: StoredCalculation
    calculation: Calculation
    made_from: Facts
    used: Sequence[Used]
    facts: Sequence[FactDifference]
    results: Sequence[ResultDifference]
    parameters: Sequence[dict[str, Any]]  # name, region, month, before and after: version, value

    @property
    def differences(self) -> list[dict[str, Any]]:
        """As the new calculation keeps them."""
        return [
            *(one.as_json() for one in self.facts),
            *(one.as_json() for one in self.results),
            *self.parameters,
        ]


@dataclass(frozen=True, slots=True)
class Impossible:
    """A kept calculation that cannot be made again, and why."""

    kept: StoredCalculation
    error: ServiceError


def touched(session: Session, cause: Cause, book: ParameterBook) -> Iterator[StoredCalculation]:
    """The calculations that hold and may come out otherwise; of a person, the earlier first."""
    if cause.of_facts:
        for person in changed_facts.people(session, cause.region or ""):
            yield from changed_facts.calculations(session, person, cause.region or "")
        return
    wanted = changed_facts.holding().execution_options(yield_per=500)
    if cause.parameter is None:
        wanted = wanted.where(StoredCalculation.rules != store.RULES)
    else:
        # Few of all ask for a parameter: the database looks for its name before JSON is read.
        text = cast(StoredCalculation.parameters, Text)
        wanted = wanted.where(text.contains(f'"{cause.parameter}"'))
    if not cause.from_book:
        rows: Iterable[StoredCalculation] = session.scalars(wanted.order_by(StoredCalculation.id))
    else:
        rows = _by_person(session, wanted)
    for row in rows:
        if cause.parameter is None or any(
            _is_touched(entry, cause, book) for entry in row.parameters
        ):
            yield row


def _by_person(session: Session, wanted: Select[StoredCalculation]) -> Iterator[StoredCalculation]:
    """As an index has them: whole calculations are too much to be sorted."""
    rows = session.scalars(wanted.order_by(StoredCalculation.person, StoredCalculation.made_at))
    for _, of_one in groupby(rows, key=lambda row: row.person):
        yield from changed_facts.in_order(of_one)


def make_again(
    kept: StoredCalculation, cause: Cause, book: ParameterBook, session: Session, pending: Pending
) -> Again | Impossible:
    """With what holds today, and *pending*; from the same facts, or those of the book."""
    view, facts = book.view(), store.facts_of(kept)
    try:
        if cause.from_book and kept.subject in GATHER:
            facts = GATHER[kept.subject](session, kept, view, pending)
        made = DETERMINATIONS[kept.subject](facts, view)
    except ServiceError as error:
        return Impossible(kept, error)
    return Again(
        kept=kept,
        calculation=made,
        made_from=facts,
        used=view.used,
        facts=_facts(kept.facts, facts.values),
        results=_results(kept.results, made.results),
        parameters=_parameters(kept.parameters, store.used_json(view.used)),
    )


def _is_touched(entry: Mapping[str, Any], cause: Cause, book: ParameterBook) -> bool:
    """Whether a version that was used is another today, by what *cause* names."""
    if entry["name"] != cause.parameter or cause.region not in chain(entry["asked_region"]):
        return False
    first, last = Month.parse(entry["asked_month"]), Month.parse(entry["asked_until"])
    if cause.from_month is not None:
        first = max(first, cause.from_month)
    kept = entry["region"], entry["from_month"], entry["version"]
    for month in first.through(last):
        now = book.view().look(entry["name"], entry["asked_region"], month)
        if (now.region, now.from_month, now.version) != kept:
            return True
    return False


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FactDifference, ...]:
    found = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, list) and isinstance(new, list):
            left = [one for one in old if one not in new]
            came = [one for one in new if one not in old]
            old, new = left, came
        found.append(FactDifference(name, old, new))
    return tuple(found)


def _results(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ResultDifference, ...]:
    names = dict.fromkeys([*before, *after])
    pairs = ((name, _text(before.get(name)), _text(after.get(name))) for name in names)
    return tuple(
        ResultDifference(name, old, new, _difference(old, new))
        for name, old, new in pairs
        if old != new
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _difference(before: str | None, after: str | None) -> str | None:
    try:
        return str(Decimal(after or 0) - Decimal(before or 0))
    except InvalidOperation:
        return None


def _parameters(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], ...]:
    """Versions that are others than they were, by what was asked."""
    old, new = _by_month(before), _by_month(after)
    return tuple(
        {
            "parameter": asked[0],
            "region": asked[1],
            "month": asked[2],
            "before": old.get(asked),
            "after": new.get(asked),
        }
        for asked in dict.fromkeys([*old, *new])
        if old.get(asked) != new.get(asked)
    )


def _by_month(
    entries: Sequence[Mapping[str, Any]],
) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = {}
    for entry in entries:
        first, last = Month.parse(entry["asked_month"]), Month.parse(entry["asked_until"])
        version = {name: entry[name] for name in ("region", "from_month", "version", "value")}
        for month in first.through(last):
            found[entry["name"], entry["asked_region"], str(month)] = version
    return found
