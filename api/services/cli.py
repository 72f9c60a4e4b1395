"""``onecard services``: the services of the one card, from the command line."""

import click

from api.services.annuity.cli import annuity_group
from api.services.awards.cli import month
from api.services.cli_prepare import prepare
from api.services.cli_what_if import what_if
from api.services.determination.cli import explain, recalculate
from api.services.enrolment.cli_accounts import accounts_group, arrears_group
from api.services.enrolment.cli_contributions import contributions_group
from api.services.enrolment.cli_employers import employers_group
from api.services.enrolment.cli_transfers import transfers_group
from api.services.errors import CalculationError, UnreadableInputError
from api.services.fields import MAX_BYTES, read_object
from api.services.matters.cli import matters_group
from api.services.offices.cli import offices_group
from api.services.old_age.cli import pensions
from api.services.parameters.cli import parameters
from api.services.people.cli import people_group
from api.services.platform_work.cli import platform
from api.services.subjects import SUBJECTS
from api.services.unemployment.cli import unemployment
from api.services.work_injury.cli import work_injury
from onecard.console import Exit, fail, language, print_json, print_line


@click.group()
def services() -> None:
    """Rules of the insurances, with every number explained. 社会保险待遇计算。

    \b
    onecard services calculate retirement-age --input person.json
    onecard services calculate old-age --input - --json < award.json
    """


services.add_command(prepare)
services.add_command(parameters)
services.add_command(explain)
services.add_command(recalculate)
services.add_command(month)
services.add_command(annuity_group)
services.add_command(matters_group)
services.add_command(offices_group)
services.add_command(pensions)
services.add_command(people_group)
services.add_command(unemployment)
services.add_command(work_injury)
services.add_command(platform)
services.add_command(employers_group)
services.add_command(contributions_group)
services.add_command(arrears_group)
services.add_command(accounts_group)
services.add_command(transfers_group)
services.add_command(what_if)


@services.command()
@click.argument("subject", type=click.Choice(list(SUBJECTS)))
@click.option("--input", "source", required=True, metavar="FILE", help="JSON; - is standard input.")
@click.option("--json", "as_json", is_flag=True, help="The result and its explanation as JSON.")
def calculate(subject: str, source: str, as_json: bool) -> None:
    """Compute SUBJECT from one JSON object, and say how each number came to be.

    Nothing is stored. The fields of each subject: docs/insurance.md.

    \b
    echo '{"category": "male", "birth": "1965-04"}' > person.json
    onecard services calculate retirement-age --input person.json
    onecard services calculate old-age --input award.json --json | jq -r .total
    """
    try:
        calculation = SUBJECTS[subject](read_object(_content(source)))
    except CalculationError as error:
        facts = {"field": error.field} if error.field else None
        fail(Exit.BAD_INPUT, *error.cause, remedy=error.remedy, error=error.code, facts=facts)
    if as_json:
        print_json({"subject": subject, **calculation.as_json()})
        return
    for line in calculation.lines(language()):
        print_line(line)


def _content(source: str) -> bytes:
    try:
        with click.open_file(source, "rb") as file:
            return bytes(file.read(MAX_BYTES + 1))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise UnreadableInputError(f"{source}: {reason}", f"{source}：{reason}") from None
