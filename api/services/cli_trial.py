"""What the commands of `onecard services what-if` share: months, and how a trial is shown."""

from typing import Any

import click

from api.services.cli_edge import now
from api.services.explanation import Calculation
from api.services.months import Month
from issuance.instants import local_day
from onecard.console import language, print_json, print_line

person_option = click.option("--person", required=True, metavar="NUMBER", help="Whom it is about.")


def month_or_now(_context: click.Context, _option: click.Parameter, value: str | None) -> Month:
    """A month like 2026-11; without one, the month it is."""
    if value is None:
        return Month.of_day(local_day(now()))
    try:
        return Month.parse(value)
    except ValueError:
        raise click.BadParameter("give a month like 2026-11") from None


def show(subject: str, calculation: Calculation, *, as_json: bool, **asked: Any) -> None:
    """The results and how they came to be."""
    if as_json:
        print_json({"subject": subject, **asked, **calculation.as_json()})
        return
    for line in calculation.lines(language()):
        print_line(line)
