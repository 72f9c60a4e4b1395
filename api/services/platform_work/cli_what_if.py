"""``onecard services what-if platform-work``: if a courier were hurt."""

import click

from api.services.cli_edge import one_line_on_error
from api.services.cli_trial import person_option, record_of, show, visit_option
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.platform_work.what_if import what_if
from api.services.work_injury.cli_what_if import care_option, grade_option, month_option
from issuance.cli_edge import json_option, operator_option


@click.command("platform-work")
@person_option
@grade_option
@care_option
@month_option
@visit_option
@operator_option
@json_option
@one_line_on_error
def platform_work(
    person: str,
    grade: int,
    care: str,
    month: Month,
    visit: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """What a grade of disability would give a platform worker. 职业伤害待遇试算。

    \b
    onecard services what-if platform-work --person 430102199802021014 --grade 6
    """
    with record_of(person, visit, operator) as session:
        found = what_if(
            session,
            person,
            happened=month,
            grade=grade,
            care=care,
            parameters=ParameterBook(session),
        )
    show("platform-work", found, as_json=as_json, month=str(month))
