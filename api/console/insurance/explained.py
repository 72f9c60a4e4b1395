"""A calculation as pages and award sheets show it: results, steps, and the parameters it used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.database import BookSession
from api.services.determination import store
from api.services.determination.models import StoredCalculation
from api.services.explanation import Calculation
from api.services.matters.rule import Proposal
from api.services.months import Month
from api.services.parameters.declared import DECLARED
from api.services.parameters.models import Parameter
from api.services.words import label_of

Sentence = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedParameter:
    """A parameter's version, and the document that sets it."""

    label: Sentence
    region: str
    from_month: str
    version: int
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """*steps* are those of `api.services.determination.store.step_json`; *rules* the edition."""

    results: Sequence[tuple[Sentence, str]]
    steps: Sequence[Mapping[str, Any]]
    parameters: Sequence[UsedParameter]
    rules: str


def of_calculation(calculation: Calculation) -> Explained:
    """What was only tried; nothing is kept of it."""
    return Explained(
        results=_results(calculation.results),
        steps=[store.step_json(step) for step in calculation.steps],
        parameters=[],
        rules=store.RULES,
    )


def of_proposal(session: BookSession, proposal: Proposal) -> Explained | None:
    """What would be decided on; None where nothing is computed."""
    if proposal.calculation is None:
        return None
    return Explained(
        results=_results(proposal.calculation.results),
        steps=[store.step_json(step) for step in proposal.calculation.steps],
        parameters=_parameters(session, [one.as_json() for one in proposal.used]),
        rules=store.RULES,
    )


def of_stored(session: BookSession, row: StoredCalculation) -> Explained:
    """What was decided on, as it was kept."""
    return Explained(
        results=_results(row.results),
        steps=row.explanation,
        parameters=_parameters(session, row.parameters),
        rules=row.rules,
    )


def _results(found: Mapping[str, Any]) -> list[tuple[Sentence, str]]:
    return [
        (label_of(name, found), str(value)) for name, value in found.items() if value is not None
    ]


def _parameters(session: BookSession, used: Sequence[Mapping[str, Any]]) -> list[UsedParameter]:
    """Each version once, however many months asked for it."""
    found: dict[tuple[str, str, str, int], UsedParameter] = {}
    for one in used:
        if one["value"] is None:
            continue
        key = one["name"], one["region"], one["from_month"], one["version"]
        if key not in found:
            row = session.get(Parameter, (key[0], key[1], Month.parse(key[2]), key[3]))
            found[key] = UsedParameter(
                label=DECLARED[key[0]].label,
                region=key[1],
                from_month=key[2],
                version=key[3],
                value=one["value"],
                source=row.source if row else "",
            )
    return list(found.values())
