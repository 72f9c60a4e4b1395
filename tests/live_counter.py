"""A counter as it is: the service and the agent in processes of their own, readers, cards, people.

Everything is real but the chips and the readers, which are simulated behind a real pcscd.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from api.services.months import Month
from crypto.suites import GM
from hardware_sim.card.card import Card
from hardware_sim.storage import CardFile
from issuance import cards, clients
from issuance.clients import ClientKind
from issuance.database import open_book, reading, transaction
from issuance.instant_issue import Counter, Request
from issuance.instants import local_day
from issuance.printed_codes import on_pictures
from issuance.roles import Role
from tests.bureau import CHIEF, chance
from tests.bureau import CLERK as MAKER
from tests.desk import PASSPHRASE, counter_bytes
from tests.people import csv_bytes, identity_number, people
from tests.portraits import portrait
from tests.retirees import near_retirement
from tests.staff import PASSWORD, STEP, Staff, code
from tests.workshop import Line, desk_in, empty_bureau, slot

COMMAND = (sys.executable, "-m", "onecard")
CLERK, PROFILE = "Liu", "v3.00"
STARTS_WITHIN = 40  # seconds, on a busy machine
HOLDERS = ("张伟文", "阿不都热依木·买买提", "李春梅")  # the last one loses her card
WORKERS = 2  # of them, the first: men who may retire, and live in one county
COUNTY = "442323"


@dataclass
class Process:
    """A command that runs; *said* is what came on its terminal."""

    running: subprocess.Popen[bytes]
    terminal: int
    said: bytes = b""

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                piece = os.read(self.terminal, 4096)
            except OSError:
                return
            if not piece:
                return
            self.said += piece

    def answer(self, prompt: bytes, text: str, *, after: int) -> None:
        """Type a line when the terminal asks for it, in what it says after so many bytes."""
        wait_until(lambda: prompt in self.said[after:])
        os.write(self.terminal, text.encode() + b"\n")

    def end(self) -> None:
        """Stop it."""
        self.running.terminate()
        self.running.wait(timeout=20)
        os.close(self.terminal)


@dataclass
class LiveCounter:
    """What the tests have in hand."""

    folder: Path
    team: Staff
    numbers: list[str]
    origin: str = ""
    desk_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    port: int = 0
    agent: Process | None = None
    used: dict[str, datetime] = field(default_factory=dict)

    @property
    def launch(self) -> str:
        """What follows # in the address that the agent prints."""
        return f"#agent={self.port}.{self.token}"

    def card(self, place: int) -> Path:
        """The file of a holder's card."""
        return self.folder / f"card-{place}.json"

    @property
    def copied(self) -> Path:
        """Everything that can be read from the first card, on a chip with another key pair."""
        return self.folder / "copied.json"

    def state(self, place: int) -> str:
        """Where a card stands in the book."""
        with reading(self.team.engine) as session:
            return cards.get(session, self.numbers[place]).state.value

    def proof(self, name: str = CLERK) -> dict[str, str]:
        """What somebody types to log in; no code twice."""
        earliest = datetime.now(UTC) - STEP + timedelta(seconds=5)
        at = max(earliest, self.used[name] + STEP) if name in self.used else earliest
        self.used[name] = at
        return {"name": name, "password": PASSWORD, "code": code(self.team.secrets[name], at)}


def press(page: Any, keys: str) -> None:
    """Press keys on a page of the console, once the scripts that hear them are there."""
    page.wait_for_load_state()
    page.keyboard.press(keys)


