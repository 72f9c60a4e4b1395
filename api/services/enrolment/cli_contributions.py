"""``onecard services contributions``: files checked, posted, corrected; what somebody paid."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.orm import Session

from api.services.cli_edge import insurance_book, now, one_line_on_error
from api.services.enrolment import contributions, year_sheet
from api.services.enrolment.cli_touched import say_touched
from api.services.enrolment.contributions import Posted
from api.services.enrolment.errors import FileRefusedError
from api.services.enrolment.file_block import RefusedRow
from api.services.enrolment.file_check import FileReport, check_file
from api.services.matters import sight
from api.services.money import yuan_of
from api.services.months import Month
from api.services.offices import tree
from api.services.people import registry
from issuance.cli_edge import json_option, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from issuance.instants import local_day
from onecard.console import Exit, fail, language, print_json, print_line, say

PURPOSE: Final = "command"
MOST_SHOWN: Final = 1_000  # refused rows in an answer; the file of --refused has all

file_argument = click.argument("file", type=click.Path(path_type=Path))
refused_option = click.option(
    "--refused", type=click.Path(path_type=Path), help="Write the refused rows there."
)
correction_option = click.option(
    "--correction", is_flag=True, help="Check it as a correction of what is in the book."
)


@click.group("contributions")
def contributions_group() -> None:
    """Monthly contributions. 社会保险费。

    The columns of a file: docs/insurance-enrolment.md.

    \b
    onecard services contributions check 202611.csv --refused refused.csv
    onecard services contributions post 202611.csv --operator Liu
    """


@contributions_group.command()
@file_argument
@correction_option
@refused_option
@json_option
@one_line_on_error
def check(file: Path, correction: bool, refused: Path | None, as_json: bool) -> None:
    """Check a contribution file (CSV or XLSX) against the book; nothing is changed.

    \b
    onecard services contributions check 202611.xlsx --json
    """
    with (
        insurance_book() as engine,
        reading(engine) as session,
        check_file(session, file, at=now(), correcting=correction) as report,
    ):
        _print_report(report, as_json=as_json)
        if refused is not None and report.refused:
            report.write_refused(refused)
            said = str(refused)
            say(f"Refused rows: {said}.", f"退回行：{said}。")
        if report.refused:
            raise SystemExit(Exit.REFUSED)


@contributions_group.command()
@file_argument
@refused_option
@operator_option
@json_option
@one_line_on_error
def post(file: Path, refused: Path | None, operator: str | None, as_json: bool) -> None:
    """Check a contribution file and post it: all of its rows, or none. The same file counts once.

    \b
    onecard services contributions post 202611.csv --refused refused.csv --operator Liu
    """
    _post(contributions.post_file, file, refused, acting(operator), as_json=as_json)


@contributions_group.command()
@file_argument
@refused_option
@operator_option
@json_option
@one_line_on_error
def correct(file: Path, refused: Path | None, operator: str | None, as_json: bool) -> None:
    """Let the rows of FILE replace what is in the book; what it was is kept.

    A row whose base and shares are 0 takes a contribution back.

    \b
    onecard services contributions correct corrections.csv --operator Liu
    """
    _post(
        contributions.correct_file,
        file,
        refused,
        acting(operator),
        as_json=as_json,
        correcting=True,
    )


@contributions_group.command()
@click.argument("person")
@click.option("--visit", metavar="ID", help="In which the card was shown, for people elsewhere.")
@operator_option
@json_option
@one_line_on_error
def show(person: str, visit: str | None, operator: str | None, as_json: bool) -> None:
    """What the PERSON paid, by insurance and year, with index and account.

    \b
    onecard services contributions show 430102196601150115 --json
    """
    by, at = acting(operator), now()
    with insurance_book() as engine, transaction(engine) as session:
        sight.require_sight(session, by, person, visit, purpose=PURPOSE, at=at)
        holder = registry.get(session, person)
        region = tree.region_of(holder.office)
        until = Month.of_day(local_day(at))
        found = year_sheet.lines(session, person, until=until, region=region)
        rows = [one.as_json() for one in found]
        province = year_sheet.drawing_province(session, holder)
    if as_json:
        print_json({"person": person, "years": rows, "drawing_province": province})
        return
    for row in rows:
        print_line(
            f"{row['year']}  {row['name'][language()]}  {row['months']:>2}  "
            f"{row['bases']}  {row['index'] or '-'}  {row['own_part']}  {row['account'] or '-'}"
        )


Work = Callable[..., Posted]


def _post(
    work: Work,
    file: Path,
    refused: Path | None,
    by: str,
    *,
    as_json: bool,
    correcting: bool = False,
) -> None:
    at = now()
    with insurance_book() as engine:
        try:
            with transaction(engine) as session:
                done = work(session, file, by=by, at=at)
                facts = _facts(done)
        except FileRefusedError as error:
            with reading(engine) as session:
                _explain(session, file, refused, at=at, correcting=correcting, as_json=as_json)
            fail(Exit.REFUSED, *error.cause, remedy=error.remedy, error=error.code)
    if as_json:
        print_json(facts)
        return
    if done.again:
        say("This file was posted before; nothing happened.", "该文件已入账，未重复处理。")
    print_line(f"{facts['file']}  {facts['month']}  {facts['rows']}  {facts['total']}")
    if done.late_fee:
        say(
            f"Late fees: {facts['late_fee']} yuan.",
            f"应加收滞纳金 {facts['late_fee']} 元。",
        )
    say_touched(done.touched)


def _explain(
    session: Session,
    file: Path,
    refused: Path | None,
    *,
    at: datetime,
    correcting: bool,
    as_json: bool,
) -> None:
    """Say which rows are wrong, after nothing was posted."""
    with check_file(session, file, at=at, correcting=correcting) as report:
        if not as_json:
            _print_report(report, as_json=False)
        if refused is not None:
            report.write_refused(refused)


def _facts(done: Posted) -> dict[str, Any]:
    return {
        "file": done.file.id,
        "name": done.file.name,
        "month": str(done.file.month),
        "rows": done.file.rows,
        "total": yuan_of(done.file.total),
        "late_fee": yuan_of(done.late_fee),
        "posted_before": done.again,
        "touched_awards": done.touched,
    }


def _print_report(report: FileReport, *, as_json: bool) -> None:
    shown = list(islice(report.refused_rows(), MOST_SHOWN))
    if as_json:
        print_json(
            {
                "rows": report.rows,
                "accepted": report.accepted,
                "refused": report.refused,
                "total": yuan_of(report.total),
                "by_reason": dict(sorted(report.by_reason.items())),
                "encoding": report.encoding.value,
                "refused_rows": [_refused(row) for row in shown],
            }
        )
        return
    say(
        f"{report.rows} rows: {report.accepted} right, {report.refused} refused.",
        f"共 {report.rows} 行：{report.accepted} 行正确，{report.refused} 行退回。",
    )
    which = 1 if language() == "zh" else 0
    for row in shown:
        for one in row.faults:
            sentences = one.cause[which], one.remedy[which]
            print_line(f"{row.place}  {one.column}  {one.reason}  {' '.join(sentences)}")


def _refused(row: RefusedRow) -> dict[str, Any]:
    return {
        "row": row.place,
        "faults": [
            {
                "code": one.reason,
                "column": one.column,
                "cause": {"en": one.cause[0], "zh": one.cause[1]},
                "remedy": {"en": one.remedy[0], "zh": one.remedy[1]},
            }
            for one in row.faults
        ],
    }
