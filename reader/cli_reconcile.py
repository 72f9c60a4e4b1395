"""``onecard card reconcile``: whom did a desk let through without a line?"""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from onecard.console import Exit, fail, language, print_json, print_line, settings
from reader.cli_edge import json_option, one_line_on_error, status_option
from reader.cli_verify import trust_list
from reader.offline_chain import BREAKS, ReadLog
from reader.offline_log import after_head, load
from reader.reconciliation import Basis, Found, Look, Outcome, Reconciliation, by_lists, reconcile
from reader.status_list import status_source

BASES = {
    Basis.THEN: ("at that moment", "当时"),
    Basis.LATER: ("later, it may have been good then", "事后状态，当时可能有效"),
    Basis.NOTHING: ("", ""),
}
FIGURES = (
    "{} verifications without a line, {} of them genuine: {} would have been refused, "
    "{} cannot be judged yet."
)
FIGURES_ZH = "离线核验 {} 次，其中判为真实 {} 次：应予拒绝 {} 次，尚无法判断 {} 次。"


@click.command("reconcile")
@click.argument("log", type=click.Path(path_type=Path))
@status_option
@click.option("--server", metavar="URL", help="Ask the issuer's service; by default that set.")
@click.option("--after", metavar="HASH", help="Only the lines after this one: an earlier head.")
@json_option
@one_line_on_error
def reconcile_log(
    log: Path, status_list: Path | None, server: str | None, after: str | None, as_json: bool
) -> None:
    """Who was called genuine without a line, and would have been refused? 离线核验对账。

    LOG is what --log of `card verify` and of the agent wrote. The issuer's service knows the status
    at the moment of each verification. A status list knows that of its own making: only a list made
    after a verification says something of it, and a loss may have come in between.

    Exit code 0: all were good; 1: some would have been refused, or the log was tampered with;
    6: some cannot be judged yet. Keep the head that is told, and give it to --after next time.

    \b
    onecard card reconcile offline.jsonl --server https://cards.example.gov.cn
    onecard card reconcile offline.jsonl --status-list status-lists.txt --json
    """
    read = load(log)
    found = reconcile(read, after_head(read, after), _source(status_list, server))
    if as_json:
        print_json(found.to_json())
    else:
        _print(found, chinese=language() == "zh")
    if found.of(Outcome.REFUSED) or read.breaks:
        raise SystemExit(Exit.REFUSED)
    if found.of(Outcome.UNDECIDED):
        raise SystemExit(Exit.STATE)


def _source(status_list: Path | None, server: str | None) -> Look:
    from reader.card_status import by_server  # a desk without a line needs no network

    chosen = settings()
    if status_list is None and (address := server or chosen.server):
        return by_server(address, chosen.desk_key or "", ca=chosen.server_ca)
    if (path := status_list or chosen.status_list) is None:
        raise click.UsageError("Give --status-list or --server.")
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        fail(Exit.BAD_INPUT, f"{path}: {reason}.", f"{path}：{reason}。")
    return by_lists(status_source(data, trust=trust_list(), now=datetime.now(UTC)))


def _print(found: Reconciliation, *, chinese: bool) -> None:
    yes = len(found.found)
    refused, undecided = found.of(Outcome.REFUSED), found.of(Outcome.UNDECIDED)
    if chinese:
        print_line(f"离线核验 {found.verifications} 次，其中判为真实 {yes} 次。")
        print_line(f"应予拒绝 {len(refused)} 次，尚无法判断 {len(undecided)} 次。")
    else:
        print_line(f"{found.verifications} verifications without a line, {yes} of them genuine.")
        print_line(
            f"{len(refused)} would have been refused, {len(undecided)} cannot be judged yet."
        )
    for one in (*refused, *undecided):
        print_line(_line(one, chinese=chinese))
    _print_log(found.log, chinese=chinese)


def _line(found: Found, *, chinese: bool) -> str:
    entry, later = found.line.entry, found.later
    about = later.why or BASES[later.basis]
    facts = (
        f"{found.line.number:>6}",
        entry.at.astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        entry.card_number or "-",
        entry.desk,
        entry.clerk or "-",
        later.status or later.outcome.value,
    )
    return f"{'  '.join(facts)}  ({about[chinese]})"


def _print_log(log: ReadLog, *, chinese: bool) -> None:
    for one in log.breaks:
        reason = BREAKS[one.reason][chinese]
        print_line(f"第 {one.line} 行{reason}。" if chinese else f"Line {one.line} {reason}.")
    for number in log.clock_set_back:
        print_line(
            f"第 {number} 行时间早于上一行：本机时钟曾被回拨。"
            if chinese
            else f"Line {number} is earlier than the one before it: the clock was set back."
        )
    if log.torn:
        print_line(
            f"末尾有 {log.torn} 字节未写完，已忽略。"
            if chinese
            else f"{log.torn} bytes at the end were never a whole line; they are left out."
        )
    print_line(f"{'链尾' if chinese else 'head'}  {log.head}")
