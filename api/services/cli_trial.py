"""What the commands of `onecard services what-if` share: months, and how a trial is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click
from sqlalchemy.orm import Session

from api.services.cli_edge import insurance_book, now
from api.services.explanation import Calculation
from api.services.matters import sight
from api.services.months import Month
from issuance.cli_edge import operator as acting
from issuance.database import transaction
from issuance.instants import local_day
from onecard.console import language, print_json, print_line

PURPOSE: Final = "what-if"
person_option = click.option("--person", required=True, metavar="NUMBER", help="Whom it is about.")


visit_option = click.option(
    "--visit", metavar="ID", help="In which the card was shown, for people elsewhere."
)


@contextmanager
def record_of(person: str, visit: str | None, operator: str | None) -> Iterator[Session]:
    """The book, for a trial about somebody whose record the operator may see; the look is noted."""
    by = acting(operator)
    with insurance_book() as engine, transaction(engine) as session:
        sight.require_sight(session, by, person, visit, purpose=PURPOSE, at=now())
        yield session


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
