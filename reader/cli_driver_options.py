"""Options of the field's driver, wherever it is started."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from reader.card_profile.psam import TerminalNumber
from reader.sscard.error_table import FIELD, TABLES
from reader.sscard.options import DriverOptions

MAX_DEVICE_NUMBER = 32


def driver_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --numbers, --terminal, --device-number and --nine-fields, which become *driver*."""

    @click.option(
        "--numbers",
        type=click.Choice(sorted(TABLES)),
        default=FIELD.name,
        show_default=True,
        help="The list of error numbers that the pages know.",
    )
    @click.option("--terminal", metavar="DIGITS", help="终端机编号, where no PSAM says it.")
    @click.option("--device-number", metavar="TEXT", default="", help="终端设备号.")
    @click.option("--nine-fields", is_flag=True, help="iReadCardBas without the terminal's fields.")
    @wraps(command)
    def run(
        numbers: str, terminal: str | None, device_number: str, nine_fields: bool, **others: Any
    ) -> None:
        options = DriverOptions(
            device_number=_device(device_number),
            terminal_number=_terminal(terminal),
            nine_fields=nine_fields,
            errors=TABLES[numbers],
        )
        command(driver=options, **others)

    return run


def _terminal(text: str | None) -> str:
    if text is None:
        return DriverOptions().terminal_number
    try:
        return TerminalNumber(text)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="--terminal") from error


def _device(text: str) -> str:
    if len(text) > MAX_DEVICE_NUMBER or "|" in text or not text.isprintable():
        raise click.BadParameter("Up to 32 characters without '|'.", param_hint="--device-number")
    return text
