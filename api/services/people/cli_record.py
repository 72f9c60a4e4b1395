"""What the commands of people share: a change carried out, a record as it is printed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.services.cli_edge import insurance_book, now
from api.services.matters import sight
from api.services.people import registry
from api.services.people.models import InsuredPerson, PersonChange
from issuance.cli_edge import operator as acting
from issuance.database import transaction
from onecard.console import print_json, print_line, say

PURPOSE = "command"  # what the trail says of looks from here


def applied(
    number: str,
    visit: str | None,
    operator: str | None,
    as_json: bool,
    work: Callable[[Session, str, datetime], bool],
) -> None:
    """Carry out a change in sight of the person; *work* says whether there was any."""
    by, at = acting(operator), now()
    with insurance_book() as engine, transaction(engine) as session:
        sight.require_sight(session, by, number, visit, purpose=PURPOSE, at=at)
        changed = work(session, by, at)
        facts = {**facts_of(registry.get(session, number)), "changed": changed}
    print_facts(facts, as_json)
    if not changed and not as_json:
        say("It was so before.", "此前已如此。")


def facts_of(person: InsuredPerson) -> dict[str, Any]:
    """A record, for a program."""
    return {
        "number": person.number,
        "name": person.name,
        "birth": person.birth.isoformat(),
        "category": person.category,
        "office": person.office,
        "household_region": person.household_region,
        "died_on": None if person.died_on is None else person.died_on.isoformat(),
    }


def change_of(row: PersonChange) -> dict[str, Any]:
    """A change, for a program."""
    return {
        "what": row.what,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
        "at": row.at.isoformat(),
        "by": row.by,
    }


def print_facts(facts: dict[str, Any], as_json: bool) -> None:
    """Print a record as JSON, or as a line."""
    if as_json:
        print_json(facts)
        return
    dead = f"  ✝ {facts['died_on']}" if facts["died_on"] else ""
    print_line(f"{facts['number']}  {facts['name']}  {facts['category']}  {facts['office']}{dead}")
