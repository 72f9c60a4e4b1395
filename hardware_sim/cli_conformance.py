"""``onecard sim conformance`` and ``reference``: a card tried against the standards."""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from hardware_sim.card.card import Card
from hardware_sim.cli_edge import fail_with
from hardware_sim.conformance import report, subject
from hardware_sim.conformance.case import Case, all_cases
from hardware_sim.conformance.run import Outcome, Verdict, run_cases
from hardware_sim.errors import CardFileError
from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.reference_card import reference_card
from hardware_sim.storage import CardFile
from onecard.console import Exit, fail, print_json, print_line, progress, say, settings
from reader.card_profile.profiles import PROFILES, CardProfile
from reader.errors import AddressError, ReaderError


@click.command()
@click.argument("numbers", nargs=-1, metavar="[CASE]...")
@click.option("--reader", metavar="NAME", help="The card in this PC/SC reader.")
@click.option("--tcp", metavar="HOST:PORT", help="The card at this address.")
@click.option("--profile", type=click.Choice(sorted(PROFILES)), help="What the card claims to be.")
@click.option("--reference", is_flag=True, help="It is a reference card: PIN and keys are known.")
@click.option("--pin", metavar="DIGITS", help="The PIN of the card in the reader.")
@click.option(
    "--destructive",
    is_flag=True,
    help="Also what changes the card for ever; the worst last.",
)
@click.option("--list", "only_list", is_flag=True, help="List the cases and run none.")
@click.option("--trace", is_flag=True, help="Show the bytes of every case that fails.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write the report as JUnit XML.")
def conformance(
    numbers: tuple[str, ...],
    reader: str | None,
    tcp: str | None,
    profile: str | None,
    reference: bool,
    pin: str | None,
    destructive: bool,
    only_list: bool,
    trace: bool,
    as_json: bool,
    junit: Path | None,
) -> None:
    """Try a card against the standards, case by case; CASE is a number or its beginning.

    Without --reader or --tcp the simulated reference card is tried, new for every case. Exit code 1
    says that a case failed. 卡片一致性测试。

    \b
    onecard sim conformance
    onecard sim conformance GP- --trace
    onecard sim conformance --reader "ACS ACR38U 00 00" --profile v3.00 --pin 123456 --junit out.xml
    onecard sim conformance --tcp 127.0.0.1:7000 --reference --destructive
    """
    chosen = PROFILES.get(profile or settings().profile)
    if chosen is None:
        fail(Exit.USAGE, f"No profile {settings().profile}.", f"没有卡规范 {settings().profile}。")
    if pin is not None and not (pin.isdecimal() and pin.isascii() and len(pin) % 2 == 0):
        fail(Exit.USAGE, "--pin takes an even number of digits.", "--pin 应为偶数位数字。")
    cases = _chosen(numbers)
    if only_list:
        _list(cases, as_json=as_json)
        return
    with ExitStack() as stack:
        if reader is None and tcp is None:
            card, known = _simulated(chosen), subject.reference(chosen)
            name, destructive = f"simulated {chosen.name}", True
        else:
            card = _connected(stack, reader, tcp)
            known = subject.reference(chosen) if reference else subject.Known(chosen)
            if pin:
                known = subject.with_pin(known, bytes.fromhex(pin))
            name = reader or tcp or ""
        running = run_cases(cases, card, known, destructive=destructive)
        outcomes = list(progress(running, label=("Cases", "用例"), length=len(cases)))
    _report(outcomes, card=name, as_json=as_json, trace=trace, junit=junit)


@click.command()
@click.argument("card", type=click.Path(path_type=Path))
@click.option("--profile", type=click.Choice(sorted(PROFILES)), help="Card profile.")
def reference(card: Path, profile: str | None) -> None:
    """Write the reference card, whose PIN (123456) and keys everybody knows, to the file CARD.

    \b
    onecard sim reference card.json --profile v2.00
    onecard sim serve card.json --listen 127.0.0.1:7000
    onecard sim conformance --tcp 127.0.0.1:7000 --profile v2.00 --reference
    """
    chosen = PROFILES.get(profile or settings().profile)
    if chosen is None:
        fail(Exit.USAGE, f"No profile {settings().profile}.", f"没有卡规范 {settings().profile}。")
    try:
        CardFile(card).create(reference_card(chosen))
    except CardFileError as error:
        fail_with(error)
    print_line(f"{card}  {chosen.name}")


def _chosen(numbers: Sequence[str]) -> list[Case]:
    cases = all_cases()
    if not numbers:
        return cases
    for number in numbers:
        if not any(case.number.startswith(number) for case in cases):
            fail(Exit.NOT_FOUND, f"No case {number}.", f"没有用例 {number}。")
    return [case for case in cases if case.number.startswith(tuple(numbers))]


def _list(cases: Sequence[Case], *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "number": case.number,
                    "title": case.title,
                    "clause": case.clause,
                    "needs": case.needs,
                    "destructive": bool(case.destructive),
                }
                for case in cases
            ]
        )
        return
    for case in cases:
        mark = " (destructive)" if case.destructive else ""
        print_line(f"{case.number:9} {case.title}{mark}  [{case.clause}]")


def _simulated(profile: CardProfile) -> Callable[[], IntegratedCircuitCard]:
    memory = reference_card(profile)
    return lambda: Card(memory, random=os.urandom)


def _connected(
    stack: ExitStack, reader: str | None, tcp: str | None
) -> Callable[[], IntegratedCircuitCard]:
    try:
        card = subject.ConnectedCard(reader=reader, tcp=tcp)
    except AddressError:
        fail(Exit.USAGE, f"{tcp} is not HOST:PORT.", f"{tcp} 不是 主机:端口。")
    except ReaderError as error:
        fail(Exit.CARD, f"{error.cause[0]} ({error})", error.cause[1], remedy=error.remedy)
    stack.callback(card.close)
    return lambda: card


def _report(
    outcomes: Sequence[Outcome], *, card: str, as_json: bool, trace: bool, junit: Path | None
) -> None:
    if junit is not None:
        try:
            junit.write_bytes(report.to_junit(outcomes, card=card))
        except OSError as error:
            fail(
                Exit.STORAGE, f"{junit}: {error.strerror}.", f"无法写入 {junit}：{error.strerror}。"
            )
    if as_json:
        print_json(report.to_json(outcomes, card=card))
    else:
        for outcome in outcomes:
            print_line(report.line(outcome))
            if trace and outcome.verdict is Verdict.FAILED:
                for text in report.trace(outcome):
                    print_line(text)
    found = report.counts(outcomes)
    say(
        f"{card}: {found['passed']} passed, {found['failed']} failed, {found['skipped']} left out.",
        f"{card}：通过 {found['passed']}，失败 {found['failed']}，略过 {found['skipped']}。",
    )
    if found["failed"]:
        raise SystemExit(Exit.REFUSED)
