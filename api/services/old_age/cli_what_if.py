"""``onecard services what-if old-age``: the pension by the month of retirement."""

import click

from api.services.cli_edge import now, one_line_on_error
from api.services.cli_trial import person_option, record_of, visit_option
from api.services.months import Month
from api.services.old_age.eligibility import NAMES
from api.services.old_age.what_if import Choice, what_if
from api.services.parameters.book import ParameterBook
from api.services.retirement_age.calculation import age_text
from issuance.cli_edge import json_option, operator_option
from issuance.instants import local_day
from onecard.console import language, print_json, print_line


@click.command("old-age")
@person_option
@visit_option
@operator_option
@json_option
@one_line_on_error
def old_age(person: str, visit: str | None, operator: str | None, as_json: bool) -> None:
    """The pension for each month in which somebody may retire. 养老金试算。

    In the values of today: contributions go on with the last base, nothing else is guessed.

    \b
    onecard services what-if old-age --person 430102196601150115
    onecard services what-if old-age --person 430102196601150115 --json | jq -r '.choices[0].total'
    """
    month = Month.of_day(local_day(now()))
    with record_of(person, visit, operator) as session:
        choices = what_if(session, person, now=month, parameters=ParameterBook(session))
    if as_json:
        print_json({"subject": "old-age", "choices": [one.as_json() for one in choices]})
        return
    for one in choices:
        print_line(_line(one))


def _line(one: Choice) -> str:
    zh = language() == "zh"
    age = age_text(one.age) if zh else f"{one.age // 12}y{one.age % 12}m"
    way = NAMES[one.way][zh]
    if one.calculation is None:
        missing = f"尚缺 {one.missing} 个月" if zh else f"{one.missing} months are missing"
        return f"{one.month}  {age}  {way}  {missing}"
    return f"{one.month}  {age}  {way}  {one.calculation.results['total']}"
