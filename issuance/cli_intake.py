"""``onecard bureau check`` and ``import``: a bureau file, looked at or booked."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from errno import EISDIR, ENOENT
from itertools import chain
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine

from issuance import applications, batches
from issuance.book_errors import NoBookError
from issuance.cli_edge import book, json_option, one_line_on_error, operator_option
from issuance.cli_edge import operator as acting
from issuance.database import reading, transaction
from issuance.instants import local_day
from issuance.intake.bureau_file import Booked, Known, check_file, nothing_booked
from issuance.intake.faults import fault
from issuance.intake.reasons import SENTENCES, Reason
from issuance.intake.refused_file import write_refused
from issuance.intake.report import Report, check_summary
from issuance.states import Signing
from onecard.console import Exit, fail, language, print_json, print_line, say, settings
from reader.card_profile.profiles import PROFILES
from reader.card_profile.values import RegionCode

REGION_SIZE = 6
CHINESE = {"batch": "批次", "rows": "行数", "accepted": "受理", "refused": "退回"}

file_argument = click.argument("file", type=click.Path(path_type=Path))
date_option = click.option(
    "--date",
    "dated",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The file's date, for ages and births; by default today.",
)
photos_option = click.option(
    "--photos", type=click.Path(path_type=Path), help="Folder or ZIP of photos, checked too."
)
refused_option = click.option(
    "--refused", type=click.Path(path_type=Path), help="Write the refused rows there."
)


@click.command()
@file_argument
@date_option
@photos_option
@refused_option
@json_option
@one_line_on_error
def check(
    file: Path, dated: datetime | None, photos: Path | None, refused: Path | None, as_json: bool
) -> None:
    """Check a bureau file (CSV or XLSX) without booking it.

    \b
    onecard bureau check people.csv --date 2026-11-01 --json
    onecard bureau check people.xlsx --photos photos.zip --refused refused.csv
    """
    on = _day(dated)
    with _checked(file, on, photos) as report:
        _print_report(report, as_json=as_json)
        _write_refused(report, refused)


@click.command("import")
@file_argument
@date_option
@photos_option
@refused_option
@click.option("--region", metavar="CODE", help="Issuing region; by default where most are insured.")
@click.option("--profile", type=click.Choice(sorted(PROFILES)), help="Kind of card to make.")
@click.option(
    "--signing",
    type=click.Choice([one.value for one in Signing]),
    default=Signing.STATION.value,
    help="Who signs: the station over each chip, or ahead: a card at a time, or a tree of a "
    "thousand, with key pairs made ahead or by the chips.",
)
@operator_option
@json_option
@one_line_on_error
def import_file(
    file: Path,
    dated: datetime | None,
    photos: Path | None,
    refused: Path | None,
    region: str | None,
    profile: str | None,
    signing: str,
    operator: str | None,
    as_json: bool,
) -> None:
    """Check a bureau file, book it, and request a batch of its accepted rows.

    The same file again gives the same batch.

    \b
    onecard bureau import people.csv --date 2026-11-01 --operator Zhang
    onecard bureau import people.csv --region 371700 --refused refused.csv --operator Zhang
    onecard bureau import people.csv --signing merkle --operator Zhang
    """
    by, on, kind = acting(operator), _day(dated), profile or settings().profile
    if kind not in PROFILES:
        fail(Exit.USAGE, f"No card profile {kind}.", f"没有卡规范 {kind}。")
    chosen = _region(region) if region else None
    if _imported_before(_sha256(file), as_json=as_json):
        return
    with _checked(file, on, photos) as report:
        facts = applications.FileFacts(
            name=file.name,
            sha256=report.sha256,
            encoding=report.encoding.value,
            header=report.header,
            dated=on,
            region=chosen or _commonest_region(report),
        )
        with book(create=True) as engine:
            summary = _book(engine, report, facts, kind, Signing(signing), by)
        _write_refused(report, refused)
    _print_import(summary, as_json=as_json, told=refused is not None)


def _imported_before(sha256: str, *, as_json: bool) -> bool:
    """Tell the batch of a file that was booked before; False for any other."""
    try:
        with book() as engine, reading(engine) as session:
            earlier = applications.find(session, sha256)
            batch = batches.of_file(session, earlier.id) if earlier else None
    except NoBookError:
        return False
    if earlier is None or batch is None:
        return False
    text = f"{batch.id} ({batch.state.value})"
    say(f"This file was imported before: batch {text}.", f"该文件已导入过：批次 {text}。")
    counts = {"rows": earlier.rows, "refused": earlier.refused}
    counts["accepted"] = earlier.rows - earlier.refused
    _print_import({"batch": batch.id, "already": True, **counts}, as_json=as_json)
    return True


def _checked(file: Path, on: date, photos: Path | None) -> Report:
    """The file checked against the book, if there is one; no book is made for it."""
    try:
        with book() as engine:
            return check_file(file, on=on, photos=photos, known=_known(engine, on))
    except NoBookError:
        return check_file(file, on=on, photos=photos, known=nothing_booked)


def _book(
    engine: Engine,
    report: Report,
    facts: applications.FileFacts,
    profile: str,
    signing: Signing,
    by: str,
) -> dict[str, Any]:
    now = datetime.now(UTC)
    with transaction(engine) as session:
        booking = applications.book(
            session,
            chain.from_iterable(report.accepted_rows()),
            report.refused_records(),
            file=facts,
            by=by,
            at=now,
        )
        batch = batches.request(
            session,
            intake_id=booking.intake_id,
            profile=profile,
            signing=signing,
            by=by,
            at=now,
        )
    return {
        "batch": batch.id,
        "already": booking.already,
        "region": batch.region,
        "rows": booking.accepted + booking.refused,
        "accepted": booking.accepted,
        "refused": booking.refused,
        "by_reason": report.by_reason(),
    }


def _known(engine: Engine, on: date) -> Known:
    def ask(numbers: Sequence[str]) -> Booked:
        with reading(engine) as session:
            return applications.known(session, numbers, on=on)

    return ask


def _commonest_region(report: Report) -> str:
    """Where most people of the file are insured; of two, the lower code. Nobody: none."""
    rows = chain.from_iterable(report.accepted_rows())
    counts = Counter(row.insurance_region[:REGION_SIZE] for row in rows)
    return min(counts, key=lambda code: (-counts[code], code), default="")


def _region(text: str) -> str:
    try:
        return RegionCode(text)
    except ValueError as error:
        fail(Exit.USAGE, f"--region {text}: {error}.", f"--region {text} 不是六位区划代码。")


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        reason = {ENOENT: "not_found", EISDIR: "directory"}.get(error.errno or 0, "unreadable")
        raise fault(reason, file, why=error.strerror) from error


def _day(dated: datetime | None) -> date:
    return dated.date() if dated else local_day(datetime.now(UTC))


def _write_refused(report: Report, path: Path | None) -> None:
    if path is not None:
        count = write_refused(report, path)
        say(f"{count} refused rows: {path}", f"退回 {count} 行：{path}")


def _word(name: str) -> str:
    return CHINESE[name] if language() == "zh" else name


def _print_report(report: Report, *, as_json: bool) -> None:
    if as_json:
        print_json(check_summary(report))
        return
    counts = {"rows": report.rows, "accepted": report.accepted, "refused": report.refused}
    for name, value in counts.items():
        print_line(f"{_word(name):<22} {value:>8}")
    for name, count in report.by_reason().items():
        print_line(f"  {name:<20} {count:>8}  {SENTENCES[Reason(name)][language() == 'zh']}")


def _print_import(summary: dict[str, Any], *, as_json: bool, told: bool = False) -> None:
    if as_json:
        print_json(summary)
        return
    for name in ("batch", "rows", "accepted", "refused"):
        print_line(f"{_word(name):<10} {summary[name]}")
    if summary["refused"] and not told:
        command = f"onecard bureau refused {summary['batch']} --out refused.csv"
        say(f"The refused rows, to be corrected: {command}", f"退回的行可由此取出更正：{command}")
