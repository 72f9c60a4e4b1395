"""``onecard bureau personalize``: cards on the readers."""

import secrets
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import click

from crypto.cli import open_key_store
from issuance import production, reader_lanes
from issuance.card_making import Maker, Outcome
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.cli_slots import (
    at_address,
    error_sentence,
    filled_again,
    in_reader,
    require_slots,
    slot_options,
    this_station,
)
from issuance.database import reading
from issuance.intake.photos import Photos
from issuance.pace import Pace
from issuance.slots import Slot
from onecard.console import Exit, Sentence, print_json, print_line, say

station_option = click.option(
    "--station",
    metavar="NAME",
    default=this_station,
    help="Which station this is, in the accounts; by default the name of this machine.",
)


@click.command()
@click.argument("batch")
@slot_options
@click.option(
    "--wait",
    type=float,
    metavar="SECONDS",
    help="How long a reader waits for its next blank; at a terminal, as long as it takes.",
)
@click.option(
    "--photos",
    type=click.Path(path_type=Path),
    help="Folder or ZIP of the bureau file's photos: a small copy goes on each chip.",
)
@station_option
@operator_option
@json_option
@one_line_on_error
def personalize(
    batch: str,
    readers: tuple[str, ...],
    tcp: tuple[str, ...],
    wait: float | None,
    photos: Path | None,
    station: str,
    operator: str | None,
    as_json: bool,
) -> None:
    """Write the prepared cards of a batch, each on the next blank, read back and secured.

    Several readers work at once; each is filled again and again: take the card out when it is
    told, put the next blank in. A reader that fails too often in a row is stopped, the others go
    on. Ctrl-C ends the work after the cards in the readers. Cut off at any moment, it is simply
    run again, and goes on where each chip was left.

    \b
    onecard bureau personalize 371700-20261101-0001 --reader "ACS ACR39U 00 00"
    onecard bureau personalize 371700-20261101-0001 --reader A --reader B --wait 30
    onecard bureau personalize 371700-20261101-0001 --tcp 127.0.0.1:7000 --tcp 127.0.0.1:7001
    onecard bureau personalize 371700-20261101-0001 --reader A --photos photos.zip
    """
    by = acting(operator)
    require_slots(readers, tcp)
    store = open_key_store()
    stop = Event()
    if readers and sys.stdin.isatty():
        say(
            "Put a blank into each reader, and the next one when a card is told. Ctrl-C ends.",
            "请在每个读写器中放入空白卡，提示制成后换下一张。按 Ctrl-C 结束。",
        )
    with ExitStack() as stack:
        engine = stack.enter_context(book())
        found = stack.enter_context(Photos(photos)) if photos else None
        maker = Maker(
            engine,
            batch,
            store=store,
            by=by,
            clock=lambda: datetime.now(UTC),
            random=secrets.token_bytes,
            station=station,
            photo=found.find if found else None,
        )

        def outstanding() -> int:
            with reading(engine) as session:
                return production.outstanding(session, batch)

        pace = Pace(total=outstanding(), started=time.monotonic())
        outcomes = []
        lanes = _lanes(readers, tcp, wait, stop, done=lambda: not outstanding())
        made = reader_lanes.personalize(maker, lanes, stop=stop)
        for outcome in _with_pace(made, pace):
            outcomes.append(outcome)
            if not as_json:
                _print_outcome(outcome)
    if as_json:
        print_json({"batch": batch, "cards": [_as_json(outcome) for outcome in outcomes]})
    _sum_up(outcomes, pace)


def _lanes(
    readers: tuple[str, ...],
    tcp: tuple[str, ...],
    wait: float | None,
    stop: Event,
    *,
    done: Callable[[], bool],
) -> dict[str, Iterable[Slot]]:
    """All addresses one after the other, and each reader beside them."""
    lanes: dict[str, Iterable[Slot]] = {"": map(at_address, tcp)} if tcp else {}
    for name in readers:
        if wait is None and not sys.stdin.isatty():
            lanes[name] = [in_reader(name)]
        else:
            lanes[name] = filled_again(name, seconds=wait, stop=stop, done=done)
    return lanes


def _with_pace(outcomes: Iterable[Outcome], pace: Pace) -> Iterator[Outcome]:
    """Count the good ones, and show the pace while standard error is a terminal."""
    shown = sys.stderr.isatty()
    for outcome in outcomes:
        pace.made += outcome.error is None
        if shown:
            click.echo("\r\x1b[K", nl=False, err=True)
        yield outcome
        if shown:
            line = Sentence(*pace.text(time.monotonic())).text()
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
    if shown:
        click.echo(err=True)


def _sum_up(outcomes: Sequence[Outcome], pace: Pace) -> None:
    """How many and how fast; exit code CARD where one failed."""
    failed = sum(outcome.error is not None for outcome in outcomes)
    good, rate = len(outcomes) - failed, pace.rate(time.monotonic())
    say(
        f"Cards made: {good}; failed: {failed}; {rate:,.0f} an hour.",
        f"制成 {good} 张，失败 {failed} 张，每小时 {rate:,.0f} 张。",
    )
    if failed:
        raise SystemExit(Exit.CARD)


def _print_outcome(outcome: Outcome) -> None:
    reader = f"{outcome.reader}: " if outcome.reader else ""
    if outcome.error is None:
        print_line(f"{outcome.number}  {outcome.identification_code}")
        if reader:
            say(f"{reader}{outcome.number} is good.", f"{reader}{outcome.number} 制成。")
    else:
        english, chinese = error_sentence(outcome.number or "–", outcome.error)
        say(f"{reader}{english}", f"{reader}{chinese}")


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "number": outcome.number or None,
        "identification_code": outcome.identification_code,
        "error": None if outcome.error is None else str(outcome.error),
        "reader": outcome.reader or None,
    }
