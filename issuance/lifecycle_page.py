"""The documentation page docs/lifecycles.md, drawn from the tables of `issuance.lifecycle`."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, TypeVar

from issuance.lifecycle import APPLICATION, BATCH, BLANK, CARD, Transition
from issuance.roles import ROLE_NAMES

S = TypeVar("S", bound=Enum)

Table = Mapping[Any, Mapping[Any, Transition[Any]]]

TABLES: tuple[tuple[str, str, Table], ...] = (
    ("Application 申请", "application", APPLICATION),
    ("Batch 批次", "batch", BATCH),
    ("Card 卡", "card", CARD),
    ("Blank 空白卡", "blank", BLANK),
)


def diagram(table: Table) -> str:
    """The table as a Mermaid state diagram; the first state is where a life begins."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(table)).value}"]
    for state, events in table.items():
        for event, transition in events.items():
            lines.append(f"    {state.value} --> {transition.to.value}: {event.value}")
        if not events:
            lines.append(f"    {state.value} --> [*]")
    return "\n".join(lines) + "\n"


def duties(subject: str, table: Table) -> str:
    """Who may do what, and the audit entry that it leaves, as a table."""
    lines = ["| event | from | to | who | audit entry |", "|---|---|---|---|---|"]
    for state, events in table.items():
        for event, (to, roles) in events.items():
            who = ", ".join(" ".join(ROLE_NAMES[role]) for role in roles)
            lines.append(
                f"| {event.value} | {state.value} | {to.value} | {who} "
                f"| `{subject}.{event.value}` |"
            )
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    parts = [
        "# Life cycles\n",
        "Drawn from the tables in `issuance/lifecycle.py` by `python -m issuance.lifecycle_page`; "
        "a test compares this page with them. An application's audit entries are those of its "
        "file and its batch, which move all their applications at once.\n",
    ]
    for title, subject, table in TABLES:
        parts.append(f"## {title}\n\n```mermaid\n{diagram(table)}```\n\n{duties(subject, table)}")
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
