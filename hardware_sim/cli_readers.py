"""``onecard sim readers``: a world of readers, obeying commands one a line."""

import json
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn

import click

from hardware_sim.cli_edge import fail_with
from hardware_sim.errors import CardFileError, FaultError, SimulatorError
from hardware_sim.readers import play
from hardware_sim.readers.errors import WorldError
from hardware_sim.readers.script import VERBS, Step, form, parse
from hardware_sim.readers.vpcd import MAX_READERS, readers_at
from hardware_sim.readers.world import World, private_world
from onecard.console import Exit, fail, language, say

DEFAULT_READERS = 2
_FORMS = "".join(f"      {form(verb)}\n" for verb in VERBS)

_CODES: Mapping[type[SimulatorError], str] = {CardFileError: "card-file", FaultError: "fault"}


@click.command(
    help=f"""Serve many cards in many readers, and put them in and take them out by script.

    Starts a pcscd of its own with virtual readers (Linux; the machine's own stays untouched) and
    prints what a client has to have in its environment. Then obeys until the lines end:

    \b
{_FORMS}
    swap is faster than the reader looks: nothing is noticed, and the next command meets a cold
    card. remove and insert are noticed. restart pcscd kills it; the cards come back by themselves.
    unplug is refused: pcscd keeps virtual readers as long as it runs. FAULT is one of those in
    onecard sim serve --help. A card's state is in its file at every moment.

    \b
    Examples:
      onecard sim readers --readers 4 --slot 0=card.json --keep
      onecard sim readers --script monday.txt --json
      printf 'insert 0 card.json\\nwait 5\\n' | onecard sim readers --vpcd 127.0.0.1:35963
    """
)
@click.option(
    "--readers",
    "count",
    type=click.IntRange(1, MAX_READERS),
    help="How many; a private pcscd has an even number of them.",
)
@click.option("--slot", "slots", multiple=True, metavar="N=CARDFILE", help="A card from the start.")
@click.option(
    "--script",
    type=click.File(encoding="utf-8", errors="replace"),
    default="-",
    help="File of commands; standard input if not given.",
)
@click.option("--vpcd", metavar="HOST:PORT", help="Use the slots of a pcscd that runs already.")
@click.option(
    "--socket", type=click.Path(path_type=Path), help="Where clients find the private pcscd."
)
@click.option("--strict", is_flag=True, help="The first line that cannot be obeyed ends it all.")
@click.option("--keep", is_flag=True, help="After the last line stay until interrupted.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def readers(
    count: int | None,
    slots: tuple[str, ...],
    script: IO[str],
    vpcd: str | None,
    socket: Path | None,
    strict: bool,
    keep: bool,
    as_json: bool,
) -> None:
    """See the help above; it lists the commands."""
    if vpcd and socket:
        fail(Exit.USAGE, "--socket is for a private pcscd.", "--socket 只用于自建的 pcscd。")
    wanted = [_slot(text) for text in slots]
    size = count or min(MAX_READERS, max([DEFAULT_READERS, *(slot + 1 for slot, _ in wanted)]))
    voice = _Voice(as_json)
    try:
        with _ended_by_signals(), _world(size, vpcd, socket, voice) as world:
            for slot, card in wanted:
                world.put(slot, card)
            world.wait_until_noticed()
            voice.ready(world)
            told_to_quit = _obey(world, script, voice, strict=strict)
            while keep and not told_to_quit:
                time.sleep(1)  # a signal that comes just before a sleep is heard after it
    except KeyboardInterrupt:
        say("Readers and cards are gone.", "读卡器和卡片已撤走。")
    except SimulatorError as error:
        fail_with(error)


