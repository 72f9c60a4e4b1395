"""``onecard services employers``: registered, shown, listed, closed."""

from datetime import date, datetime
from typing import Any

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.enrolment import employers
from api.services.enrolment.models import Employer
from api.services.offices import tree
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from issuance.instants import local_day
from onecard.console import print_json, print_line


@click.group("employers")
def employers_group() -> None:
    """Employers and platforms. 参保单位。

    \b
    onecard services employers register 91430100MA4L16JH3K 某公司 --office 430102000000 --industry 1
    onecard services employers list --office 430100000000
    """


@employers_group.command()
@click.argument("code")
@click.argument("name")
@click.option("--office", required=True, metavar="CODE", help="The office it registers with.")
@click.option(
    "--industry",
    required=True,
    type=click.Choice(employers.INDUSTRIES),
    help="Risk class 1 to 8 (人社部发〔2015〕71号), or a platform's kind of orders.",
)
@operator_option
@json_option
@one_line_on_error
def register(
    code: str, name: str, office: str, industry: str, operator: str | None, as_json: bool
) -> None:
    """Register the employer with the unified social credit CODE, or write down what changed.

    \b
    onecard services employers register 91430100MA4L16JH3K 某公司 --office 430102000000 --industry 1
    """
    by = acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        row = employers.register(
            session, code, name, office=office, industry=industry, by=by, at=now()
        )
        facts = _facts(row)
    _print([facts], as_json=as_json)


@employers_group.command()
@click.argument("code")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="By default today.")
@operator_option
@json_option
@one_line_on_error
def close(code: str, day: datetime | None, operator: str | None, as_json: bool) -> None:
    """End the registration of the employer CODE; nobody may be enrolled with it.

    \b
    onecard services employers close 91430100MA4L16JH3K --on 2026-11-30
    """
    by, at = acting(operator), now()
    on: date = day.date() if day else local_day(at)
    with insurance_book() as engine, transaction(engine) as session:
        facts = _facts(employers.close(session, code, on=on, by=by, at=at))
    _print([facts], as_json=as_json)


@employers_group.command()
@click.argument("code")
@json_option
@one_line_on_error
def show(code: str, as_json: bool) -> None:
    """The employer with the CODE.

    \b
    onecard services employers show 91430100MA4L16JH3K --json
    """
    with insurance_book() as engine, reading(engine) as session:
        facts = _facts(employers.get(session, code))
    _print([facts], as_json=as_json)


@employers_group.command("list")
@click.option("--office", required=True, metavar="CODE", help="This office and those under it.")
@click.option("--after", default="", metavar="CODE", help="Only those behind this one.")
@click.option("--limit", default=100, type=click.IntRange(1, 10_000), show_default=True)
@json_option
@one_line_on_error
def list_employers(office: str, after: str, limit: int, as_json: bool) -> None:
    """The employers of an office, by code.

    \b
    onecard services employers list --office 430100000000 --limit 1000 --json
    """
    with insurance_book() as engine, reading(engine) as session:
        place = tree.get(session, office).code
        found = employers.below(session, place, after=after, limit=limit)
        facts = [_facts(row) for row in found]
    _print(facts, as_json=as_json)


def _facts(row: Employer) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "office": row.office,
        "industry": row.industry,
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
    }


def _print(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json({"employers": rows})
        return
    for row in rows:
        closed = f"  -{row['closed_on']}" if row["closed_on"] else ""
        print_line(f"{row['code']}  {row['office']}  {row['industry']:<8} {row['name']}{closed}")
