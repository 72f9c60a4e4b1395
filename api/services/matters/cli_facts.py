"""Matters as a program reads them: the JSON of the commands."""

from collections.abc import Iterable, Sequence
from typing import Any

from api.services.matters.acts import Objection
from api.services.matters.models import Matter, MatterEvent
from api.services.matters.rule import Proposal
from api.services.matters.work_list import Line
from api.services.money import yuan_of


def matter_facts(matter: Matter) -> dict[str, Any]:
    """A matter by its columns."""
    decided = matter.decided_at
    return {
        "id": matter.id,
        "kind": matter.kind,
        "person": matter.person,
        "bundle": matter.bundle,
        "state": matter.state,
        "region": matter.region,
        "received_at_office": matter.received_at_office,
        "responsible": matter.responsible,
        "office": matter.office,
        "given": matter.given,
        "received_at": matter.received_at.isoformat(),
        "received_by": matter.received_by,
        "decided_at": None if decided is None else decided.isoformat(),
        "decided_by": matter.decided_by,
        "reviewed_by": matter.reviewed_by,
        "reason": matter.reason,
        "calculation": matter.calculation,
        "says": says_facts(matter.says),
    }


def says_facts(says: Iterable[Sequence[str]]) -> list[dict[str, str]]:
    """The sentences of a decision."""
    return [{"en": en, "zh": zh} for en, zh in says]


def line_facts(line: Line) -> dict[str, Any]:
    """A matter as the list has it: `acts` by name, None or why not."""
    acts = {act.value: objection_facts(why) for act, why in line.objections.items()}
    return {**matter_facts(line.matter), "name": line.name, "acts": acts}


def objection_facts(objection: Objection | None) -> dict[str, Any] | None:
    """Why something may not be done."""
    if objection is None:
        return None
    return {
        "code": objection.code,
        "cause": {"en": objection.cause[0], "zh": objection.cause[1]},
        "remedy": {"en": objection.remedy[0], "zh": objection.remedy[1]},
    }


def events_facts(events: Sequence[MatterEvent]) -> list[dict[str, Any]]:
    """What happened, in order."""
    return [
        {
            "event": one.event,
            "at": one.at.isoformat(),
            "by": one.by,
            "from_office": one.from_office,
            "to_office": one.to_office,
            "note": one.note,
        }
        for one in events
    ]


def proposal_facts(proposal: Proposal | None) -> dict[str, Any] | None:
    """What would be decided."""
    if proposal is None:
        return None
    return {
        "digest": proposal.digest,
        "says": says_facts(proposal.says),
        "calculation": None if proposal.calculation is None else proposal.calculation.as_json(),
        "awards": [
            {
                "benefit": plan.benefit,
                "person": plan.person,
                "from": str(plan.from_month),
                "until": None if plan.until_month is None else str(plan.until_month),
                "amount": yuan_of(plan.amount),
            }
            for plan in proposal.awards
        ],
    }
