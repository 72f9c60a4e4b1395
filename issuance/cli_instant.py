"""``onecard bureau issue``: one application to a card in hand."""

import csv
import io
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from crypto.cli import open_key_store
from issuance.cli_edge import (
    book,
    json_option,
    one_line_on_error,
    operator_option,
    second_option,
)
from issuance.cli_edge import operator as acting
from issuance.cli_edge import second as vouching
from issuance.cli_slots import at_address, check_address, in_reader, require_slots
from issuance.cli_station import station_option
from issuance.instant_issue import Counter, Done, Request, Stage
from issuance.instants import local_day
from issuance.intake.columns import HEADERS, ApplicantRow
from issuance.printed_codes import on_pictures, scanned
from onecard.console import Exit, fail, print_json, print_line, say, settings
from reader.card_profile.values import SocialSecurityNumber
from reader.cli_edge import sentences
from reader.errors import ReaderError

F = TypeVar("F", bound=Callable[..., Any])

# The fields of an application as options; its place in the file is 1, its photo a file.
FIELDS = tuple(zip(ApplicantRow._fields[1:-1], HEADERS[1:-1], strict=True))
DEFAULTS = {"document_type": "A", "application_type": "0"}
NAME = "application.csv"  # of a file made from options

SAID = {
    Stage.BOOKED: ("Checked and booked, batch {}", "已核验入库，批次 {}"),
    Stage.APPROVED: ("Approved by {second}", "{second} 已审批"),
    Stage.NUMBERED: ("Card number {}", "卡号 {}"),
    Stage.PERSONALIZED: ("Written, read back, secured: chip {}", "已写卡、读回并锁定：芯片 {}"),
    Stage.PRINTED: ("To be printed: {}", "待打印：{}"),
    Stage.INSPECTED: ("Print, chip and book agree", "印刷、芯片与台账一致"),
    Stage.ACTIVE: ("Handed over and in use", "已领卡启用"),
}


def field_options(command: F) -> F:
    """An option for each field of an application."""
    for name, header in reversed(FIELDS):
        option = click.option(f"--{name.replace('_', '-')}", name, metavar="TEXT", help=header)
        command = option(command)
    return command


@click.command()
@click.option("--reader", metavar="NAME", help="PC/SC reader with the blank.")
@click.option("--tcp", metavar="HOST:PORT", help="A blank served over TCP.")
@click.option("--file", type=click.Path(path_type=Path), help="Bureau file of one application.")
@field_options
@click.option("--photo", type=click.Path(path_type=Path), help="JPEG of the holder, for the face.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("cards"), help="Folder for the print."
)
@click.option(
    "--scan",
    is_flag=True,
    help="Read the printed code from a scanner (a line of standard input), not from the picture.",
)
@station_option
@operator_option
@second_option
@json_option
@one_line_on_error
def issue(
    reader: str | None,
    tcp: str | None,
    file: Path | None,
    photo: Path | None,
    out: Path,
    scan: bool,
    station: str,
    operator: str | None,
    second: str | None,
    as_json: bool,
    **fields: str | None,
) -> None:
    """Issue one card at the counter: application in, card in hand (即时制卡).

    Checked by the rules of the intake, approved and inspected by --second, written on the card in
    the reader, drawn for the printer, handed over and put to use. Cut off at any moment, the same
    command again goes on.

    \b
    onecard bureau issue --reader NAME --file zhang.csv --operator Zhao --second Li --scan
    onecard bureau issue --reader NAME --operator Zhao --second Li --name 张三 \\
        --social-security-number 11010519491231002X --ethnic-group 01 …
    """
    require_slots((reader,) if reader else (), (tcp,) if tcp else ())
    if tcp:
        check_address(tcp)
    if second is None:
        raise click.UsageError("Name the person who approves: --second.")
    by, other = acting(operator), vouching(second)
    slot = in_reader(reader) if reader else at_address(tcp or "")
    store = open_key_store()
    done: list[Done] = []
    with _application(file, fields, photo) as path, book(create=True) as engine:
        counter = Counter(
            engine=engine,
            store=store,
            profile=settings().profile,
            by=by,
            second=other or second,
            clock=lambda: datetime.now(UTC),
            random=secrets.token_bytes,
            station=station,
            out=out,
            codes=_from_scanner if scan else on_pictures(out),
        )
        request = Request.of(
            path,
            on=local_day(datetime.now(UTC)),
            photo=photo.read_bytes() if photo else None,
        )
        try:
            for one in counter.issue(request, slot):
                done.append(one)
                _tell(one, second=counter.second)
        except ReaderError as error:
            fail(Exit.CARD, *sentences(error), remedy=error.remedy, error=error.code)
    _print_card({one.stage: one.what for one in done}, as_json=as_json)


def _print_card(found: Mapping[Stage, str], *, as_json: bool) -> None:
    if as_json:
        print_json({stage.value: what for stage, what in found.items()})
    else:
        print_line(f"{found[Stage.NUMBERED]}  {found[Stage.PERSONALIZED]}")


@contextmanager
def _application(
    file: Path | None, fields: dict[str, str | None], photo: Path | None
) -> Iterator[Path]:
    """The file that was named, or one of the fields: the same fields give the same bytes."""
    given = {name: value for name, value in fields.items() if value is not None}
    if file is not None:
        if given:
            raise click.UsageError("Give --file or the fields, not both.")
        yield file
        return
    if not given:
        raise click.UsageError("Give --file or the fields of the application.")
    values = {**DEFAULTS, **_known_from_number(given), **given}
    row = ["1", *(values.get(name, "") for name, _ in FIELDS), photo.name if photo else ""]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADERS, row])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(text.getvalue().encode("gb18030"))
        yield path


def _known_from_number(given: dict[str, str]) -> dict[str, str]:
    """Birth date and sex stand in the number (GB 11643-1999, 4.2)."""
    try:
        number = SocialSecurityNumber(given.get("social_security_number", ""))
    except ValueError:
        return {}  # the check will say what is wrong with it
    return {"birth_date": f"{number.birth_date:%Y%m%d}", "sex": "12"[int(number[16]) % 2 == 0]}


def _from_scanner(number: str) -> list[str]:
    """The line that a hand scanner types."""
    say(f"Print card {number} and scan its code.", f"请打印卡 {number} 并扫描其二维码。")
    return scanned(sys.stdin.readline())(number)


def _tell(done: Done, *, second: str) -> None:
    english, chinese = (text.format(done.what, second=second) for text in SAID[done.stage])
    if done.before:
        say(f"{english} (before).", f"{chinese}（此前已办）。")
    else:
        say(f"{english}.", f"{chinese}。")