def wait_until(is_so: Callable[[], bool], seconds: float = STARTS_WITHIN) -> None:
    """Return as soon as it is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come to be so"
        time.sleep(0.02)


@contextmanager
def live_counter(folder: Path, environment: Mapping[str, str]) -> Iterator[LiveCounter]:
    """A counter with the readers that *environment* leads to."""
    numbers = _issue_cards(folder)
    engine = open_book(folder / "book.sqlite3")
    desk = desk_in(folder, PROFILE)
    team = Staff(engine, desk.store, now=datetime.now(UTC) - timedelta(hours=1))
    team.found()
    team.hire(CLERK, Role.COUNTER_CLERK)
    with transaction(engine) as session:
        key = clients.create(
            session,
            "desk-1",
            random=chance(41),
            by="Chen",
            at=datetime.now(UTC),
            kind=ClientKind.DESK,
        )
    (folder / "trust.json").write_text(desk.store.public_keys().dumps(), encoding="utf-8")
    counter = LiveCounter(folder, team, numbers, desk_key=key)
    service = _start([*COMMAND, "serve", "--bind", "127.0.0.1:0"], _settings(counter, environment))
    try:
        wait_until(lambda: re.search(rb"http://127\.0\.0\.1:\d+", service.said) is not None)
        found = re.search(rb"http://127\.0\.0\.1:\d+", service.said)
        assert found is not None
        counter.origin = found.group().decode()
        with agent(counter, environment):
            yield counter
    finally:
        service.end()
        engine.dispose()


@contextmanager
def agent(counter: LiveCounter, environment: Mapping[str, str]) -> Iterator[None]:
    """An agent of the desk; as long as it runs, the counter's address is this one's."""
    command = [*COMMAND, "counter", "agent", "--bind", "127.0.0.1:0", "--pin-entry", "terminal"]
    before = counter.port, counter.token, counter.agent
    process = _start([*command, "--json"], _settings(counter, environment))
    try:
        wait_until(lambda: b"\n}" in process.said.replace(b"\r", b""))
        printed = process.said.decode()
        found: Any = json.loads(printed[printed.index("{") : printed.index("}") + 1])
        counter.port, counter.token, counter.agent = found["port"], found["token"], process
        yield
    finally:
        counter.port, counter.token, counter.agent = before
        process.end()


def _settings(counter: LiveCounter, environment: Mapping[str, str]) -> dict[str, str]:
    folder = counter.folder
    return {
        **os.environ,
        **environment,
        "ONECARD_DATABASE": str(folder / "book.sqlite3"),
        "ONECARD_KEYS": str(folder / "keys.json"),
        "ONECARD_KEYS_PASSPHRASE": PASSPHRASE,
        "ONECARD_TRUST": str(folder / "trust.json"),
        "ONECARD_SERVER": counter.origin or "",
        "ONECARD_DESK_KEY": counter.desk_key,
        "ONECARD_LANGUAGE": "en",
    }


def _start(command: list[str], settings: Mapping[str, str]) -> Process:
    import pty  # not on every machine that collects the tests

    terminal, end = pty.openpty()
    running = subprocess.Popen(
        command,
        stdin=end,
        stdout=end,
        stderr=end,
        env={name: value for name, value in settings.items() if value},
        start_new_session=True,
    )
    os.close(end)
    return Process(running, terminal)


def _issue_cards(folder: Path) -> list[str]:
    """Cards in use, made by instant issue while the book has no operators; their numbers."""
    at = datetime.now(UTC)
    numbers = []
    with empty_bureau(folder, PROFILE) as office:
        desk = desk_in(folder, PROFILE)
        counter = Counter(
            engine=office.engine,
            store=desk.store,
            profile=PROFILE,
            by=MAKER,
            second=CHIEF,
            clock=lambda: at,
            random=counter_bytes(5),
            station="counter",
            out=folder / "print",
            codes=on_pictures(folder / "print"),
        )
        for place, name in enumerate(HOLDERS):
            chip = desk.blank(place + 1)
            request = Request.of(
                _application(folder, place, name), on=local_day(at), photo=portrait()
            )
            numbers.append([*counter.issue(request, slot(Line(chip)))][-1].what)
            CardFile(folder / f"card-{place}.json").create(chip.persistent)
            if place == 0:
                CardFile(folder / "copied.json").create(_copied(chip))
    shutil.rmtree(folder / "print")
    return numbers


def _application(folder: Path, place: int, name: str) -> Path:
    today = local_day(datetime.now(UTC))
    (row,) = people(1, seed=place + 1, on=today)
    fields = [*row]
    fields[2], fields[10], fields[14:17] = name, COUNTY, ["0", "", ""]
    if place < WORKERS:
        born = near_retirement(Month.of_day(today)).first_day
        fields[1] = identity_number(COUNTY, born, 2 * place + 1)
        fields[3], fields[5], fields[6] = "1", f"{born:%Y%m%d}", COUNTY
        fields[12] = COUNTY
        fields[13] = "10"  # an employee
        fields[18:20] = "", ""  # no guardian
    else:
        born = datetime.strptime(fields[5], "%Y%m%d").replace(tzinfo=UTC).date()
        fields[1], fields[3] = identity_number(fields[6], born, 2), "2"
    path = folder / f"application-{place}.csv"
    path.write_bytes(csv_bytes([fields]))
    return path


def _copied(chip: Card) -> Any:
    """The card's memory with another key pair: that of the chip cannot be had."""
    other = GM.signature.generate_key()
    return replace(chip.persistent, chip_key=other.scalar())
