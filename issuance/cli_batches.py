"""``onecard bureau approve``, ``reject``, ``status`` …: what is said and asked of whole batches."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from crypto import atomic_file
from issuance import application_review, applications, batches, result_file
from issuance.batch_status import facts, print_status
from issuance.cli_edge import (
    book,
    json_option,
    one_line_on_error,
    operator,
    operator_option,
    second_option,
)
from issuance.cli_edge import second as vouching
from issuance.database import reading, transaction, upgrade_book
from issuance.intake.refused_file import write_refused
from issuance.state_words import chinese
from issuance.stock.cli_accounts import reject_card
from onecard.console import language, print_json, print_line, say, settings

out_option = click.option("--out", type=click.Path(path_type=Path), help="Where to write it.")


@click.command()
@click.argument("batch")
@operator_option
@second_option
@json_option
@one_line_on_error
def approve(batch: str, operator: str | None, second: str | None, as_json: bool) -> None:
    """Release a batch for making; not by the person who requested it.

    Takes --second where the rule second_approver is set.

    \b
    onecard bureau approve 371700-20261101-0001 --operator Li
    """
    _step(batches.approve, batch, operator, as_json, ("approved", "已审批"), second=second)


@click.command()
@click.argument("thing", metavar="BATCH|CARD")
@click.option("--reason", required=True, help="Why; kept in the book.")
@click.option("--station", help="Where the card was found bad; by default the last that had it.")
@click.option("--blank", metavar="SERIAL", help="The spoilt chip, where the card had none yet.")
@operator_option
@json_option
@one_line_on_error
def reject(thing: str, operator: str | None, as_json: bool, reason: str, **where: Any) -> None:
    """Refuse a requested batch, or a card spoilt in the making: another is made in its place.

    \b
    onecard bureau reject 371700-20261101-0001 --reason "photos of last year" --operator Li
    onecard bureau reject A00000003 --reason "misprint" --operator Zhao
    """
    if "-" in thing:  # no card number has one
        _step(batches.reject, thing, operator, as_json, ("rejected", "已退回"), reason=reason)
    else:
        reject_card(thing, reason=reason, operator=operator, as_json=as_json, **where)


@click.command()
@click.argument("batch")
@click.option("--reason", required=True, help="Why; kept in the book.")
@operator_option
@json_option
@one_line_on_error
def withdraw(batch: str, reason: str, operator: str | None, as_json: bool) -> None:
    """Take a batch back before it is made; its file may be handed in again.

    \b
    onecard bureau withdraw 371700-20261101-0001 --reason "wrong file" --operator Zhang
    """
    _step(batches.cancel, batch, operator, as_json, ("cancelled", "已撤销"), reason=reason)


@click.command()
@click.argument("batch")
@click.argument("row", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; kept in the audit trail.")
@operator_option
@one_line_on_error
def refuse(batch: str, row: int, reason: str, operator: str | None) -> None:
    """Take one application out of a batch, by its row in the file; the others go on (退回申请).

    Not by the person who requested the batch, and only as long as no card was numbered for it.
    Corrected, the application may be handed in anew.

    \b
    onecard bureau refuse 371700-20261101-0001 17 --reason "another person's photo" --operator Li
    """
    by = _operator(operator)
    with book() as engine, transaction(engine) as session:
        key = application_review.key_in(session, batch, row)
        changed = application_review.refuse(session, key, reason=reason, by=by, at=_now())
    if changed:
        say(f"Row {row} of batch {batch} is refused.", f"批次 {batch} 第 {row} 行已退回。")
    else:
        say(
            f"Row {row} of batch {batch} was refused before.",
            f"批次 {batch} 第 {row} 行此前已退回。",
        )


@click.command()
@click.argument("batch")
@json_option
@one_line_on_error
def status(batch: str, as_json: bool) -> None:
    """Where a batch stands, with its counts.

    \b
    onecard bureau status 371700-20261101-0001 --json
    """
    with book() as engine, reading(engine) as session:
        print_status(batches.status(session, batch), as_json=as_json)


@click.command("list")
@json_option
@one_line_on_error
def list_batches(as_json: bool) -> None:
    """The newest batches.

    \b
    onecard bureau list
    """
    with book() as engine, reading(engine) as session:
        found = batches.listing(session)
        if as_json:
            print_json({"batches": [facts(batch) for batch in found]})
            return
        zh = language() == "zh"
        for batch in found:
            state = chinese(batch.state) if zh else f"{batch.state.value:<10}"
            print_line(f"{batch.id}  {state} {batch.size:>8}  {batch.requested_by}")


@click.command()
@click.argument("batch")
@out_option
@one_line_on_error
def result(batch: str, out: Path | None) -> None:
    """Write the result file (回盘) of a batch: CSV in GB18030; to standard output without --out.

    \b
    onecard bureau result 371700-20261101-0001 --out result.csv
    """
    with book() as engine, reading(engine) as session:
        content = result_file.result_file(session, batch)
    _deliver(content, out)


@click.command()
@click.argument("batch")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where to write them.")
@one_line_on_error
def refused(batch: str, out: Path) -> None:
    """Write the refused rows of a batch's file, with reasons, ready to be corrected.

    \b
    onecard bureau refused 371700-20261101-0001 --out refused.csv
    """
    with book() as engine, reading(engine) as session:
        intake_id = batches.get(session, batch).intake_id
        if intake_id is None:
            say("This batch came from no file.", "该批次不是由文件导入。")
            return
        with applications.refused_again(session, intake_id) as report:
            count = write_refused(report, out)
    say(f"{count} refused rows: {out}", f"退回 {count} 行：{out}")


@click.command()
@one_line_on_error
def migrate() -> None:
    """Bring the book to this program's form; needed for a server's database only.

    \b
    ONECARD_DATABASE=postgresql+psycopg://book/onecard onecard bureau migrate
    """
    upgrade_book(settings().database)
    say("The book is up to date.", "台账格式已是最新。")


_operator = operator  # the commands have a parameter of that name


def _now() -> datetime:
    return datetime.now(UTC)


def _step(
    use_case: Any,
    batch: str,
    operator: str | None,
    as_json: bool,
    done: tuple[str, str],
    *,
    second: str | None = None,
    **detail: str,
) -> None:
    """One change of a batch, told in a sentence; JSON gives its status afterwards."""
    by = _operator(operator)
    if other := vouching(second):
        detail["second"] = other
    with book() as engine:
        with transaction(engine) as session:
            changed = use_case(session, batch, by=by, at=_now(), **detail)
        if changed:
            say(f"Batch {batch}: {done[0]} by {by}.", f"批次 {batch}：{by} {done[1]}。")
        else:
            say(f"Batch {batch} was {done[0]} before.", f"批次 {batch} 此前{done[1]}。")
        if as_json:
            with reading(engine) as session:
                print_status(batches.status(session, batch), as_json=True)


def _deliver(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        return
    atomic_file.replace(out, content)
    say(f"Written: {out}", f"已写入：{out}")
