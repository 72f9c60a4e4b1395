"""``onecard sim serve``: cards served as hardware is, whole or with a fault."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

import click

from hardware_sim import fault_names, line_names
from hardware_sim.cli_edge import fail_with
from hardware_sim.errors import SimulatorError
from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.line import Metered, Usage
from hardware_sim.server import CardServer, hold_slot
from hardware_sim.storage import load_card
from onecard.console import Exit, fail, print_line, say

_FAULTS = "".join(f"      {name}={what}\n" for name, what in fault_names.HELP.items())


@click.command(
    help=f"""Serve CARDS until interrupted; the second card takes the next port, and so on.

    \b
    FAULT is one of these, counted from one; faults are those of the first card:
{_FAULTS}
    \b
    LINE is t0:BAUD, t1:BAUD or contactless:KBITS; t0:atr and t1:atr are as fast as the card
    allows. Whenever a card loses its power, what its exchanges would have taken on that line is
    shown: activation and bytes on the wire. Nothing waits for it.

    \b
    Examples:
      onecard sim serve card.json --listen 127.0.0.1:7000
      onecard sim serve card.json --vpcd 127.0.0.1:35963 --line t1:115200
      onecard sim serve card.json --listen 127.0.0.1:7000 --fault cut-after-write=3
    """
)
@click.argument("cards", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--listen", metavar="HOST:PORT", help="Wait for a reader; port 0 takes a free one.")
@click.option("--vpcd", metavar="HOST:PORT", help="Hold a slot of vpcd, under a real pcscd.")
@click.option("--contactless", is_flag=True, help="As in the field of a contactless reader.")
@click.option("--fault", "faults", multiple=True, metavar="FAULT", help="What is to go wrong.")
@click.option("--line", metavar="LINE", help="Reckon what the exchanges take on this line.")
@click.option("--json", "as_json", is_flag=True, help="Show that as JSON, one line each.")
def serve(
    cards: tuple[Path, ...],
    listen: str | None,
    vpcd: str | None,
    contactless: bool,
    faults: tuple[str, ...],
    line: str | None,
    as_json: bool,
) -> None:
    """See the help above; it lists the faults."""
    if (listen is None) == (vpcd is None):
        fail(Exit.USAGE, "Give --listen or --vpcd.", "请给出 --listen 或 --vpcd。")
    host, port = _address(listen or vpcd or "")
    for path in cards:
        if [card.resolve() for card in cards].count(path.resolve()) > 1:
            fail(
                Exit.USAGE,
                f"{path} is named twice; a card is in one reader at a time.",
                f"{path} 重复；一张卡同时只能在一个读卡器中。",
            )
    try:
        tools = fault_names.Tools(
            sleep=time.sleep, load=lambda name: load_card(Path(name), contactless=contactless)
        )
        wanted = [fault_names.parse(text, tools) for text in faults]
        loaded = [
            load_card(path, contactless=contactless, faults=wanted if i == 0 else ())
            for i, path in enumerate(cards)
        ]
        if line is not None:
            loaded = [
                Metered(card, line_names.parse(line, card.atr), _shown(path, as_json))
                for card, path in zip(loaded, cards, strict=True)
            ]
        if listen:
            _listen(loaded, cards, host, port)
        else:
            _hold(loaded, host, port)
    except SimulatorError as error:
        fail_with(error)
    except ValueError as error:
        fail(Exit.USAGE, f"--contactless: {error}.", f"--contactless 不可用：{error}。")
    except KeyboardInterrupt:
        say("Cards removed.", "卡片已取出。")


def _shown(path: Path, as_json: bool) -> Callable[[Usage], None]:
    def report(used: Usage) -> None:
        if as_json:
            print_line(json.dumps({"card": str(path), **asdict(used)}, ensure_ascii=False))
            return
        print_line(
            f"{path}  {used.commands} commands  {used.blocks} blocks  {used.bytes_to_card} B >  "
            f"{used.bytes_from_card} B <  {used.seconds:.3f} s"
        )

    return report


def _address(text: str) -> tuple[str, int]:
    host, separator, port = text.rpartition(":")
    if not separator or not host or not port.isdecimal() or int(port) > 0xFFFF:
        fail(Exit.USAGE, f"{text} is not HOST:PORT.", f"{text} 不是 主机:端口。")
    return host.strip("[]"), int(port)


def _listen(
    cards: Sequence[IntegratedCircuitCard], paths: tuple[Path, ...], host: str, port: int
) -> None:
    servers = [CardServer(card, host, port + i if port else 0) for i, card in enumerate(cards)]
    for server, path in zip(servers, paths, strict=True):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print_line(f"{path} {host}:{server.port}")
    _stay()


def _hold(cards: Sequence[IntegratedCircuitCard], host: str, port: int) -> None:
    stop = threading.Event()
    for i, card in enumerate(cards):
        slot = port + i

        def inserted(slot: int = slot) -> None:
            print_line(f"inserted {host}:{slot}")

        threading.Thread(
            target=hold_slot,
            args=(card, host, slot),
            kwargs={"inserted": inserted, "stop": stop},
            daemon=True,
        ).start()
    _stay()


def _stay() -> NoReturn:
    """Until interrupted; a signal that comes just before a sleep is heard after it."""
    while True:
        time.sleep(1)
