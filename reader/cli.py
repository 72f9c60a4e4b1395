"""``onecard card``: the counter's commands. ``onecard verify``: a record or a QR code's text."""

import click

from reader.cli_account import account
from reader.cli_doctor import doctor
from reader.cli_driver import driver_command
from reader.cli_edge import reader_errors
from reader.cli_engineer import add_to
from reader.cli_lock import lock, unlock
from reader.cli_pin import pin
from reader.cli_read import read
from reader.cli_readers import readers, watch
from reader.cli_reconcile import reconcile_log
from reader.cli_update import update
from reader.cli_verify import verify as verify
from reader.cli_verify import verify_card


@click.group()
def card() -> None:
    """A card on the reader: read, verified, its PIN, its data, its account. 读卡、验卡与卡片维护。

    With --json a result is an object on standard output, an error one on standard error.

    \b
    onecard card readers
    onecard card read --json
    onecard card verify --tcp 127.0.0.1:7000
    onecard card pin change
    """


card.add_command(readers)
card.add_command(watch)
card.add_command(doctor)
card.add_command(read)
card.add_command(verify_card)
card.add_command(reconcile_log)
card.add_command(pin)
card.add_command(update)
card.add_command(lock)
card.add_command(unlock)
card.add_command(account)
card.add_command(driver_command)
add_to(card, reader_errors)
