"""``onecard card driver``: the field's driver from a terminal, for who moves a program over."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import click

from onecard.console import Exit, language, print_json, print_line
from reader.cli_driver_options import driver_options
from reader.cli_edge import reader_errors
from reader.cli_psam import PsamOptions, issuer_server, psam_options, server_desk
from reader.cli_trace import trace_options
from reader.connect import CardTransport, connect
from reader.interface import Preference
from reader.psam import PsamSession
from reader.session import CardSession
from reader.sscard.counter_keys import OpenKeys
from reader.sscard.errors import PsamAbsentError
from reader.sscard.functions import FUNCTIONS
from reader.sscard_driver import (
    CounterKeys,
    DriverOptions,
    PinKind,
    SscardDriver,
    answer_old_page,
    psam_keys,
)
from reader.tcp import parse_address


@click.command("driver")
@click.argument("func", required=False)
@click.argument("arguments", nargs=-1)
@click.option("--reader", metavar="NAME", help="PC/SC reader; see: card readers.")
@click.option("--tcp", metavar="HOST:PORT", help="A card served over TCP.")
@click.option("--lines", is_flag=True, help="JSON of old pages on standard input, one a line.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@psam_options
@driver_options
@trace_options
def driver_command(
    func: str | None,
    arguments: tuple[str, ...],
    reader: str | None,
    tcp: str | None,
    lines: bool,
    as_json: bool,
    psam: PsamOptions,
    driver: DriverOptions,
) -> None:
    """Call a function of the field's driver (SSCardDriver) as a counter's program would.

    Without FUNC the functions are listed. A PIN is asked for, never given. The keys are the PSAM's,
    else the issuer's server's if one is set. The steps over a security module need one process from
    the first to the last: --lines keeps it. Exit code 5 for a result that is not 0.
    调用社保卡驱动函数。

    \b
    onecard card driver iReadCardBas 3 --psam "ACS ACR39U 00 01"
    onecard card driver iReadCard 3 1 "430100D1…|A00000011|" "SSSEEF06|08|09|$" --json
    echo '{"func":"iReadCardBas_HSM_Step1","in":["3"]}' | onecard card driver --lines
    """
    if func is None and not lines:
        for name, parameters in FUNCTIONS.items():
            print_line(f"{name} {' '.join(parameters)}")
        return
    for address in filter(None, (tcp, psam.tcp)):
        try:
            parse_address(address)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    with reader_errors():  # a server without a key, or not to be trusted
        called = _driver(reader, tcp, psam, replace(driver, chinese=language() == "zh"))
    if lines:
        for line in sys.stdin:
            if line.strip():
                click.echo(answer_old_page(called, line))
        called.forget()
        return
    code, out = called.call(str(func), arguments)
    called.forget()
    if as_json:
        print_json({"func": func, "result": code, "out": out})
    else:
        print_line(f"{code} {out}".strip())
    if code:
        raise SystemExit(Exit.CARD)


def _driver(
    reader: str | None, tcp: str | None, psam: PsamOptions, options: DriverOptions
) -> SscardDriver:
    def open_card(card_type: int) -> AbstractContextManager[CardTransport]:
        without = (psam.reader,) if psam.reader else ()
        return connect(reader=reader, tcp=tcp, preference=Preference(card_type), without=without)

    return SscardDriver(
        open_card, pin_entry=_asked, clock=time.monotonic, open_keys=_keys(psam), options=options
    )


def _keys(psam: PsamOptions) -> OpenKeys:
    """A PSAM's, else the server's over one line, else none."""
    if psam.server_address is not None:
        server = issuer_server(psam.server_address)

        @contextmanager
        def at_the_server(session: CardSession, atr: bytes) -> Iterator[CounterKeys]:
            yield CounterKeys(server_desk(session, atr, server))

        return at_the_server

    @contextmanager
    def open_psam() -> Iterator[PsamSession]:
        with psam.session() as module:
            if module is None:
                raise PsamAbsentError
            yield module

    return psam_keys(open_psam, random=os.urandom)


def _asked(kind: PinKind) -> str:
    prompt = "PIN" if kind is PinKind.OLD else "New PIN 新密码"
    twice = kind is PinKind.NEW
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True))
