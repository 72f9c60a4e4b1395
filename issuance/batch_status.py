"""How the commands show a batch."""

from datetime import datetime
from typing import Any

from issuance import batches
from issuance.models import Batch
from onecard.console import print_json, print_line


def print_status(found: batches.BatchStatus, *, as_json: bool) -> None:
    """A batch and the counts of its applications and cards."""
    found_facts = facts(found.batch)
    counts = {
        "applications": {state.value: count for state, count in found.applications.items()},
        "cards": {state.value: count for state, count in found.cards.items()},
    }
    if as_json:
        print_json({**found_facts, **counts})
        return
    for name, value in found_facts.items():
        if value is not None:
            print_line(f"{name:<13} {value}")
    for kind, states in counts.items():
        for state, count in states.items():
            print_line(f"{kind:<13} {state:<13} {count:>8}")


def facts(batch: Batch) -> dict[str, Any]:
    """What is shown of a batch."""

    def moment(at: datetime | None) -> str | None:
        return at.isoformat(timespec="seconds") if at else None

    return {
        "batch": batch.id,
        "state": batch.state.value,
        "region": batch.region,
        "profile": batch.profile,
        "signing": batch.signing.value,
        "size": batch.size,
        "due_on": batch.due_on.isoformat() if batch.due_on else None,
        "requested_by": batch.requested_by,
        "requested_at": moment(batch.requested_at),
        "approved_by": batch.approved_by,
        "approved_at": moment(batch.approved_at),
        "started_by": batch.started_by,
        "started_at": moment(batch.started_at),
        "produced_at": moment(batch.produced_at),
        "closed_by": batch.closed_by,
        "closed_at": moment(batch.closed_at),
        "ended_by": batch.ended_by,
        "ended_at": moment(batch.ended_at),
        "end_reason": batch.end_reason,
    }
