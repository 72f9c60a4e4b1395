"""Calculations made again with today's parameters and rules, beside what was kept.

A determination is a pure function of its facts and the parameters. So what a new version of a
parameter touches can be made again from the same facts; nothing is changed here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session, aliased

from api.services.determination import store
from api.services.determination.models import StoredCalculation
from api.services.determination.subjects import DETERMINATIONS
from api.services.errors import ServiceError
from api.services.explanation import Calculation
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.parameters.names import chain
from api.services.parameters.view import Used


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why: versions of a parameter that a region set, from a month on; or, without, the rules."""

    parameter: str | None = None
    region: str | None = None
    from_month: Month | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        if self.parameter is None:
            return {"rules": store.RULES}
        return {
            "parameter": self.parameter,
            "region": self.region,
            "from": str(self.from_month),
        }


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A kept calculation and what it would be today."""

    kept: StoredCalculation
    calculation: Calculation
    used: Sequence[Used]
    results: Sequence[ResultDifference]
    parameters: Sequence[dict[str, Any]]  # name, region, month, before and after: version, value

    @property
    def differences(self) -> list[dict[str, Any]]:
        """As the new calculation keeps them."""
        return [*(one.as_json() for one in self.results), *self.parameters]


@dataclass(frozen=True, slots=True)
class Impossible:
    """A kept calculation that cannot be made again, and why."""

    kept: StoredCalculation
    error: ServiceError


def touched(session: Session, cause: Cause, book: ParameterBook) -> Iterator[StoredCalculation]:
    """The calculations that hold and used what changed, by their names."""
    later = aliased(StoredCalculation)
    wanted = (
        select(StoredCalculation)
        .where(~select(later.id).where(later.replaces == StoredCalculation.id).exists())
        .order_by(StoredCalculation.id)
        .execution_options(yield_per=500)
    )
    if cause.parameter is None:
        wanted = wanted.where(StoredCalculation.rules != store.RULES)
        yield from session.scalars(wanted)
        return
    # Few of all ask for a parameter: the database looks for its name before JSON is read.
    named = cast(StoredCalculation.parameters, Text).contains(f'"{cause.parameter}"')
    for row in session.scalars(wanted.where(named)):
        if any(_is_touched(entry, cause, book) for entry in row.parameters):
            yield row


def make_again(kept: StoredCalculation, book: ParameterBook) -> Again | Impossible:
    """From the same facts, with what holds today."""
    view = book.view()
    try:
        made = DETERMINATIONS[kept.subject](store.facts_of(kept), view)
    except ServiceError as error:
        return Impossible(kept, error)
    return Again(
        kept=kept,
        calculation=made,
        used=view.used,
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
