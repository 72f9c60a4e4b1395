"""``onecard bureau inspect``: print, chip and book of each card agree, or it stays out."""

import secrets
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crypto.cli import open_key_store
from issuance import inspection
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.cli_slots import (
    another,
    at_address,
    error_sentence,
    in_reader,
    require_slots,
    slot_options,
    this_station,
)
from issuance.inspection import Finding
from issuance.printed_codes import Codes, on_pictures, scanned
from issuance.slots import Slot
from onecard.console import Exit, print_json, print_line, progress, say


@click.command()
@click.argument("batch")
@slot_options
@click.option(
    "--scans",
    type=click.File(encoding="utf-8", errors="replace"),
    help="What a scanner typed: a line a card, in their order; - for the keyboard.",
)
@click.option(
    "--pictures",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of pictures of the printed cards, named by card number.",
)
@click.option(
    "--station",
    metavar="NAME",
    default=lambda: f"{this_station()}/inspection",
    help="Which station this is, in the accounts.",
)
@operator_option
@json_option
@one_line_on_error
def inspect(
    batch: str,
    readers: tuple[str, ...],
    tcp: tuple[str, ...],
    scans: Iterable[str] | None,
    pictures: Path | None,
    station: str,
    operator: str | None,
    as_json: bool,
) -> None:
    """See that the printed QR code, the chip and the book of each card agree.

    Only a card that passes can be handed over. One that does not stays out, with the reason in the
    book; nobody inspects what he made.

    \b
    onecard bureau inspect 371700-20261101-0001 --reader "ACS ACR39U 00 00" --scans -
    onecard bureau inspect 371700-20261101-0001 --tcp 127.0.0.1:7000 --pictures scans/
    """
    by = acting(operator)
    require_slots(readers, tcp)
    if (scans is None) == (pictures is None):
        raise click.UsageError("Give --scans or --pictures.")
    if scans is not None:
        stands = _scanned(readers, tcp, scans)
    else:
        stands = _pictured(readers, tcp, on_pictures(pictures or Path()))
    store = open_key_store()
    findings = []
    with book() as engine:
        found = inspection.inspect(
            engine,
            batch,
            stands,
            store=store,
            by=by,
            clock=lambda: datetime.now(UTC),
            random=secrets.token_bytes,
            station=station,
        )
        length = None if readers else len(tcp)
        for finding in progress(found, label=("Inspecting", "质检"), length=length):
            findings.append(finding)
            _tell(finding, as_json=as_json)
    bad = [finding for finding in findings if finding.error]
    if as_json:
        print_json({"batch": batch, "cards": [_as_json(finding) for finding in findings]})
    say(
        f"Cards that are good: {len(findings) - len(bad)}; not: {len(bad)}.",
        f"质检合格 {len(findings) - len(bad)} 张，不合格 {len(bad)} 张。",
    )
    if bad:
        raise SystemExit(Exit.CARD)


def _scanned(
    readers: tuple[str, ...], tcp: tuple[str, ...], lines: Iterable[str]
) -> Iterator[tuple[Slot, Codes]]:
    """A line for each card; the readers go on as long as lines come."""
    typed = iter(lines)
    for address in tcp:
        yield at_address(address), scanned(next(typed, ""))
    while readers:
        for name in readers:
            _ask_for_scan(name)
            line = next(typed, None)
            if line is None:
                return
            yield in_reader(name), scanned(line)


def _pictured(
    readers: tuple[str, ...], tcp: tuple[str, ...], codes: Codes
) -> Iterator[tuple[Slot, Codes]]:
    for address in tcp:
        yield at_address(address), codes
    first = True
    while readers and (first or another(("card", "卡"))):
        first = False
        for name in readers:
            yield in_reader(name), codes


def _ask_for_scan(reader: str) -> None:
    if sys.stdin.isatty():
        say(
            f"{reader}: put the card in and scan its code; Ctrl-D ends.",
            f"{reader}：请放入卡片并扫描二维码；按 Ctrl-D 结束。",
        )


def _tell(finding: Finding, *, as_json: bool) -> None:
    """What went wrong is said in any case: somebody has to take that card out."""
    number = finding.number or "?"
    if finding.error is not None:
        say(*error_sentence(number, finding.error))
    elif not as_json:
        print_line(f"{number}  {'good before' if finding.before else 'good'}")


def _as_json(finding: Finding) -> dict[str, Any]:
    error = finding.error
    return {
        "number": finding.number,
        "good": error is None,
        "reason": None if error is None else getattr(error, "code", "keys"),
        "error": None if error is None else str(error),
    }
