"""``onecard counter``: what runs on the machine of a counter."""

from pathlib import Path
from typing import Any

import click

from onecard.console import settings
from onecard.settings import LIST_AGE_HOURS
from reader.agent.launch import Options, launch
from reader.agent.pin_choice import PIN_ENTRIES
from reader.cli_driver_options import driver_options


@click.group()
def counter() -> None:
    """The desk of a clerk: the agent between browser and reader. 柜台。

    \b
    onecard counter agent --server https://cards.example.gov.cn
    onecard counter agent --reader "ACS ACR39U 00 00" --psam "ACS ACR39U 00 01"
    """


@counter.command()
@click.option("--server", metavar="URL", help="The issuer's service: https://HOST.")
@click.option("--origin", "origins", metavar="URL", multiple=True, help="A page's origin; again.")
@click.option("--reader", metavar="NAME", help="PC/SC reader; by default whichever has a card.")
@click.option("--tcp", metavar="HOST:PORT", help="A card served over TCP instead.")
@click.option("--psam", metavar="NAME", help="PC/SC reader with the PSAM.")
@click.option("--psam-tcp", metavar="HOST:PORT", help="A PSAM served over TCP instead.")
@click.option("--psam-pin", metavar="DIGITS", help="The PSAM's own PIN, if it has one.")
@click.option("--bind", metavar="HOST:PORT", help="A loopback address; port 0 takes a free one.")
@click.option(
    "--pin-entry",
    "entry",
    type=click.Choice(PIN_ENTRIES),
    default="auto",
    show_default=True,
    help="Where the holder enters the PIN.",
)
@click.option("--shuffle", is_flag=True, help="Mix the keys of the PIN window anew each time.")
@click.option("--status-list", type=click.Path(path_type=Path), help="For a desk without a server.")
@click.option(
    "--list-age",
    "hours",
    type=click.FloatRange(*LIST_AGE_HOURS),
    help="Hours after which a status list clears no card any more; by default list_age_hours.",
)
@click.option(
    "--log", type=click.Path(path_type=Path), help="Notes what is verified without a server."
)
@click.option("--open", "page", metavar="URL", help="Open the console there in the browser.")
@driver_options
@click.option("--json", "as_json", is_flag=True, help="Print where it listens as JSON.")
def agent(**given: Any) -> None:
    """Serve the pages of this machine's browser with card, PIN and reader, until Ctrl-C.

    Prints the address of the console with the token of this launch. Only pages of the origins named
    (and of the server) are served, one at a time; a PIN never reaches them. Without a server the
    desk judges by its trust list and a signed status list, and says so. --numbers, --terminal,
    --device-number and --nine-fields are for older pages that call the field's driver.

    \b
    onecard counter agent --server https://cards.example.gov.cn
    onecard counter agent --origin https://old-desk.example.gov.cn --pin-entry window
    onecard counter agent --numbers jiangsu --device-number DC01
    onecard counter agent --tcp 127.0.0.1:7000 --origin http://127.0.0.1:8610 --json
    """
    launch(Options(**given), settings())
