"""``onecard bureau receive``: what became of the cards that were sent, booked file by file."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import Engine

from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import transaction
from issuance.errors import IssuanceError
from issuance.exchange.cli_keys import Keys, password_option
from issuance.exchange.errors import ReconciliationError
from issuance.exchange.faults import Fault
from onecard.console import language, print_json, print_line, progress, say

if TYPE_CHECKING:
    from issuance.exchange.opening import Opener

_acting = acting  # the command has a parameter of that name


@click.command()
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option(
    "--from", "sender", type=click.Path(path_type=Path), help="The bureau's certificate (PEM)."
)
@click.option(
    "--cert", "certificate", type=click.Path(path_type=Path), help="Ours: what they encrypted to."
)
@click.option(
    "--open-key", "key_file", type=click.Path(path_type=Path), help="Its private key (PEM)."
)
@password_option
@click.option("--unsigned", is_flag=True, help="Take a result file that nobody signed; noted.")
@click.option("--partial", is_flag=True, help="Book the cards without a fault, leave the others.")
@operator_option
@json_option
@one_line_on_error
def receive(
    files: tuple[Path, ...],
    sender: Path | None,
    certificate: Path | None,
    key_file: Path | None,
    password_file: Path | None,
    unsigned: bool,
    partial: bool,
    operator: str | None,
    as_json: bool,
) -> None:
    """Book return files: what became of each card that was sent.

    A file is booked whole or not at all; each card that does not agree with what was sent is
    named. Result files (回盘, CSV) are taken too. A file that was booked before books nothing.

    \b
    onecard bureau receive post/*.p7m --from bureau.pem --cert issuer.pem --open-key issuer.key
    onecard bureau receive result.csv --unsigned
    """
    by = _acting(operator)
    keys = Keys(certificate, key_file, None, password_file)
    opener = keys.opener(sender)
    results: list[dict[str, Any]] = []
    failed: IssuanceError | None = None
    with book() as engine:
        for file in progress(files, label=("Booking", "入账"), length=len(files)):
            try:
                result = _receive(
                    engine, file, opener, keys, by, unsigned=unsigned, partial=partial
                )
            except IssuanceError as error:
                if failed is not None:
                    say(failed.cause[0], failed.cause[1])
                failed, result = error, _refused(file, error)
            results.append(result)
            if not as_json:
                _print_result(result)
    if as_json:
        print_json({"files": results})
    if failed is not None:
        raise failed


def _receive(
    engine: Engine,
    file: Path,
    opener: "Opener",
    keys: Keys,
    by: str,
    *,
    unsigned: bool,
    partial: bool,
) -> dict[str, Any]:
    from issuance.exchange import opening, receiving
    from issuance.exchange.signing import record_maker

    at = datetime.now(UTC)
    arrived = opening.open_return(
        opening.read_file(file), opener, name=file.name, at=at, unsigned=unsigned
    )
    with transaction(engine) as session:
        receipt = receiving.receive(
            session,
            arrived,
            record_of=record_maker(keys.store),
            partial=partial,
            by=by,
            at=at,
        )
    return {"file": str(file), **asdict(receipt), "faults": _faults(receipt.faults)}


def _refused(file: Path, error: IssuanceError) -> dict[str, Any]:
    faults = error.faults if isinstance(error, ReconciliationError) else ()
    return {
        "file": str(file),
        "error": error.code,
        "reason": getattr(error, "reason", None),
        "cause": error.cause[language() == "zh"],
        "faults": _faults(faults),
    }


def _faults(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [
        {
            "row": fault.row,
            "card": fault.card_number,
            "kind": fault.kind.value,
            "why": fault.why[language() == "zh"],
        }
        for fault in faults
    ]


def _print_result(result: dict[str, Any]) -> None:
    for fault in result["faults"]:
        row = fault["row"] or "-"
        print_line(f"{row:>6}  {fault['card']:<9}  {fault['kind']:<13}  {fault['why']}")
    if "error" in result:
        return
    again = result["repeated"]
    say(
        f"{result['file']}: {'booked before, ' if again else ''}{result['good']} good, "
        f"{result['rejected']} rejected, {result['waiting']} still out.",
        f"{result['file']}：{'此前已入账，' if again else ''}成功 {result['good']} 张，"
        f"失败 {result['rejected']} 张，未返回 {result['waiting']} 张。",
    )
    if missing := ", ".join(map(str, result["missing_volumes"])):
        say(f"Volumes that did not come back: {missing}.", f"未返回的卷：{missing}。")
    if missing := ", ".join(map(str, result["missing_sequences"])):
        say(f"Return files that did not come: {missing}.", f"未到的返回文件：{missing}。")
