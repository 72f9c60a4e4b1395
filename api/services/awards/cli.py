"""``onecard services month``: a month made payable for a region and all below it."""

import click

from api.services.awards import month_run, month_totals, month_work
from api.services.awards.declared import DECLARED
from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.cli_values import MONTH, REGION
from api.services.insurances import NAMES, Insurance
from api.services.money import Fen, yuan_of
from api.services.months import Month
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading
from onecard.console import language, print_json, print_line, progress, say


@click.command()
@click.option("--month", type=MONTH, required=True, metavar="MONTH", help="Like 2026-11.")
@click.option("--region", type=REGION, required=True, help="A county, city, province; 000000: all.")
@click.option(
    "--insurance",
    type=click.Choice([one.value for one in Insurance]),
    help="This insurance alone.",
)
@operator_option
@json_option
@one_line_on_error
def month(
    month: Month, region: str, insurance: str | None, operator: str | None, as_json: bool
) -> None:
    """Make MONTH payable: an item for every award that is due, back payments and recoveries too.

    It may be killed and run again, and run again when it is done: what is there already is not
    added twice. The totals are by fund, and exactly the sum of the items.

    \b
    onecard services month --month 2026-11 --region 430000 --operator Chen
    onecard services month --month 2026-11 --region 430100 --insurance 110 --json
    """
    by, at = acting(operator), now()
    chosen = None if insurance is None else Insurance(insurance)
    with insurance_book() as engine:
        with reading(engine) as session:
            runs = month_run.runs(session, region, month, insurance=chosen)
            awards = month_run.awards(session, region, insurance=chosen)
        chunks = month_work.carry_out(engine, runs, by=by, at=at)
        most = awards // month_run.CHUNK + len(runs)
        for _ in progress(chunks, label=("payable", "应付"), length=most):
            pass
        with reading(engine) as session:
            funds = month_totals.totals(session, runs)
    items, total = sum(one.items for one in funds), Fen(sum(one.amount for one in funds))
    if as_json:
        rows = [one.as_json() for one in funds]
        print_json({"month": str(month), "items": items, "total": yuan_of(total), "funds": rows})
        return
    which = 1 if language() == "zh" else 0
    for one in funds:
        insured, benefit = (
            NAMES[Insurance(one.insurance)][which],
            DECLARED[one.benefit].label[which],
        )
        print_line(f"{one.region}  {insured}  {benefit}  {one.items}  {yuan_of(one.amount)}")
    say(
        f"Month {month}: {items} items, {yuan_of(total)} yuan.",
        f"{month}：应付明细 {items} 项，合计 {yuan_of(total)} 元。",
    )
