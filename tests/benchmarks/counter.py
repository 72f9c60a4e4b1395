"""Card in, basics on the screen: what goes over the wire, and what our own code costs.

``python -m tests.benchmarks.counter [CASE …]``. A third-generation card that its issuer made is
read with the reading key, first the basics alone (issuer and holder), then with the proof that the
card is genuine: its signed record, the data that this covers, and its chip. Seconds on the wire are
the line model's, the least that the standards allow, the card itself taking no time; `own-part` is
measured, over the same transport and with the same commands.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from hardware_sim.card.card import Card
from hardware_sim.card.state import Persistent
from hardware_sim.line import Usage, reckon
from hardware_sim.line_names import parse
from hardware_sim.readers.private_pcscd import SOCKET_VARIABLE, PrivatePcscd
from hardware_sim.storage import CardFile
from reader.authenticity import Verification
from reader.basics import Basics, read_basics
from reader.card_check import check_card
from reader.connect import wait_for_card
from reader.desk_keys import DeskKeys
from reader.session import CardSession
from reader.tcp import TcpTransport
from reader.transport import Transport
from tests.benchmarks.figure import Figure
from tests.desk import NOW, Counting, Desk, counter_bytes

Connect = Callable[[], Any]  # gives a connection to close: a context manager

PROFILE = "v3.00"
CONTACT_LIMIT, CONTACTLESS_LIMIT, OWN_LIMIT = 1.0, 0.5, 2.0
CONTACT_LINES = ("t0:atr", "t0:9600")
CONTACTLESS_LINES = ("contactless:106",)
CARD_CHANCE, DESK_CHANCE = 5, 3
WARM_UP, TURNS = 3, 101


@dataclass(frozen=True)
class House:
    """An issuer and one card of its making."""

    desk: Desk
    card: Persistent

    def powered(self, *, contactless: bool = False) -> Card:
        """The card as it is put in: its challenges are the same every time."""
        return Card(self.card, random=counter_bytes(CARD_CHANCE), contactless=contactless)

    def basics(self, transport: Transport, atr: bytes) -> tuple[CardSession, Basics]:
        """What a counter does when a card comes in."""
        session = CardSession(transport)
        keys = DeskKeys.of(session, self.desk.store, atr, random=counter_bytes(DESK_CHANCE))
        return session, read_basics(session, keys=keys)

    def genuine(self, session: CardSession, basics: Basics) -> Verification:
        """And what it does to know that the card is one."""
        return check_card(
            session,
            trust=self.desk.store.public_keys(),
            now=NOW,
            random=counter_bytes(DESK_CHANCE),
            stored=basics.stored,
        )


@contextmanager
def house() -> Iterator[House]:
    """An issuer, and one card of its making."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk.open(Path(folder), PROFILE)
        card = desk.blank()
        desk.make(card)
        yield House(desk, card.persistent)


def read_basics_contact() -> None:
    """Over contacts, at the speed that the card's answer to reset allows, and at the slowest."""
    with house() as made:
        _on_the_wire(made, "read-basics-contact", CONTACT_LINES, CONTACT_LIMIT)


def read_basics_contactless() -> None:
    """In a field at 106 kbit/s."""
    with house() as made:
        _on_the_wire(made, "read-basics-contactless", CONTACTLESS_LINES, CONTACTLESS_LIMIT)


def _on_the_wire(made: House, case: str, lines: tuple[str, ...], limit: float) -> None:
    contactless = case.endswith("less")
    card = made.powered(contactless=contactless)
    wire = Counting(card)
    session, basics = made.basics(wire, card.atr)
    assert basics.holder.name, "the holder was not read"
    alone = list(wire.log)
    assert made.genuine(session, basics).genuine, "the card is not genuine"
    for what, log in (("basics", alone), ("basics and genuineness", wire.log)):
        for name in lines:
            line = parse(name, card.atr)
            used = line.activation(card.atr) + reckon(line, log)
            _show_usage(case, what, name, used, limit)


def _show_usage(case: str, what: str, line: str, used: Usage, limit: float) -> None:
    figures = (
        (used.commands, "commands"),
        (used.bytes_to_card + used.bytes_from_card, "bytes"),
    )
    for value, unit in figures:
        Figure(bench="counter", case=case, value=value, unit=f"{unit}, {what}, {line}").show()
    Figure(
        bench="counter",
        case=case,
        value=round(used.seconds, 4),
        unit=f"s, {what}, {line}",
        ratio=round(used.seconds / limit, 3),
        of=f"{limit:g} s",
    ).show()


