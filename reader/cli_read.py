"""``onecard card read``: what is on the card."""

from pathlib import Path

import click

from onecard.console import print_json
from reader.card_reading import read_card
from reader.cli_edge import json_option, one_line_on_error
from reader.cli_entry import PinOptions, pin_options
from reader.cli_photo import photo_option, save_photo
from reader.cli_replay import print_content
from reader.cli_slot import Slots, slot_options


@click.command()
@slot_options
@pin_options
@click.option("--all", "everything", is_flag=True, help="All applications, not only the basics.")
@photo_option
@json_option
@one_line_on_error
def read(
    slots: Slots, pin: PinOptions, everything: bool, photo: Path | None, as_json: bool
) -> None:
    """Read the card: issuer and holder first.

    What only a key opens is read with the PSAM named, else through the issuer's server if one is
    set, else with the key store of this desk. With a PSAM or the server the card has to show first
    that it holds an issuer's key.

    \b
    onecard card read
    onecard card read --pin - --all --json
    onecard card read --photo holder.jpg
    onecard card read --server https://cards.example
    onecard card read --reader "ACS ACR39U 00 00" --psam "ACS ACR39U 00 01"
    """
    given = pin.given()
    with slots.card() as card:
        if given:
            card.session.verify_pin(given)
        keys = card.keys()
        if keys and slots.psam.elsewhere:
            keys.check_card(card.session)
        content = read_card(card.session, keys=keys, everything=everything)
        if photo:
            save_photo(card.session, keys, photo)
    if as_json:
        print_json({"atr": card.atr.hex().upper(), **content.to_json()})
    else:
        print_content(card.atr, content)
