"""``onecard services work-injury``: the yearly adjustment."""

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.cli_trial import month_or_now
from api.services.months import Month
from api.services.work_injury import adjustment
from issuance.cli_edge import json_option, operator, operator_option
from issuance.database import transaction
from onecard.console import Sentence, print_json, print_line

_acting = operator  # the command has a parameter of that name


@click.group("work-injury")
def work_injury() -> None:
    """What is done for all who were injured at work. 工伤保险。

    \b
    onecard services work-injury adjust --region 430000 --month 2026-07
    """


@work_injury.command()
@click.option("--region", required=True, metavar="CODE", help="6 digits; what lies in it as well.")
@click.option("--month", required=True, callback=month_or_now, help="From this month on.")
@operator_option
@json_option
@one_line_on_error
def adjust(region: str, month: Month, operator: str | None, as_json: bool) -> None:
    """Adjust allowances, care and dependants' pensions by the parameters. 定期待遇调整。

    The parameters work_injury.rise_1 to rise_4, work_injury.rise_dependant and average_wage have to
    be set for the month. Each award is adjusted once.

    \b
    onecard services work-injury adjust --region 430000 --month 2026-07
    """
    by = _acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        changed = adjustment.adjust(session, region, month, at=now(), by=by)
    if as_json:
        print_json({"region": region, "month": str(month), "changed": changed})
        return
    print_line(Sentence(f"{changed} awards adjusted.", f"已调整 {changed} 项待遇。").text())