def own_part() -> None:
    """Time from the first command to the basics as JSON, beside the bare exchange of the same.

    Through pcscd and vpcd, as at a counter, and over TCP; the card is in a process of its own. The
    best of many turns counts on both sides: what else runs on the machine only ever adds. All of
    it takes longer than exchange and own code together: pauses let the other processes sleep.
    """
    with house() as made, tempfile.TemporaryDirectory() as folder:
        file, own_folder = Path(folder) / "card.json", Path(folder) / "pcscd"
        own_folder.mkdir()
        CardFile(file).create(made.card)
        with _inserted(file, own_folder) as connect:
            _own_part(made, "through pcscd", connect)
        with _listening(file) as connect:
            _own_part(made, "over TCP", connect)


@contextmanager
def _inserted(file: Path, folder: Path) -> Iterator[Connect]:
    with PrivatePcscd(folder, readers=1) as daemon:
        os.environ[SOCKET_VARIABLE] = str(daemon.socket_path)
        from reader.pcsc import PcscTransport  # after the variable that says where pcscd listens

        reader = daemon.readers[0]
        with _card_process(file, str(reader.port)):
            wait_for_card(reader.name, present=True, seconds=5)
            yield lambda: PcscTransport(reader.name)


@contextmanager
def _listening(file: Path) -> Iterator[Connect]:
    with _card_process(file) as address:
        yield lambda: TcpTransport.parse(address)


@contextmanager
def _card_process(file: Path, *port: str) -> Iterator[str]:
    module = "tests.benchmarks.cards.repeating"
    arguments = [sys.executable, "-m", module, str(file), str(CARD_CHANCE), *port]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as card:
        assert card.stdout is not None
        try:
            yield card.stdout.readline().strip()
        finally:
            card.kill()


class Timed:
    """A transport that knows how long was waited for it."""

    def __init__(self, inner: Any) -> None:
        self._inner, self.atr, self.waited = inner, inner.atr, 0.0

    def transmit(self, command: bytes) -> bytes:
        begun = perf_counter()
        answer: bytes = self._inner.transmit(command)
        self.waited += perf_counter() - begun
        return answer


def _own_part(made: House, where: str, connect: Connect) -> None:
    card = made.powered()
    wire = Counting(card)
    made.basics(wire, card.atr)
    conversation = list(wire.log)
    whole, own, bare = [], [], []
    for _ in range(WARM_UP + TURNS):
        with connect() as connection:
            transport = Timed(connection)
            begun = perf_counter()
            _, basics = made.basics(transport, transport.atr)
            shown = basics.to_json()
            whole.append(perf_counter() - begun)
            own.append(whole[-1] - transport.waited)
        assert shown["name"], "nothing was read"
        with connect() as transport:
            begun = perf_counter()
            given = [transport.transmit(command) for command, _ in conversation]
            bare.append(perf_counter() - begun)
    assert given == [answer for _, answer in conversation], "not the same conversation"
    least = min(bare[WARM_UP:])
    for what, times in (("our own code", own), ("all, from card in to basics", whole)):
        best = min(times[WARM_UP:])
        Figure(
            bench="counter",
            case="own-part",
            value=round(best * 1000, 3),
            unit=f"ms, {what}, {where}",
            ratio=round(best / least, 3),
            of=f"the bare exchange of the same {len(conversation)} commands, "
            f"{least * 1000:.3f} ms; at most {OWN_LIMIT:g}",
        ).show()


def recovery() -> None:
    """From a reader that is gone to a card that is read again."""
    try:
        measure = import_module("tests.benchmarks.counter_recovery").recovery
    except ModuleNotFoundError:
        print("no benchmark of the recovery here", file=sys.stderr)
    else:
        measure()


CASES: dict[str, Callable[[], None]] = {
    "read-basics-contact": read_basics_contact,
    "read-basics-contactless": read_basics_contactless,
    "own-part": own_part,
    "recovery": recovery,
}


def main(cases: list[str]) -> None:
    """Prints the figures of *cases*, of all when none is named."""
    for case in cases or list(CASES):
        CASES[case]()


if __name__ == "__main__":
    main(sys.argv[1:])
