"""What belongs on somebody's card: the data of his decided matters, in the order of decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.matters.models import Matter
from api.services.matters.states import State

Source = tuple[str, int]  # a matter, and the place in its card data


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Items of one data group ("DF03.pension_insurance") that a matter decided."""

    source: Source
    group: str
    items: Mapping[str, Any]


def entries(session: Session, person: str) -> list[Entry]:
    """Everything that was ever decided for the card of this person; the newest last."""
    rows = session.execute(
        select(Matter.id, Matter.card_data)
        .where(Matter.person == person, Matter.state == State.DECIDED)
        .order_by(Matter.decided_at, Matter.id)
    )
    return [
        Entry(
            source=(matter, number),
            group=f"{one['application']}.{one['group']}",
            items=one["items"],
        )
        for matter, data in rows
        for number, one in enumerate(data)
    ]


def by_group(found: Sequence[Entry]) -> dict[str, list[Entry]]:
    """The entries of each data group, in their order."""
    groups: dict[str, list[Entry]] = {}
    for entry in found:
        groups.setdefault(entry.group, []).append(entry)
    return groups


def newest(found: Sequence[Entry]) -> dict[str, Entry]:
    """By item: the last entry that names it. What it says is what holds."""
    return {name: entry for entry in found for name in entry.items}
