"""``onecard services people``: the insured people, and what changes about them."""

from datetime import UTC, date, datetime

import click
from sqlalchemy.orm import Session

from api.services import consequences
from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.matters import sight
from api.services.people import changes, registry
from api.services.people.cli_record import PURPOSE, applied, change_of, facts_of, print_facts
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import transaction
from onecard.console import language, print_json, print_line

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
        facts = facts_of(person)
    print_facts(facts, as_json)


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
        facts = {**facts_of(registry.get(session, number)), "basis": basis.value}
    print_facts(facts, as_json)


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
        found = [change_of(one) for one in changes.history(session, number)]
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
    applied(
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
    applied(
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
    applied(
        number,
        visit,
        operator,
        as_json,
        lambda s, by, at: changes.change_category(s, number, category, reason=reason, by=by, at=at),
    )


@people_group.command("birth")
@click.argument("number")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@reason_option
@visit_option
@operator_option
@json_option
@one_line_on_error
def correct_birth(
    number: str,
    day: datetime,
    reason: str,
    visit: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """The person was born on DAY by the earliest file; awards follow by recalculate --touched.

    \b
    onecard services people birth 430102196601150113 1965-11-03 --reason 档案最先记载
    """
    on: date = day.replace(tzinfo=UTC).date()
    applied(
        number,
        visit,
        operator,
        as_json,
        lambda s, by, at: changes.correct_birth(s, number, on, reason=reason, by=by, at=at),
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
    """The person died on DAY: benefits end; survivors are paid by the matters that follow.

    \b
    onecard services people death 430102196601150115 2026-11-20 --reason 死亡医学证明
    """
    on: date = day.replace(tzinfo=UTC).date()
    applied(
        number,
        visit,
        operator,
        as_json,
        lambda s, by, at: _record_death(s, number, on, reason=reason, by=by, at=at),
    )


def _record_death(
    session: Session, number: str, on: date, *, reason: str, by: str, at: datetime
) -> bool:
    changed = changes.record_death(session, number, on, reason=reason, by=by, at=at)
    consequences.follow(session, number, run="death", at=at, by=by)
    return changed