@contextmanager
def _world(size: int, vpcd: str | None, socket: Path | None, voice: "_Voice") -> Iterator[World]:
    if vpcd is None:
        with private_world(size, socket_path=socket, failed=voice.failed) as world:
            yield world
        return
    try:
        host, places = readers_at(vpcd, size)
    except ValueError:
        fail(Exit.USAGE, f"{vpcd} is not HOST:PORT.", f"{vpcd} 不是 主机:端口。")
    with World(places, host=host, failed=voice.failed) as world:
        yield world


def _obey(world: World, lines: Iterable[str], voice: "_Voice", *, strict: bool) -> bool:
    """Do what the lines say; whether one of them was to quit."""
    for number, line in enumerate(lines, start=1):
        try:
            step = parse(line)
            if step is None:
                continue
            voice.answer(number, line, step, play.perform(world, step))
        except SimulatorError as error:
            voice.refuse(number, line, error)
            if strict:
                _end_at(number, error)
            continue
        if step.verb == "quit":
            return True
    return False


def _end_at(number: int, error: SimulatorError) -> NoReturn:
    (en, zh), remedy = _said(error)
    fail(Exit.BAD_INPUT, f"Line {number}: {en}", f"第 {number} 行：{zh}", remedy=remedy)


def _said(error: SimulatorError) -> tuple[tuple[str, str], tuple[str, str]]:
    if isinstance(error, WorldError):
        return error.cause, error.remedy
    remedy = ("Look at the file or the word it names.", "请检查所述文件或参数。")
    return (f"{error}.", f"{error}。"), remedy


class _Voice:
    """Answers, one line each. It may be asked from any thread: click's language is of one."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._language = 1 if language() == "zh" else 0

    def ready(self, world: World) -> None:
        """What there is, before the first line."""
        if self._as_json:
            found = play.readers(world)
            self._print(event="ready", environment=dict(world.environment), readers=found)
            return
        for name, value in world.environment.items():
            click.echo(f"{name}={value}")
        for one in play.readers(world):
            click.echo(f"{one['slot']}  {one['reader']}  {one['card'] or '-'}")
        if sys.stdin.isatty():
            say("Commands, one a line; Ctrl-D ends it.", "每行一条命令；Ctrl-D 结束。")

    def answer(self, number: int, line: str, step: Step, outcome: play.Outcome) -> None:
        """What came of a line."""
        said = (outcome.en, outcome.zh)[self._language]
        self._tell(number, line, said, command=step.verb, ok=True, **outcome.facts)

    def refuse(self, number: int, line: str, error: SimulatorError) -> None:
        """Why a line was not obeyed, and what to do."""
        cause, remedy = (one[self._language] for one in _said(error))
        code = error.code if isinstance(error, WorldError) else _CODES.get(type(error), "simulator")
        facts = {"ok": False, "code": code, "cause": cause, "remedy": remedy}
        self._tell(number, line, f"{cause} {remedy}", **facts)

    def failed(self, slot: int, error: SimulatorError) -> None:
        """The file of a card could not be written, or read after a power cut."""
        if self._as_json:
            self._print(event="card-failed", slot=slot, said=str(error))
        else:
            click.echo(f"{_clock()}  slot {slot}: {error}")

    def _tell(self, number: int, line: str, said: str, **facts: Any) -> None:
        line = line.strip()
        if self._as_json:
            self._print(line=number, text=line, said=said, **facts)
        else:
            click.echo(f"{_clock()}  {number}  {line}: {said}")

    def _print(self, **facts: Any) -> None:
        click.echo(json.dumps({"time": _now(), **facts}, ensure_ascii=False))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _clock() -> str:
    return datetime.now(UTC).astimezone().time().isoformat(timespec="milliseconds")


def _slot(text: str) -> tuple[int, Path]:
    number, separator, card = text.partition("=")
    if not separator or not number.isdecimal() or not card:
        fail(Exit.USAGE, f"{text} is not N=CARDFILE.", f"{text} 不是 卡槽号=卡文件。")
    return int(number), Path(card)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end it as Ctrl-C does, so that nothing is left behind."""

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
