"""``onecard bureau stock``: blanks in and out, by serial range."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from issuance.cli_edge import (
    book,
    json_option,
    one_line_on_error,
    operator,
    operator_option,
    second_option,
)
from issuance.cli_edge import second as vouching
from issuance.database import transaction
from issuance.stock import blanks, cli_reports, destruction, lots
from issuance.stock.serials import Run
from onecard.console import print_json, say, settings

_acting = operator  # the commands have a parameter of that name
_run_argument = click.argument("run", metavar="SERIALS")
_reason_option = click.option("--reason", required=True, help="Why; kept in the book.")


@click.group()
def stock() -> None:
    """Blank cards by serial range; SERIALS are FIRST, FIRST+COUNT or FIRST-LAST. 空白卡库存。

    \b
    onecard bureau stock receive 4F4E000000000001+5000 --note DN-17 --second Qian
    onecard bureau stock issue 371700-20261101-0001 4F4E000000000001+60 --station P1 --second Wang
    onecard bureau stock return 4F4E000000000039+4 --second Qian
    onecard bureau stock gaps --json
    """


@stock.command()
@_run_argument
@click.option("--note", required=True, help="The maker's delivery note.")
@click.option("--profile", help="Card profile of the blanks; by default ONECARD_PROFILE.")
@operator_option
@second_option
@json_option
@one_line_on_error
def receive(
    run: str,
    note: str,
    profile: str | None,
    operator: str | None,
    second: str | None,
    as_json: bool,
) -> None:
    """A lot comes into the stock, before two people.

    \b
    onecard bureau stock receive 4F4E000000000001+5000 --note DN-17 --second Qian
    """
    more = {"profile": profile or settings().profile, "delivery_note": note}
    _change(lots.receive, run, operator, second, as_json, ("received", "入库"), create=True, **more)


@stock.command()
@click.argument("batch")
@_run_argument
@click.option("--station", required=True, help="Where they go.")
@operator_option
@second_option
@json_option
@one_line_on_error
def issue(
    batch: str,
    run: str,
    station: str,
    operator: str | None,
    second: str | None,
    as_json: bool,
) -> None:
    """Hand blanks to a station for a batch; the second person takes them.

    \b
    onecard bureau stock issue 371700-20261101-0001 4F4E000000000001+60 --station P1 --second Wang
    """

    def use_case(session: Session, run: Run, **people: Any) -> bool:
        return blanks.issue(session, batch, run, station=station, **people)

    _change(use_case, run, operator, second, as_json, ("issued", "发放"))


@stock.command("return")
@_run_argument
@operator_option
@second_option
@json_option
@one_line_on_error
def give_back(run: str, operator: str | None, second: str | None, as_json: bool) -> None:
    """What a batch did not use returns to the stock, before two people.

    \b
    onecard bureau stock return 4F4E000000000039+4 --operator Sun --second Qian
    """
    _change(blanks.give_back, run, operator, second, as_json, ("returned", "退库"))


@stock.command()
@_run_argument
@_reason_option
@operator_option
@second_option
@json_option
@one_line_on_error
def sample(run: str, reason: str, operator: str | None, second: str | None, as_json: bool) -> None:
    """Take blanks as samples; out of the stock before two people.

    \b
    onecard bureau stock sample 4F4E000000000007 --reason "for the laboratory" --second Qian
    """
    done = ("taken as samples", "留样")
    _change(blanks.sample, run, operator, second, as_json, done, reason=reason)


@stock.command()
@_run_argument
@_reason_option
@operator_option
@json_option
@one_line_on_error
def reject(run: str, reason: str, operator: str | None, as_json: bool) -> None:
    """Spoilt blanks, in the stock or at a station.

    A card that was made is rejected with: onecard bureau reject CARD

    \b
    onecard bureau stock reject 4F4E000000000009 --reason "bent" --operator Sun
    """

    def use_case(session: Session, run: Run, *, second: str | None, **more: Any) -> bool:
        return blanks.reject(session, run, **more)

    _change(use_case, run, operator, None, as_json, ("rejected", "报废"), reason=reason)


@stock.command()
@click.argument("runs", metavar="SERIALS...", nargs=-1, required=True)
@click.option("--count", type=int, required=True, help="How many the two have before them.")
@_reason_option
@operator_option
@second_option
@json_option
@one_line_on_error
def destroy(
    runs: tuple[str, ...],
    count: int,
    reason: str,
    operator: str | None,
    second: str | None,
    as_json: bool,
) -> None:
    """Destroy rejected blanks and samples, before two people.

    \b
    onecard bureau stock destroy 4F4E000000000007 4F4E00000000000A+2 --count 3 \\
        --reason "shredded" --second Qian
    """
    by, other = _acting(operator), vouching(second)
    wanted = [Run.parse(run) for run in runs]
    with book() as engine, transaction(engine) as session:
        name = destruction.destroy(
            session, wanted, count=count, reason=reason, by=by, second=other, at=_now()
        )
    if as_json:
        print_json({"destruction": name, "count": count})
    say(f"Destroyed: {count}; record {name}.", f"已销毁 {count} 张，记录 {name}。")


def _change(
    use_case: Callable[..., bool],
    run: str,
    chosen: str | None,
    second: str | None,
    as_json: bool,
    done: tuple[str, str],
    *,
    create: bool = False,
    **detail: str,
) -> None:
    """One change of a run, told in a sentence."""
    wanted = Run.parse(run)
    by, other = _acting(chosen), vouching(second)
    with book(create=create) as engine, transaction(engine) as session:
        changed = use_case(session, wanted, by=by, second=other, at=_now(), **detail)
    if as_json:
        print_json({"first": str(wanted)[:16], "count": wanted.size, "changed": changed})
    elif changed:
        say(f"Blanks {done[0]}: {wanted.size}.", f"空白卡已{done[1]} {wanted.size} 张。")
    else:
        say(f"These blanks were {done[0]} before.", f"这些空白卡此前已{done[1]}。")


def _now() -> datetime:
    return datetime.now(UTC)


for _command in cli_reports.COMMANDS:
    stock.add_command(_command)
