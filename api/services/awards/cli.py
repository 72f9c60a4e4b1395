"""``onecard services month``: a month made payable for a region and all below it."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from api.services.awards import month_run, month_totals, month_work
from api.services.awards.declared import DECLARED
from api.services.beside import Beside
from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.cli_values import MONTH, REGION
from api.services.enrolment import contributions
from api.services.insurances import NAMES, Insurance
from api.services.money import Fen, yuan_of
from api.services.months import Month
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from onecard.console import language, print_json, print_line, progress, say


@click.command()
@click.option("--month", type=MONTH, required=True, metavar="MONTH", help="Like 2026-11.")
@click.option("--region", type=REGION, required=True, help="A county, city, province; 000000: all.")
@click.option(
    "--insurance",
    type=click.Choice([one.value for one in Insurance]),
    help="This insurance alone.",
)
@click.option(
    "--contributions",
    "files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Post this file first; may be given several times.",
)
@click.option(
    "--workers",
    type=click.IntRange(0, 64),
    default=0,
    help="Processes that check the rows of the files beside this one.",
)
@operator_option
@json_option
@one_line_on_error
def month(
    month: Month,
    region: str,
    insurance: str | None,
    files: Sequence[Path],
    workers: int,
    operator: str | None,
    as_json: bool,
) -> None:
    """Make MONTH payable: an item for every award that is due, back payments and recoveries too.

    Contribution files are posted before, each whole or not at all (whoever posts needs a clerk's
    role). It may be killed and run again, and run again when it is done: what is there already is
    not added twice. The totals are by fund, and exactly the sum of the items.

    \b
    onecard services month --month 2026-11 --region 430000 --operator Chen
    onecard services month --month 2026-11 --region 430100 --contributions 202611.csv --workers 2
    onecard services month --month 2026-11 --region 430100 --insurance 110 --json
    """
    by, at = acting(operator), now()
    chosen = None if insurance is None else Insurance(insurance)
    with insurance_book() as engine:
        posted = _posted(engine, files, workers=workers, by=by, at=at)
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
        sums = {"items": items, "total": yuan_of(total)}
        print_json({"month": str(month), "posted": posted, **sums, "funds": rows})
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


def _posted(
    engine: Engine, files: Sequence[Path], *, workers: int, by: str, at: datetime
) -> list[dict[str, Any]]:
    """Each file in a transaction of its own; those that were posted before add nothing."""
    found = []
    with ExitStack() as stack:
        pool = stack.enter_context(Beside(engine, workers=workers)) if workers and files else None
        for path in progress(files, label=("posting", "缴费入账")):
            with transaction(engine) as session:
                done = contributions.post_file(session, path, by=by, at=at, pool=pool)
            total = yuan_of(done.file.total)
            found.append({"file": path.name, "rows": done.file.rows, "total": total})
    return found
