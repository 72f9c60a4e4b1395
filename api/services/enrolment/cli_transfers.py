"""``onecard services transfers``: listed, sent by one region, booked by the other."""

import json
from pathlib import Path
from typing import Any

import click

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.enrolment import transfer_booking, transfers
from api.services.enrolment.cli_touched import say_touched
from api.services.enrolment.models import Transfer
from api.services.enrolment.transfers import HERE, TransferAsk
from api.services.errors import UnreadableInputError
from api.services.insurances import Insurance
from api.services.money import yuan_of
from crypto import atomic_file
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from onecard.console import Exit, fail, language, print_json, print_line, say

MOST_BYTES = 1_000_000  # a working life has some 600 months


@click.group("transfers")
def transfers_group() -> None:
    """Transfers of accounts between regions. 关系转移接续。

    A transfer is asked for at a counter (matter enrolment.transfer).

    \b
    onecard services transfers list --state asked
    onecard services transfers send ID --out sheet.json --operator Zhao
    onecard services transfers book ID --sheet sheet.json --operator Liu
    """


@transfers_group.command("list")
@click.option("--person", metavar="NUMBER", help="Of this person.")
@click.option("--state", type=click.Choice(list(transfers.STATE_NAMES)), help="In this state.")
@operator_option
@json_option
@one_line_on_error
def list_transfers(
    person: str | None, state: str | None, operator: str | None, as_json: bool
) -> None:
    """The transfers that this clerk's office sends or books.

    \b
    onecard services transfers list --state sent --json --operator Liu
    """
    by = acting(operator)
    with insurance_book() as engine, reading(engine) as session:
        found = transfers.listed(session, by=by, person=person, state=state)
        rows = [_facts(row) for row in found]
    if as_json:
        print_json({"transfers": rows})
        return
    for row in rows:
        print_line(_line(row))


@transfers_group.command()
@click.argument("transfer")
@click.option("--out", type=click.Path(path_type=Path), help="Write the sheet there, as JSON.")
@click.option("--person", metavar="NUMBER", help="Of a transfer that another book asks for.")
@click.option("--from", "origin", metavar="REGION", help="The region that is left.")
@click.option("--to", "target", metavar="REGION", help="The region that asks.")
@operator_option
@json_option
@one_line_on_error
def send(
    transfer: str,
    out: Path | None,
    person: str | None,
    origin: str | None,
    target: str | None,
    operator: str | None,
    as_json: bool,
) -> None:
    """Reckon and send what the region that is left has: months, account, part of the fund.

    A region that keeps another book asks by its number of the transfer: then say of whom, from
    where and where to. Sending again gives the same sheet.

    \b
    onecard services transfers send ID --out sheet.json --operator Zhao
    """
    by, at = acting(operator), now()
    with insurance_book() as engine, transaction(engine) as session:
        if person and origin and target:
            ask = TransferAsk(
                id=transfer,
                person=person,
                insurance=Insurance.OLD_AGE,
                from_region=origin,
                to_region=target,
                keep=HERE,
            )
            transfers.ask(session, ask, at=at, by=by)
        row = transfers.send(session, transfer, at=at, by=by)
        facts, sheet = _facts(row), row.sheet
    if out is not None:
        atomic_file.replace(out, json.dumps(sheet, ensure_ascii=False).encode())
        said = str(out)
        say(f"Sheet: {said}.", f"信息表：{said}。")
    _print(facts, as_json=as_json)


@transfers_group.command()
@click.argument("transfer")
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    help="The sheet of a region that keeps another book.",
)
@operator_option
@json_option
@one_line_on_error
def book(transfer: str, sheet: Path | None, operator: str | None, as_json: bool) -> None:
    """Book what was sent: no month twice, no fen lost. Booking again changes nothing.

    \b
    onecard services transfers book ID --sheet sheet.json --operator Liu
    """
    by, content = acting(operator), _content(sheet) if sheet else None
    with insurance_book() as engine, transaction(engine) as session:
        row = transfer_booking.book(session, transfer, content=content, at=now(), by=by)
        touched = transfer_booking.touched(session, row)
        facts = {**_facts(row), "touched_awards": len(touched)}
    _print(facts, as_json=as_json)
    if not as_json:
        say_touched(len(touched))


def _content(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(MOST_BYTES + 1))
    except OSError as error:
        reason = f"{path.name}: {error.strerror}"
        fail(Exit.STORAGE, f"{reason}.", f"无法读取文件（{reason}）。")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UnreadableInputError("it is not one JSON object", "不是一个 JSON 对象")
    return found


def _facts(row: Transfer) -> dict[str, Any]:
    return {
        "transfer": row.id,
        "person": row.person,
        "insurance": row.insurance,
        "from_region": row.from_region,
        "to_region": row.to_region,
        "state": row.state,
        "months": row.months,
        "account": None if row.account is None else yuan_of(row.account),
        "fund": None if row.fund is None else yuan_of(row.fund),
        "doubled": row.doubled,
        "refund": None if row.refund is None else yuan_of(row.refund),
    }


def _line(row: dict[str, Any]) -> str:
    state = transfers.STATE_NAMES[row["state"]][1 if language() == "zh" else 0]
    return (
        f"{row['transfer']}  {row['person']}  {row['from_region']} → {row['to_region']}  {state}  "
        f"{row['months'] or '-'}  {row['account'] or '-'}  {row['fund'] or '-'}"
    )


def _print(facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(facts)
    else:
        print_line(_line(facts))
