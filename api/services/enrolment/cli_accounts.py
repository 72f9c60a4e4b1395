"""``onecard services arrears`` and ``accounts``: what employers owe, and the years of accounts."""

from datetime import date
from typing import Any, Final

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.enrolment import account_years, accounts, arrears, employers, rules, transfers
from api.services.enrolment.arrears import Owed
from api.services.enrolment.interest import RATES
from api.services.insurances import Insurance
from api.services.matters import sight
from api.services.money import yuan_of
from api.services.months import Month
from api.services.offices import tree
from api.services.parameters.book import ParameterBook
from api.services.people import registry
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from issuance.instants import local_day
from onecard.console import Exit, Sentence, fail, print_json, print_line

PURPOSE: Final = "command"
MOST: Final = 10_000

month_argument = click.argument("month")
insurance_option = click.option(
    "--insurance",
    type=click.Choice([one.value for one in RATES]),
    default=Insurance.OLD_AGE.value,
    show_default=True,
    help="110: of employees; 170: of residents.",
)


@click.group("arrears")
def arrears_group() -> None:
    """What employers owe. 欠费。

    \b
    onecard services arrears note 2026-10 --region 430102 --operator Liu
    onecard services arrears list --employer 91430100MA4L16JH3K --operator Liu
    """


@arrears_group.command()
@month_argument
@click.option("--region", required=True, metavar="REGION", help="6 digits.")
@operator_option
@json_option
@one_line_on_error
def note(month: str, region: str, operator: str | None, as_json: bool) -> None:
    """Note whose contribution for MONTH is missing after the due day; doing it again is no harm.

    \b
    onecard services arrears note 2026-10 --region 430102 --operator Liu
    """
    by, of = acting(operator), _month(month)
    with insurance_book() as engine, transaction(engine) as session:
        transfers.require_office(session, by, region)
        count = arrears.note_month(session, of, region=region, at=now(), by=by)
    if as_json:
        print_json({"month": month, "region": region, "noted": count})
        return
    print_line(Sentence(f"{count} arrears noted.", f"登记欠费 {count} 笔。").text())


@arrears_group.command("list")
@click.option("--employer", metavar="CODE", help="Of this employer.")
@click.option("--region", metavar="REGION", help="Of this region.")
@click.option("--settled", is_flag=True, help="Also those that are settled.")
@click.option("--limit", default=200, type=click.IntRange(1, MOST), show_default=True)
@operator_option
@json_option
@one_line_on_error
def list_arrears(
    employer: str | None,
    region: str | None,
    settled: bool,
    limit: int,
    operator: str | None,
    as_json: bool,
) -> None:
    """What is owed today, each with its late fee, of an employer or a region.

    \b
    onecard services arrears list --region 430102 --json --operator Liu
    """
    by, today = acting(operator), local_day(now())
    with insurance_book() as engine, reading(engine) as session:
        if employer is not None:
            region = region or tree.region_of(employers.get(session, employer).office)
        if region is None:
            fail(Exit.USAGE, "Of which employer or region?", "请指定单位或地区。")
        transfers.require_office(session, by, region)
        found = arrears.listed(
            session,
            on=today,
            employer=employer,
            region=region if employer is None else "",
            settled=settled,
            limit=limit,
        )
        rows = [_owed(one, today) for one in found]
    if as_json:
        print_json({"on": today.isoformat(), "arrears": rows})
        return
    for row in rows:
        print_line(
            f"{row['person']}  {row['insurance']}  {row['month']}  {row['amount']}  "
            f"{row['late_fee']}  {row['due_on']}  {row['settled_on'] or '-'}"
        )


@click.group("accounts")
def accounts_group() -> None:
    """Personal accounts. 个人账户。

    \b
    onecard services accounts close 2025 --operator Liu
    onecard services accounts show 430102196601150115 --operator Liu
    """


@accounts_group.command()
@click.argument("year", type=click.IntRange(1990, 2200))
@insurance_option
@operator_option
@json_option
@one_line_on_error
def close(year: int, insurance: str, operator: str | None, as_json: bool) -> None:
    """Close YEAR for every account, with the interest that was announced.

    Doing it again closes what came since, and changes what a correction reached.

    \b
    onecard services accounts close 2025 --operator Liu
    """
    by = acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        closed, changed = account_years.close_year(
            session, year, Insurance(insurance), at=now(), by=by
        )
    if as_json:
        print_json({"year": year, "insurance": insurance, "closed": closed, "changed": changed})
        return
    print_line(
        Sentence(
            f"{closed} years of accounts closed, {changed} changed.",
            f"结转个人账户 {closed} 个年度，更正 {changed} 个年度。",
        ).text()
    )


@accounts_group.command()
@click.argument("person")
@insurance_option
@click.option("--visit", metavar="ID", help="In which the card was shown, for people elsewhere.")
@operator_option
@json_option
@one_line_on_error
def show(
    person: str, insurance: str, visit: str | None, operator: str | None, as_json: bool
) -> None:
    """The account of the PERSON: its closed years, and what lies in it today.

    \b
    onecard services accounts show 430102196601150115 --json --operator Liu
    """
    by, at, kind = acting(operator), now(), Insurance(insurance)
    until = Month.of_day(local_day(at))
    with insurance_book() as engine, transaction(engine) as session:
        sight.require_sight(session, by, person, visit, purpose=PURPOSE, at=at)
        region = tree.region_of(registry.get(session, person).office)
        view = ParameterBook(session).view()
        balance = accounts.balance(
            session, person, kind, until=until, region=region, parameters=view
        )
        years = [
            {
                "region": row.region,
                "year": row.year,
                "opening": yuan_of(row.opening),
                "credited": yuan_of(row.credited),
                "rate": row.rate,
                "interest": yuan_of(row.interest),
                "closing": yuan_of(row.closing),
            }
            for row in account_years.years(session, person, kind)
        ]
    if as_json:
        print_json({"until": str(until), "balance": yuan_of(balance), "years": years})
        return
    for one in years:
        print_line("  ".join(str(value) for value in one.values()))
    print_line(f"{until}  {yuan_of(balance)}")


def _owed(one: Owed, today: date) -> dict[str, Any]:
    row = one.arrear
    settled: date | None = row.settled_on
    return {
        "person": row.person,
        "insurance": row.insurance,
        "month": str(row.month),
        "employer": row.employer,
        "region": row.region,
        "base": yuan_of(row.base),
        "amount": yuan_of(row.amount),
        "late_fee": yuan_of(one.late_fee),
        "explanation": rules.late_fee_step(
            row.amount, due=row.due_on, paid=settled or today
        ).as_json(),
        "due_on": row.due_on.isoformat(),
        "settled_on": settled.isoformat() if settled else None,
    }


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        fail(Exit.USAGE, "Give a month like 2026-10.", "请按 2026-10 的形式填写年月。")
