"""What happens in a world of readers, one thing a line: ``insert 0 card.json``.

Words are parted by spaces and may stand in quotes; '#' begins a remark.
"""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardware_sim.readers.errors import LineError

MAX_WAIT_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line; what its verb does not take is None."""

    verb: str
    slot: int | None = None
    card: Path | None = None
    seconds: float | None = None
    fault: str | None = None
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that a verb takes: its name in lines, the step's field, what it must be."""

    name: str
    field: str
    convert: Callable[[str], Any]
    wanted: tuple[str, str]
    to_the_end: bool = False  # all words that are left


def _slot(word: str) -> int:
    if not word.isdecimal():
        raise ValueError("no number")
    return int(word)


def _seconds(word: str) -> float:
    seconds = float(word)
    if not 0 <= seconds <= MAX_WAIT_SECONDS:
        raise ValueError("no time to wait")
    return seconds


def _path(word: str) -> Path:
    if not word or "\0" in word:
        raise ValueError("no path")
    return Path(word)


SLOT = Argument("SLOT", "slot", _slot, ("the number of a slot: 0, 1, …", "卡槽号：0、1……"))
CARD = Argument("CARDFILE", "card", _path, ("the file of a card", "卡文件"))
SECONDS = Argument(
    "SECONDS", "seconds", _seconds, ("seconds, at most a day: 0.5", "秒数，最多一天：0.5")
)
FAULT = Argument("FAULT", "fault", str, ("a fault: mute=3", "故障：mute=3"), to_the_end=True)
READER = Argument("READER", "reader", str, ("a reader's name", "读卡器名"), to_the_end=True)

VERBS: Mapping[str, tuple[Argument, ...]] = {
    "insert": (SLOT, CARD),
    "remove": (SLOT,),
    "swap": (SLOT, CARD),
    "fault": (SLOT, FAULT),
    "wait": (SECONDS,),
    "restart pcscd": (),
    "stop pcscd": (),
    "start pcscd": (),
    "unplug": (READER,),
    "list": (),
    "quit": (),
}


def parse(line: str) -> Step | None:
    """The step of a line, None for an empty one. Raises LineError with cause and remedy."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        raise LineError(
            ("A quotation mark is not closed.", "引号没有成对。"),
            ("Close it, or put \\ before it.", "请补上引号，或在其前加 \\。"),
        ) from None
    if not words:
        return None
    verb, given = _verb(words)
    arguments = VERBS[verb]
    if arguments and arguments[-1].to_the_end and len(given) > len(arguments):
        last = len(arguments) - 1
        given = [*given[:last], " ".join(given[last:])]
    if len(given) != len(arguments):
        few = len(given) < len(arguments)
        raise LineError(
            (
                f"{verb} has too {'few' if few else 'many'} words after it.",
                f"{verb} 后的参数太{'少' if few else '多'}。",
            ),
            (f"Write: {form(verb)}", f"写法：{form(verb)}"),
        )
    return Step(verb=verb, **dict(map(_value, arguments, given)))


def form(verb: str) -> str:
    """How a verb is written: ``insert SLOT CARDFILE``."""
    return " ".join((verb, *(argument.name for argument in VERBS[verb])))


def _verb(words: list[str]) -> tuple[str, list[str]]:
    for size in (2, 1):
        if (verb := " ".join(words[:size])) in VERBS:
            return verb, words[size:]
    raise LineError(
        (f"There is no command {words[0]!r}.", f"没有命令 {words[0]!r}。"),
        (f"Write one of: {', '.join(VERBS)}.", f"可用命令：{'、'.join(VERBS)}。"),
    )


def _value(argument: Argument, word: str) -> tuple[str, Any]:
    try:
        return argument.field, argument.convert(word)
    except ValueError:
        en, zh = argument.wanted
        raise LineError(
            (f"{word!r} is no {argument.name}.", f"{word!r} 不是 {argument.name}。"),
            (f"Give {en}.", f"请给出{zh}。"),
        ) from None
