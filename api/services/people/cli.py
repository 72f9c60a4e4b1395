"""``onecard services people``: the insured people, and what changes about them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.matters import sight
from api.services.people import changes, registry
from api.services.people.models import InsuredPerson, PersonChange
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import transaction
from onecard.console import language, print_json, print_line, say

PURPOSE = "command"  # what the trail says of looks from here

visit_option = click.option(
    "--visit", metavar="ID", help="In which the person's card was shown, for people elsewhere."
)
reason_option = click.option(
    "--reason", required=True, metavar="TEXT", help="The document that shows it."
)


@click.group("people")
def people_group() -> None:
    """The insured people. 参保人。

    A record is read by the office of the residence, those that insure the person, and those above;
    by another one in a visit in which the card was shown. Each look is noted.

    \b
    onecard services people register 430102196601150115 张伟文 --office 430102001001
    onecard services people show 430102196601150115
    onecard services people move 430102196601150115 430104000000 --reason 居住证
    """


@people_group.command()
@click.argument("number")
@click.argument("name")
@click.option("--office", required=True, metavar="CODE", help="Of where the person lives.")
@click.option("--category", type=click.Choice(["male", "female50", "female55"]))
@click.option("--household-region", metavar="REGION", help="6 digits; nothing depends on it.")
@operator_option
@json_option
@one_line_on_error
def register(
    number: str,
    name: str,
    office: str,
    category: str | None,
    household_region: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """Register the person NAME with NUMBER; of a woman with the --category she retires by.

    \b
    onecard services people register 430102198003150122 李小红 --office 430102001001 \\
        --category female50
    """
    by = acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        person = changes.register(
            session,
            number,
            name,
            office=office,
            category=category,
            household_region=household_region,
            by=by,
            at=now(),
        )
        facts = _facts(person)
    _print(facts, as_json)


@people_group.command()
@click.argument("number")
@visit_option
@operator_option
@json_option
@one_line_on_error
def show(number: str, visit: str | None, operator: str | None, as_json: bool) -> None:
    """Who the person with NUMBER is, and why you may see it.

    \b
    onecard services people show 430102196601150115
    """
    by = acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        basis = sight.require_sight(session, by, number, visit, purpose=PURPOSE, at=now())
        facts = {**_facts(registry.get(session, number)), "basis": basis.value}
    _print(facts, as_json)


@people_group.command()
@click.argument("number")
@visit_option
@operator_option
@json_option
@one_line_on_error
def history(number: str, visit: str | None, operator: str | None, as_json: bool) -> None:
    """What changed about the person with NUMBER.

    \b
    onecard services people history 430102196601150115
    """
    by = acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        sight.require_sight(session, by, number, visit, purpose=PURPOSE, at=now())
        found = [_change(one) for one in changes.history(session, number)]
    if as_json:
        print_json({"changes": found})
        return
    which = language() == "zh"
    for one in found:
        what = changes.WHAT[one["what"]][which]
        print_line(f"{one['at'][:10]}  {what}: {one['before'] or '-'} → {one['after']}")
        print_line(f"            {one['reason']} ({one['by']})")


@people_group.command()
@click.argument("number")
@click.argument("office")
@reason_option
@visit_option
@operator_option
@json_option
@one_line_on_error
def move(
    number: str, office: str, reason: str, visit: str | None, operator: str | None, as_json: bool
) -> None:
    """The person lives elsewhere: OFFICE serves him now. Enrolments stay where they are.

    \b
    onecard services people move 430102196601150115 430104000000 --reason "居住证 430104…"
    """
    _apply(
        number,
        visit,
        operator,
        as_json,
        lambda s, by, at: changes.move(s, number, office, reason=reason, by=by, at=at),
    )


@people_group.command()
@click.argument("number")
@click.argument("name")
@reason_option
@visit_option
@operator_option
@json_option
@one_line_on_error
def rename(
    number: str, name: str, reason: str, visit: str | None, operator: str | None, as_json: bool
) -> None:
    """The person's NAME changed, as the identity document has it.

    \b
    onecard services people rename 430102196601150115 张文 --reason 居民身份证
    """
    _apply(
        number,
        visit,
        operator,
        as_json,
        lambda s, by, at: changes.rename(s, number, name, reason=reason, by=by, at=at),
    )


@people_group.command("category")
@click.argument("number")
@click.argument("category", type=click.Choice(["female50", "female55"]))
@reason_option
@visit_option
@operator_option
@json_option
@one_line_on_error
def change_category(
    number: str, category: str, reason: str, visit: str | None, operator: str | None, as_json: bool
) -> None:
    """By which age a woman retires; not after a pension was granted by it.

    \b
    onecard services people category 430102198003150122 female55 --reason 劳动合同（管理岗位）
    """
    _apply(
        number,
        visit,
        operator,
        as_json,
        lambda s, by, at: changes.change_category(s, number, category, reason=reason, by=by, at=at),
    )


@people_group.command("death")
@click.argument("number")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@reason_option
@visit_option
@operator_option
@json_option
@one_line_on_error
def record_death(
    number: str,
    day: datetime,
    reason: str,
    visit: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """The person died on DAY; benefits end, and survivors are paid, by the matters that follow.

    \b
    onecard services people death 430102196601150115 2026-11-20 --reason 死亡医学证明
    """
    on: date = day.replace(tzinfo=UTC).date()
    _apply(
        number,
        visit,
        operator,
        as_json,
        lambda s, by, at: changes.record_death(s, number, on, reason=reason, by=by, at=at),
    )


def _apply(
    number: str,
    visit: str | None,
    operator: str | None,
    as_json: bool,
    work: Callable[[Session, str, datetime], bool],
) -> None:
    by, at = acting(operator), now()
    with insurance_book() as engine, transaction(engine) as session:
        sight.require_sight(session, by, number, visit, purpose=PURPOSE, at=at)
        changed = work(session, by, at)
        facts = {**_facts(registry.get(session, number)), "changed": changed}
    _print(facts, as_json)
    if not changed and not as_json:
        say("It was so before.", "此前已如此。")


def _facts(person: InsuredPerson) -> dict[str, Any]:
    return {
        "number": person.number,
        "name": person.name,
        "birth": person.birth.isoformat(),
        "category": person.category,
        "office": person.office,
        "household_region": person.household_region,
        "died_on": None if person.died_on is None else person.died_on.isoformat(),
    }


def _change(row: PersonChange) -> dict[str, Any]:
    return {
        "what": row.what,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
        "at": row.at.isoformat(),
        "by": row.by,
    }


def _print(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(facts)
        return
    dead = f"  ✝ {facts['died_on']}" if facts["died_on"] else ""
    print_line(f"{facts['number']}  {facts['name']}  {facts['category']}  {facts['office']}{dead}")
