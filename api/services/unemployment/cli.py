"""``onecard services unemployment``: the adjustment of claims that run."""

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.cli_trial import month_or_now
from api.services.months import Month
from api.services.unemployment import adjustment
from issuance.cli_edge import json_option, operator, operator_option
from issuance.database import transaction
from onecard.console import Sentence, print_json, print_line

_acting = operator  # the command has a parameter of that name


@click.group()
def unemployment() -> None:
    """What is done for all who draw unemployment benefit. 失业保险。

    \b
    onecard services unemployment adjust --region 430000 --month 2026-07
    """


@unemployment.command()
@click.option("--region", required=True, metavar="CODE", help="6 digits; what lies in it as well.")
@click.option("--month", required=True, callback=month_or_now, help="From this month on.")
@operator_option
@json_option
@one_line_on_error
def adjust(region: str, month: Month, operator: str | None, as_json: bool) -> None:
    """Let claims that run have the amounts of the month. 失业保险金标准调整。

    The parameters have to be set for the month. Each claim is adjusted once.

    \b
    onecard services unemployment adjust --region 430000 --month 2026-07
    """
    by = _acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        changed = adjustment.adjust(session, region, month, at=now(), by=by)
    if as_json:
        print_json({"region": region, "month": str(month), "changed": changed})
        return
    print_line(Sentence(f"{changed} awards adjusted.", f"已调整 {changed} 项待遇。").text())
