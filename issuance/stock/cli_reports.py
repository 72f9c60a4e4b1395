"""``onecard bureau stock list`` and ``gaps``: where blanks are, and whether each is there once."""

from datetime import UTC, date, datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from issuance.cli_edge import book, json_option, one_line_on_error
from issuance.database import reading
from issuance.instants import local_day
from issuance.stock import ranges, reports
from issuance.stock.models import BlankRange
from issuance.stock.serials import Run
from onecard.console import Exit, print_json, print_line, say


@click.command("list")
@click.option("--batch", help="The ranges of one batch, in place of the lots.")
@json_option
@one_line_on_error
def list_stock(batch: str | None, as_json: bool) -> None:
    """The lots and what became of them, or the blanks of a batch.

    \b
    onecard bureau stock list
    onecard bureau stock list --batch 371700-20261101-0001
    """
    with book() as engine, reading(engine) as session:
        found = _of_batch(session, batch) if batch else _lots(session)
    if as_json:
        print_json({"batch": batch, "blanks": found} if batch else {"lots": found})
        return
    for one in found:
        states = one.get("states") or {one["state"]: one["count"]}
        shown = "  ".join(f"{state} {count}" for state, count in states.items())
        print_line(f"{one['first']} {one['count']:>10}  {one.get('station') or '':<8} {shown}")


@click.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The ledger's day; today.")
@json_option
@one_line_on_error
def gaps(day: datetime | None, as_json: bool) -> None:
    """Is every serial of every lot there exactly once? Exit code 1 if not.

    Beside it the ledger of the day, and used blanks against cards.

    \b
    onecard bureau stock gaps --day 2026-11-01 --json
    """
    on = day.date() if day else local_day(_now())
    with book() as engine, reading(engine) as session:
        report = _report(session, on)
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    if not report["ok"]:
        raise SystemExit(Exit.REFUSED)


def _lots(session: Session) -> list[dict[str, Any]]:
    return [report.to_json() for report in reports.lots(session)]


def _of_batch(session: Session, batch: str) -> list[dict[str, Any]]:
    found = []
    for maker, piece in ranges.pieces_where(session, BlankRange.batch_id == batch):
        run = Run(maker, piece.first, piece.last)
        found.append(
            {
                "first": str(run)[:16],
                "count": run.size,
                "state": piece.state.value,
                "station": piece.station,
                "allotted": piece.allotted,
            }
        )
    return found


def _report(session: Session, on: date) -> dict[str, Any]:
    found, wrong = _lots(session), reports.wrong_cards(session)
    ledger, now = reports.day(session, on), reports.in_states(session)
    lines = {
        line.state: {
            "opening": line.opening,
            "came": line.came,
            "went": line.went,
            "closing": line.closing,
        }
        for line in ledger
    }
    # The ledger of the last day must end where the ranges stand.
    today = on >= local_day(_now())
    agrees = not today or all(line.closing == now.get(line.state, 0) for line in ledger)
    whole = not any(lot["gaps"] or lot["doubles"] for lot in found)
    return {
        "ok": whole and agrees and not any(wrong.values()),
        "day": on.isoformat(),
        "ledger": lines,
        "ledger_agrees": agrees,
        "lots": found,
        "cards": wrong,
    }


def _print_report(report: dict[str, Any]) -> None:
    for state, line in report["ledger"].items():
        figures = "  ".join(f"{name} {value:>10}" for name, value in line.items())
        print_line(f"{state:<10} {figures}")
    for lot in report["lots"]:
        for kind in ("gaps", "doubles"):
            for one in lot[kind]:
                print_line(f"{kind}  {one['first']} {one['count']}")
    for what, names in report["cards"].items():
        for name in names:
            print_line(f"{what}  {name}")
    if report["ok"]:
        say("Every blank is there exactly once.", "每张空白卡均在账且唯一。")
    else:
        say("The stock does not hold together.", "库存账实不符。")


def _now() -> datetime:
    return datetime.now(UTC)


COMMANDS: tuple[click.Command, ...] = (list_stock, gaps)
