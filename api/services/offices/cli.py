"""``onecard services offices``: the five tiers, and who works where."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.offices import changes, intake, tree
from api.services.offices.errors import OfficeRowsError
from api.services.offices.models import Office, OfficeClerk
from api.services.offices.tree import TIER_NAMES, Tier
from issuance.cli_edge import json_option, operator_option, second_option
from issuance.cli_edge import operator as acting
from issuance.cli_edge import second as vouching
from issuance.database import reading, transaction
from onecard.console import Exit, Sentence, fail, language, print_json, print_line, say

MOST_SHOWN = 20


@click.group("offices")
def offices_group() -> None:
    """The offices of the five tiers, and who works where. 经办机构管理。

    A clerk sees and may do what lies at or below his office. Opening and renaming take an
    administrator; closing, and placing a clerk, take two.

    \b
    onecard services offices open 430000000000 湖南省社会保险服务中心
    onecard services offices import villages.csv
    onecard services offices tree 430100000000
    onecard services offices place Liu 430102000000 --second Ma
    """


@offices_group.command("open")
@click.argument("code")
@click.argument("name")
@operator_option
@json_option
@one_line_on_error
def open_one(code: str, name: str, operator: str | None, as_json: bool) -> None:
    """Open the office CODE (12 digits of its division) under NAME; also a closed one again.

    \b
    onecard services offices open 430102000000 芙蓉区社会保险服务中心
    """
    by = acting(operator)
    _change(lambda s, at: changes.open_office(s, code, name, by=by, at=at), as_json)


@offices_group.command()
@click.argument("code")
@click.argument("name")
@operator_option
@json_option
@one_line_on_error
def rename(code: str, name: str, operator: str | None, as_json: bool) -> None:
    """Give the office CODE another NAME.

    \b
    onecard services offices rename 430102000000 芙蓉区社会保险经办中心
    """
    by = acting(operator)
    _change(lambda s, at: changes.rename(s, code, name, by=by, at=at), as_json)


@offices_group.command()
@click.argument("code")
@click.option("--successor", metavar="CODE", help="Takes over people, open matters and clerks.")
@operator_option
@second_option
@json_option
@one_line_on_error
def close(
    code: str, successor: str | None, operator: str | None, second: str | None, as_json: bool
) -> None:
    """Close the office CODE; what it still has goes to --successor, of its tier or above.

    \b
    onecard services offices close 430102001001 --successor 430102001000 --second Ma
    """
    by, other = acting(operator), vouching(second)

    def work(session: Session, at: datetime) -> Office:
        return changes.close(session, code, successor=successor, by=by, second=other, at=at)

    _change(work, as_json)


@offices_group.command()
@click.argument("name")
@click.argument("code")
@operator_option
@second_option
@json_option
@one_line_on_error
def place(name: str, code: str, operator: str | None, second: str | None, as_json: bool) -> None:
    """Let the operator NAME work at the office CODE, and nowhere else.

    \b
    onecard services offices place Liu 430102000000 --second Ma
    """
    by, other = acting(operator), vouching(second)
    with insurance_book() as engine, transaction(engine) as session:
        placed = changes.place(session, name, code, by=by, second=other, at=now())
        facts = _clerk(placed)
    if as_json:
        print_json(facts)
        return
    say(f"{name} works at {code}.", f"{name} 在 {code} 办理业务。")


@offices_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Look at the file, open nothing.")
@operator_option
@json_option
@one_line_on_error
def import_file(file: Path, only_check: bool, operator: str | None, as_json: bool) -> None:
    """Open all offices of FILE: CSV with code and name (机构代码, 机构名称).

    The whole file is checked first; one row that is refused, and nothing is opened.

    \b
    onecard services offices import villages.csv --check
    onecard services offices import villages.csv
    """
    content = file.read_bytes()
    by = acting(operator)
    with insurance_book() as engine:
        with reading(engine) as session:
            checked = intake.check(session, content)
        if not checked.refused and not only_check:
            with transaction(engine) as session:
                changes.open_all(session, content, by=by, at=now())
    refused = [
        {"row": one.row, "code": one.code, "why": {"en": one.why[0], "zh": one.why[1]}}
        for one in checked.refused
    ]
    facts = {"new": len(checked.new), "known": checked.known, "refused": refused}
    if checked.refused:
        first = checked.refused[0]
        error = OfficeRowsError(
            len(refused),
            (f"row {first.row}: {first.why[0]}", f"第 {first.row} 行，{first.why[1]}"),
        )
        for row in checked.refused[:MOST_SHOWN]:
            say(f"row {row.row}: {row.why[0]}", f"第 {row.row} 行：{row.why[1]}")
        fail(Exit.BAD_INPUT, *error.cause, remedy=error.remedy, error=error.code, facts=facts)
    if as_json:
        print_json({**facts, "opened": not only_check})
        return
    done = ("would be opened", "可设立") if only_check else ("opened", "已设立")
    say(
        f"{len(checked.new)} offices {done[0]}, {checked.known} were there.",
        f"{done[1]}机构 {len(checked.new)} 个，原有 {checked.known} 个。",
    )


@offices_group.command("list")
@click.argument("above", required=False)
@click.option("--tier", type=click.IntRange(1, 5), help="1 province … 5 village.")
@click.option("--closed", is_flag=True, help="Closed ones too.")
@json_option
@one_line_on_error
def list_offices(above: str | None, tier: int | None, closed: bool, as_json: bool) -> None:
    """All offices, or those at and below ABOVE, by code.

    \b
    onecard services offices list 430100000000 --tier 3
    """
    found = _offices(above, tier=tier, closed=closed)
    if as_json:
        print_json({"offices": found})
        return
    for one in found:
        mark = "" if one["closed_at"] is None else Sentence("  (closed)", "（已撤销）").text()
        print_line(f"{one['code']}  {_tier(one['tier']):<10} {one['name']}{mark}")


@offices_group.command("tree")
@click.argument("above", required=False)
@json_option
@one_line_on_error
def show_tree(above: str | None, as_json: bool) -> None:
    """The offices as a tree, all or from ABOVE down.

    \b
    onecard services offices tree 430000000000
    """
    found = _offices(above, tier=None, closed=False)
    depth: dict[str, int] = {}
    for one in found:
        depth[one["code"]] = depth.get(one["parent"], -1) + 1
    if as_json:
        print_json({"offices": [{**one, "depth": depth[one["code"]]} for one in found]})
        return
    for one in found:
        print_line(f"{'  ' * depth[one['code']]}{one['code']}  {one['name']}")


@offices_group.command("clerks")
@click.argument("above")
@json_option
@one_line_on_error
def list_clerks(above: str, as_json: bool) -> None:
    """Who works at the office ABOVE and below it.

    \b
    onecard services offices clerks 430102000000
    """
    with insurance_book() as engine, reading(engine) as session:
        found = [_clerk(one) for one in changes.clerks(session, above)]
    if as_json:
        print_json({"clerks": found})
        return
    for one in found:
        print_line(f"{one['office']}  {one['clerk']}")


def _change(work: Callable[[Session, datetime], Office], as_json: bool) -> None:
    with insurance_book() as engine, transaction(engine) as session:
        facts = _facts(work(session, now()))
    if as_json:
        print_json(facts)
        return
    state = ("closed", "已撤销") if facts["closed_at"] else ("open", "在办")
    say(
        f"{facts['code']} {facts['name']} is {state[0]}.",
        f"{facts['code']} {facts['name']}：{state[1]}。",
    )


def _offices(above: str | None, *, tier: int | None, closed: bool) -> list[dict[str, Any]]:
    query = select(Office).order_by(Office.code)
    if above is not None:
        first, last = tree.span(above)
        query = query.where(Office.code.between(first, last))
    if tier is not None:
        query = query.where(Office.tier == tier)
    if not closed:
        query = query.where(Office.closed_at.is_(None))
    with insurance_book() as engine, reading(engine) as session:
        return [_facts(one) for one in session.scalars(query)]


def _facts(office: Office) -> dict[str, Any]:
    return {
        "code": office.code,
        "name": office.name,
        "tier": office.tier,
        "parent": office.parent,
        "opened_at": office.opened_at.isoformat(),
        "closed_at": None if office.closed_at is None else office.closed_at.isoformat(),
    }


def _clerk(row: OfficeClerk) -> dict[str, str]:
    return {
        "clerk": row.person_key,
        "office": row.office,
        "since": row.since.isoformat(),
        "placed_by": row.placed_by,
    }


def _tier(tier: int) -> str:
    return TIER_NAMES[Tier(tier)][language() == "zh"]
