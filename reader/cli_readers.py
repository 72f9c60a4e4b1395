"""``onecard card readers`` and ``onecard card watch``: what is plugged in, and what happens."""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from onecard.console import Sentence, print_json, print_line
from reader.cli_edge import json_option, one_line_on_error
from reader.connect import reader_features, reader_states
from reader.interface import Interface, interface_of, is_module_slot, named_interface
from reader.pin_pad import can_change, can_verify
from reader.reader_events import (
    CardInserted,
    CardRemoved,
    ReaderAdded,
    ReaderEvent,
    ReaderRemoved,
    ServiceFound,
    ServiceLost,
)
from reader.reader_states import ReaderState
from reader.watch import Watch

EVENTS: Mapping[type[ReaderEvent], tuple[str, Sentence]] = {
    ServiceLost: ("service-lost", Sentence("PC/SC does not answer", "PC/SC 服务无响应")),
    ServiceFound: ("service-found", Sentence("PC/SC answers", "PC/SC 服务正常")),
    ReaderAdded: ("reader-added", Sentence("reader there", "读卡器已接入")),
    ReaderRemoved: ("reader-removed", Sentence("reader gone", "读卡器已拔出")),
    CardInserted: ("card-inserted", Sentence("card in", "卡片已放入")),
    CardRemoved: ("card-removed", Sentence("card out", "卡片已取出")),
}
INTERFACES: Mapping[Interface, Sentence] = {
    Interface.CONTACT: Sentence("contacts", "接触式"),
    Interface.CONTACTLESS: Sentence("contactless", "非接触式"),
}
WAIT_SECONDS = 0.5  # at most: Windows hears Ctrl-C between two waits only
EMPTY = Sentence("empty", "无卡")
MUTE = Sentence("a card that does not answer", "卡片无响应")
MODULE = Sentence("for a PSAM", "PSAM 卡槽")
KEYPAD = Sentence("keypad", "密码键盘")


def describe(name: str, state: ReaderState) -> dict[str, Any]:
    """One reader, for a program."""
    named = named_interface(name)
    features = reader_features(name)
    return {
        "name": name,
        "interface": named if state.atr is None else interface_of(state.atr, name),
        "module_slot": is_module_slot(name),
        "card": state.atr is not None,
        "mute": state.mute,
        "atr": state.atr.hex().upper() if state.atr else None,
        "in_use": state.in_use,
        "pin_pad": {"verify": can_verify(features), "change": can_change(features)},
    }


@click.command()
@json_option
@one_line_on_error
def readers(as_json: bool) -> None:
    """List the PC/SC readers: card, interface, and whether they have keys for a PIN.

    \b
    onecard card readers
    onecard card readers --json
    """
    found = [describe(name, state) for name, state in reader_states().items()]
    if as_json:
        print_json({"readers": found})
        return
    for one in found:
        print_line("  ".join((one["name"], *_words(one))))


@click.command()
@click.option("--count", type=click.IntRange(1), metavar="N", help="End after so many events.")
@click.option("--seconds", type=click.FloatRange(0), metavar="S", help="End after that time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@one_line_on_error
def watch(count: int | None, seconds: float | None, as_json: bool) -> None:
    """Tell what happens at the readers, until Ctrl-C. First comes what is there already.

    Unplugged readers, a service that stops, a machine that slept: it goes on by itself.

    \b
    onecard card watch
    onecard card watch --seconds 60 --json
    """
    told = 0
    with suppress(KeyboardInterrupt), Watch() as stream:
        # From the first look on: what is there already is told however long that took.
        ends = None if seconds is None else time.monotonic() + seconds
        while told != count:
            left = WAIT_SECONDS if ends is None else min(WAIT_SECONDS, ends - time.monotonic())
            event = stream.next(max(0.0, left))
            if event is not None:
                told += 1
                print_line(_json_line(event) if as_json else _line(event))
            elif ends is not None and time.monotonic() >= ends:
                break


def to_json(event: ReaderEvent) -> dict[str, Any]:
    """An event, for a program."""
    facts = {name: value for name, value in asdict(event).items() if name != "atr"}
    if isinstance(event, CardInserted):
        facts["atr"] = event.atr.hex().upper()
    return {"event": EVENTS[type(event)][0], **facts}


def _json_line(event: ReaderEvent) -> str:
    now = datetime.now().astimezone().isoformat(timespec="milliseconds")
    return json.dumps({"at": now, **to_json(event)}, ensure_ascii=False)


def _line(event: ReaderEvent) -> str:
    now = datetime.now().astimezone().strftime("%H:%M:%S")
    words = [now, EVENTS[type(event)][1].text()]
    if not isinstance(event, ServiceLost | ServiceFound):
        words.append(event.reader)
    if isinstance(event, CardInserted):
        words += [INTERFACES[event.interface].text(), event.atr.hex(" ").upper() or MUTE.text()]
    return "  ".join(words)


def _words(one: Mapping[str, Any]) -> list[str]:
    words = []
    if one["module_slot"]:
        words.append(MODULE.text())
    if one["interface"] is not None:
        words.append(INTERFACES[one["interface"]].text())
    if not one["card"]:
        words.append(EMPTY.text())
    elif one["mute"]:
        words.append(MUTE.text())
    else:
        words.append(bytes.fromhex(one["atr"]).hex(" ").upper())
    if one["pin_pad"]["verify"]:
        words.append(KEYPAD.text())
    return words
