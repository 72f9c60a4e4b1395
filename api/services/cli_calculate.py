"""``onecard services calculate``: one matter from one JSON object, without a book."""

import click

from api.services.errors import CalculationError, UnreadableInputError
from api.services.fields import MAX_BYTES, read_object
from api.services.subjects import SUBJECTS
from onecard.console import Exit, fail, language, print_json, print_line


@click.command()
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
