"""The tables of docs/counter-server.md: actions, and the keys that each is lent.

`python -m issuance.counter.action_page` prints them; a test compares.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from issuance.counter.action_table import ACTIONS, Action, ActionRule
from issuance.counter.key_rules import ALWAYS, Loan, loans
from reader.card_profile.profiles import PROFILES

EXAMPLE = PROFILES["v3.00"]
# What an action's keys depend on, as the table shows them.
GIVEN: Mapping[Action, Mapping[str, Any]] = {
    Action.UPDATE: {"group": "residence"},
    Action.RECORD: {
        "group": "DF03.pension_insurance",
        "items": {"insured_region": "430102", "retirement_date": "2026-05-01"},
    },
    Action.BLOCK_APPLICATION: {"application": "DF02"},
    Action.UNBLOCK_APPLICATION: {"application": "DF02"},
}


def actions_table() -> str:
    """What is asked for at each action."""
    lines = [
        "| action | 业务 | while the card is | done | asks for | by mandate |",
        "|---|---|---|---|---|---|",
    ]
    for action, rule in ACTIONS.items():
        states = ", ".join(state.value for state in rule.states)
        done = _where(rule)
        mandate = "yes" if rule.by_mandate else "no"
        asked = ", ".join(_asked(rule)) or "nothing"
        lines.append(
            f"| `{action.value}` | {rule.label[1]} | {states} | {done} | {asked} | {mandate} |"
        )
    return "\n".join(lines) + "\n"


def keys_table() -> str:
    """Which keys a desk may use, with and without a ticket, on a card of version 3.00."""
    lines = ["| ticket | use | key | header |", "|---|---|---|---|"]
    for kind, role in ALWAYS.items():
        lines.append(f"| none, or a visit | {kind.value} | every {role.value} key | |")
    for action in ACTIONS:
        given = GIVEN.get(action, {})
        what = "".join(f" of {value}" for value in given.values() if isinstance(value, str))
        lines += (
            f"| `{action.value}`{what} | {_use(loan)} |" for loan in loans(action, given, EXAMPLE)
        )
    return "\n".join(lines) + "\n"


def _where(rule: ActionRule) -> str:
    if rule.relayed:
        return "on a blank, by the server"
    return "on the card" if rule.on_card else "in the book"


def _asked(rule: ActionRule) -> Iterator[str]:
    if rule.needs_card:
        yield "card on the reader"
    if rule.needs_pin:
        yield "PIN"
    if rule.needs_identity:
        yield "identity document"
    yield from (f"`{field.name}`" for field in rule.fields)


def _use(loan: Loan) -> str:
    header = loan.header.hex(" ").upper()
    shown = f"`{header}{' …' if 0 < len(loan.header) < 4 else ''}`" if header else ""
    return f"{loan.kind.value} | {loan.key} | {shown}"


if __name__ == "__main__":
    print(actions_table(), keys_table(), sep="\n", end="")
