"""A clerk at a counter: `onecard card …` against a simulated card over TCP."""

import json
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner, Result

from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from hardware_sim.faults import PowerCut
from hardware_sim.icc import IntegratedCircuitCard
from onecard.settings import Settings
from reader.cli import card as card_command
from tests.card_on_a_port import served
from tests.desk import PASSPHRASE, Desk, counter_bytes


@dataclass
class Clerk:
    """A counter with a card on its reader; *with_keys* makes it a desk of the issuer."""

    folder: Path
    desk: Desk
    memory: Persistent
    with_keys: bool = True
    language: str = "en"
    card: Card = field(init=False)
    on_reader: IntegratedCircuitCard = field(init=False)

    def __post_init__(self) -> None:
        self.card = Card(self.memory, random=counter_bytes(11))
        self.on_reader = self.card
        self.trust = self.folder / "trust.json"
        self.trust.write_text(self.desk.store.public_keys().dumps(), encoding="utf-8")

    def run(self, *arguments: str, typed: str = "", psam: IntegratedCircuitCard | None = None):
        """`onecard card` with these arguments, the card's address behind them."""
        keys = self.folder / ("keys.json" if self.with_keys else "none.json")
        settings = Settings(
            keys=keys,
            keys_passphrase=PASSPHRASE,
            trust=self.trust,
            database=str(self.folder / "no-book.sqlite3"),
            language=self.language,
        )
        with ExitStack() as stack:
            slots = ["--tcp", stack.enter_context(served(self.on_reader))]
            if psam is not None:
                slots += ["--psam-tcp", stack.enter_context(served(psam))]
            return CliRunner().invoke(card_command, [*arguments, *slots], obj=settings, input=typed)

    def file(self, name: str, text: str) -> str:
        """A file of the clerk's with this text: its path."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return str(self.folder / name)


def made_card(folder: Path, profile: str) -> tuple[Desk, Persistent]:
    """An issuer, and a card of it as it leaves the bureau: made once, then copied."""
    desk = Desk.open(folder, profile)
    return desk, deepcopy(_memory(profile))


@cache
def _memory(profile: str) -> Persistent:
    with TemporaryDirectory() as folder:
        desk = Desk.open(Path(folder), profile)
        card = desk.blank()
        desk.make(card)
        return card.persistent


def told_error(result: Result) -> dict[str, Any]:
    """The error of a command that was run with --json: alone, on standard error."""
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.startswith("{")]
    assert len(lines) == 1, result.stderr
    return dict(json.loads(lines[0])["error"])


class Torn:
    """A card that loses its power at the first command with this instruction.

    *done* says whether the command was carried out before.
    """

    def __init__(self, card: Card, ins: int, *, done: bool) -> None:
        self._card, self._ins, self._done = card, ins, done

    @property
    def atr(self) -> bytes:
        return self._card.atr

    def reset(self) -> None:
        self._card.reset()

    def transmit(self, command: bytes) -> bytes:
        if self._ins >= 0 and command[1] == self._ins:
            self._ins = -1
            if self._done:
                self._card.transmit(command)
            self._card.reset()
            raise PowerCut
        return self._card.transmit(command)
