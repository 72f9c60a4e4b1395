"""``onecard bureau personalize``: cards on the readers."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from crypto.cli import open_key_store
from issuance import card_making
from issuance.card_making import Outcome
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.cli_slots import (
    another,
    at_address,
    error_sentence,
    in_reader,
    require_slots,
    slot_options,
)
from issuance.slots import Slot
from onecard.console import Exit, print_json, print_line, progress, say


@click.command()
@click.argument("batch")
@slot_options
@operator_option
@json_option
@one_line_on_error
def personalize(
    batch: str, readers: tuple[str, ...], tcp: tuple[str, ...], operator: str | None, as_json: bool
) -> None:
    """Write the prepared cards of a batch, each on the next blank, read back and secured.

    A reader is filled again and again, as long as somebody puts blanks in. Cut off at any
    moment, it is simply run again.

    \b
    onecard bureau personalize 371700-20261101-0001 --reader "ACS ACR39U 00 00"
    onecard bureau personalize 371700-20261101-0001 --tcp 127.0.0.1:7000 --tcp 127.0.0.1:7001
    """
    by = acting(operator)
    require_slots(readers, tcp)
    store = open_key_store()
    outcomes = []
    with book() as engine:
        made = card_making.personalize(
            engine,
            batch,
            _slots(readers, tcp),
            store=store,
            by=by,
            clock=lambda: datetime.now(UTC),
            random=secrets.token_bytes,
        )
        length = None if readers else len(tcp)
        for outcome in progress(made, label=("Personalizing", "制卡"), length=length):
            outcomes.append(outcome)
            if not as_json:
                _print_outcome(outcome)
    failed = [outcome for outcome in outcomes if outcome.error]
    if as_json:
        print_json({"batch": batch, "cards": [_as_json(outcome) for outcome in outcomes]})
    say(
        f"Cards made: {len(outcomes) - len(failed)}; failed: {len(failed)}.",
        f"制成 {len(outcomes) - len(failed)} 张，失败 {len(failed)} 张。",
    )
    if failed:
        raise SystemExit(Exit.CARD)


def _slots(readers: tuple[str, ...], tcp: tuple[str, ...]) -> Iterator[Slot]:
    """Each address once; each reader until nobody puts another blank in."""
    for address in tcp:
        yield at_address(address)
    first = True
    while readers and (first or another(("blank", "空白卡"))):
        first = False
        for name in readers:
            yield in_reader(name)


def _print_outcome(outcome: Outcome) -> None:
    if outcome.error is None:
        print_line(f"{outcome.number}  {outcome.identification_code}")
    else:
        say(*error_sentence(outcome.number, outcome.error))


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "number": outcome.number,
        "identification_code": outcome.identification_code,
        "error": None if outcome.error is None else str(outcome.error),
    }
