"""``onecard services what-if work-injury``: if somebody were hurt at work."""

import click

from api.services.cli_edge import one_line_on_error
from api.services.cli_trial import month_or_now, person_option, record_of, show, visit_option
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.work_injury.what_if import NO_CARE, what_if
from issuance.cli_edge import json_option, operator_option

grade_option = click.option("--grade", required=True, type=click.IntRange(1, 10))
care_option = click.option(
    "--care",
    type=click.Choice(("1", "2", "3", NO_CARE)),
    default=NO_CARE,
    help="Grade of care by code table 33; 4 is none.",
)
month_option = click.option("--month", callback=month_or_now, help="When it happens; default now.")


@click.command("work-injury")
@person_option
@grade_option
@care_option
@month_option
@click.option("--leaves", is_flag=True, help="And leaves the employer.")
@visit_option
@operator_option
@json_option
@one_line_on_error
def work_injury(
    person: str,
    grade: int,
    care: str,
    month: Month,
    leaves: bool,
    visit: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """What a grade of disability would give an employee. 工伤待遇试算。

    \b
    onecard services what-if work-injury --person 430102198005061019 --grade 7 --leaves
    """
    with record_of(person, visit, operator) as session:
        found = what_if(
            session,
            person,
            happened=month,
            grade=grade,
            care=care,
            leaves=leaves,
            parameters=ParameterBook(session),
        )
    show("work-injury", found, as_json=as_json, month=str(month))
