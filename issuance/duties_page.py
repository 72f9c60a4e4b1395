"""The documentation page docs/duties.md, drawn from the tables of `issuance.duties`."""

from collections.abc import Iterable, Iterator

from issuance.duties import STEPS, Step, apart_from
from issuance.people.rules import RULES
from issuance.roles import ROLE_NAMES, Role

_OPENING = """# Separation of duties

Drawn from the tables in `issuance/duties.py` by `python -m issuance.duties`; a test compares this
page with them. Which role may bring about which event of a card's or a batch's life:
[lifecycles.md](lifecycles.md).

A book without operators takes names on trust: roles are not asked, everything else on this page
holds. A book with operators asks for a logged-in operator at every change, and for the password
and the code of the second person where a step takes two.

Release of a batch by two distinct people means: one person requests it, another approves it. With
the rule `second_approver` the approval itself takes two, so that three people release a batch.
"""


def page() -> str:
    """The whole page."""
    parts = [
        _OPENING,
        "## Steps\n",
        _lines(("step", "roles", "second person", "never the person of"), _steps()),
        "## Who did one may not do the other\n",
        "On the same subject, in either order; `×` forbids.\n",
        _lines(("", *map(_name, STEPS)), _matrix()),
        "## Roles\n",
        _lines(("role", "may do"), _roles()),
        "## Rules of the book\n",
        "Set by two administrators: `onecard bureau operators rule NAME VALUE --second NAME`.\n",
        _lines(("rule", "default", "from", "to", "meaning"), _rules()),
    ]
    return "\n".join(parts)


def _steps() -> Iterator[tuple[str, ...]]:
    for step, rule in STEPS.items():
        earlier = [_name(other) for other in Step if other in apart_from(step)]
        second = ", ".join(map(_role, rule.second)) or "–"
        yield (
            f"`{step.value}` {' '.join(rule.names)}",
            ", ".join(map(_role, rule.roles)),
            second,
            ", ".join(earlier) or "–",
        )


def _matrix() -> Iterator[tuple[str, ...]]:
    for step in STEPS:
        yield _name(step), *("×" if other in apart_from(step) else "" for other in STEPS)


def _roles() -> Iterator[tuple[str, ...]]:
    for role in Role:
        does = [_name(step) for step, rule in STEPS.items() if role in rule.roles]
        joins = [
            f"{_name(step)} (as the second)"
            for step, rule in STEPS.items()
            if role in rule.second and role not in rule.roles
        ]
        yield _role(role), ", ".join(does + joins) or "no step of these"


def _rules() -> Iterator[tuple[str, ...]]:
    for rule, bounds in RULES.items():
        numbers = map(str, (bounds.default, bounds.least, bounds.greatest))
        yield f"`{rule.value}`", *numbers, bounds.meaning[0]


def _name(step: Step) -> str:
    return STEPS[step].names[0]


def _role(role: Role) -> str:
    return " ".join(ROLE_NAMES[role])


def _lines(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    cells = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)
