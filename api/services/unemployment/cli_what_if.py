"""``onecard services what-if unemployment``: if somebody lost his work."""

import click

from api.services.cli_edge import one_line_on_error
from api.services.cli_trial import month_or_now, person_option, record_of, show, visit_option
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.unemployment.what_if import what_if
from issuance.cli_edge import json_option, operator_option


@click.command()
@person_option
@click.option("--lost", callback=month_or_now, help="Month in which the work ends; default now.")
@visit_option
@operator_option
@json_option
@one_line_on_error
def unemployment(
    person: str, lost: Month, visit: str | None, operator: str | None, as_json: bool
) -> None:
    """Months and amounts, if somebody lost his work against his will. 失业保险金试算。

    \b
    onecard services what-if unemployment --person 430102198005061019 --lost 2026-12
    """
    with record_of(person, visit, operator) as session:
        found = what_if(session, person, lost=lost, parameters=ParameterBook(session))
    show("unemployment", found, as_json=as_json, lost=str(lost))
