"""``onecard bureau personalize``: cards on the readers."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from crypto.cli import open_key_store
from crypto.errors import CryptoError
from issuance import card_making
from issuance.card_making import Outcome, Slot
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from onecard.console import Exit, fail, language, print_json, print_line, progress, say
from reader.connect import CardTransport, connect
from reader.errors import ReaderError
from reader.tcp import parse_address


@click.command()
@click.argument("batch")
@click.option(
    "--reader", "readers", multiple=True, metavar="NAME", help="PC/SC reader; repeatable."
)
@click.option(
    "--tcp", multiple=True, metavar="HOST:PORT", help="A blank served over TCP; repeatable."
)
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
    if not readers and not tcp:
        fail(Exit.USAGE, "Give --reader or --tcp.", "请给出 --reader 或 --tcp。")
    for address in tcp:
        _check_address(address)
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


def _check_address(address: str) -> None:
    try:
        parse_address(address)
    except ValueError as error:
        fail(Exit.USAGE, f"{error}.", f"{address} 不是 主机:端口。")


def _slots(readers: tuple[str, ...], tcp: tuple[str, ...]) -> Iterator[Slot]:
    """Each address once; each reader until nobody puts another blank in."""
    for address in tcp:
        yield partial(_connect, tcp=address)
    first = True
    while readers:
        if not first and not _another():
            return
        first = False
        for name in readers:
            yield partial(_connect, reader=name)


def _connect(**where: Any) -> AbstractContextManager[CardTransport]:
    return connect(**where)


def _another() -> bool:
    """Ask for the next blanks; nobody to ask means no more."""
    if not sys.stdin.isatty():
        return False
    question = {
        "en": "Put the next blank into each reader; go on?",
        "zh": "请在每个读写器中放入下一张空白卡，继续？",
    }
    return click.confirm(question[language()], default=True, err=True)


def _print_outcome(outcome: Outcome) -> None:
    error = outcome.error
    if error is None:
        print_line(f"{outcome.number}  {outcome.identification_code}")
    elif isinstance(error, CryptoError):
        say(f"{outcome.number}: {error}.", f"{outcome.number}：{error.zh}（{error}）。")
    else:
        detail = f"（{error.detail}）" if isinstance(error, ReaderError) and error.detail else ""
        chinese = f"{error.cause[1]}{detail}{error.remedy[1]}"
        say(f"{outcome.number}: {error} {error.remedy[0]}", f"{outcome.number}：{chinese}")


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "number": outcome.number,
        "identification_code": outcome.identification_code,
        "error": None if outcome.error is None else str(outcome.error),
    }
