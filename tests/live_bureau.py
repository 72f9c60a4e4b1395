"""A bureau with work in every state, its console in a process of its own; for Chromium."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

from sqlalchemy import text

from crypto.key_info import Purpose
from crypto.keystore import create_issuer_keys
from issuance import batches
from issuance.database import transaction
from tests.bureau import CLERK, rows
from tests.bureau_console import (
    AUDITOR,
    KEEPER,
    STAFF,
    WITNESS,
    Floor,
    fill_roles,
)
from tests.key_store import PASSPHRASE
from tests.staff import PASSWORD, STEP, Staff, code, staff
from tests.stockroom import Stockroom, run

COMMAND = (sys.executable, "-m", "onecard")
STARTS_WITHIN = 40  # seconds, on a busy machine
MADE, MAKING = 48, 80  # cards that are made of the batch in the making


class StockedFloor(Floor):
    """The work of a bureau that has its blanks already."""

    has_stock = True


@dataclass
class LiveBureau:
    """What the tests have in hand; *names* of batches by what they are for."""

    folder: Path
    team: Staff
    room: Stockroom
    origin: str = ""
    names: dict[str, str] = field(default_factory=dict)
    used: dict[str, datetime] = field(default_factory=dict)

    def proof(self, name: str) -> dict[str, str]:
        """What somebody types to show who he is; no code twice."""
        earliest = datetime.now(UTC) - STEP + timedelta(seconds=5)
        at = max(earliest, self.used[name] + STEP) if name in self.used else earliest
        self.used[name] = at
        return {"name": name, "password": PASSWORD, "code": code(self.team.secrets[name], at)}

    def make_one(self) -> None:
        """One more card of the batch in the making is written, now."""
        batch = self.names["making"]
        waiting = [card for card in self.room.cards(batch) if card.personalized_at is None]
        place = len(self.room.cards(batch)) - len(waiting)
        self.room.make(waiting[0].number, 1_000 + place)
        _set_time(self.room, waiting[0].number, datetime.now(UTC))

    def fill(self) -> None:
        """Batches: closed, late, waiting, in the making with a pace, to be counted."""
        console = StockedFloor(self.team, self.room)
        self.names["closing"] = console.counted(size=6)
        self.names["requested"] = console.requested(size=40)
        self.names["keys"] = console.approved(size=25)
        self.names["late"] = self._late()
        self.names["making"] = self._making()
        console.stop("P3")

    def _late(self) -> str:
        booked = self.room.book(rows(30, seed=80), file="late.csv")
        at = datetime.now(UTC) - timedelta(days=50)
        with transaction(self.room.engine) as session:
            return batches.request(
                session, intake_id=booked.intake_id, profile="v3.00", by=CLERK, at=at
            ).id

    def _making(self) -> str:
        name = self.room.prepared(rows(MAKING, seed=90), file="making.csv")
        self.room.issue(name, run(1_000, MAKING), by=KEEPER)
        now = datetime.now(UTC)
        for place, number in enumerate(self.room.numbers(name)[:MADE]):
            self.room.make(number, 1_000 + place)
            # Faster after the first third, with a pause in the middle.
            minutes = 55 - place if place < MADE // 2 else 24 - (place - MADE // 2) * 0.9
            _set_time(self.room, number, now - timedelta(minutes=max(minutes, 0.2)))
        return name


def _set_time(room: Stockroom, number: str, at: datetime) -> None:
    with transaction(room.engine) as session:
        moved = text("UPDATE card SET personalized_at = :at WHERE number = :number")
        session.execute(moved, {"at": at.replace(tzinfo=None), "number": number})


@contextmanager
def live_bureau(folder: Path) -> Iterator[LiveBureau]:
    """The console of a bureau in *folder*, with its people and work."""
    with staff(folder) as team:
        team.now = datetime.now(UTC) - timedelta(hours=1)
        for name, role in STAFF.items():
            team.hire(name, role)
        fill_roles(team, AUDITOR)
        create_issuer_keys(team.store, [("record-GM", Purpose.SIGNING, "GM")])
        trust = folder / "trust.json"
        trust.write_text(team.store.public_keys().dumps(), encoding="utf-8")
        bureau = LiveBureau(folder, team, Stockroom(team.engine))
        bureau.room.receive(5_000, by=KEEPER, second=WITNESS)
        bureau.fill()
        with _service(folder) as origin:
            bureau.origin = origin
            yield bureau


@contextmanager
def _service(folder: Path) -> Iterator[str]:
    """`onecard serve`, and where it listens."""
    settings = {
        **os.environ,
        "ONECARD_DATABASE": str(folder / "book.sqlite3"),
        "ONECARD_KEYS": str(folder / "keys.json"),
        "ONECARD_KEYS_PASSPHRASE": PASSPHRASE,
        "ONECARD_TRUST": str(folder / "trust.json"),
        "ONECARD_LANGUAGE": "en",
        "PYTHONUNBUFFERED": "1",
    }
    command = [*COMMAND, "serve", "--bind", "127.0.0.1:0"]
    found: Queue[str] = Queue()
    with subprocess.Popen(
        command, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        threading.Thread(target=_listen, args=(process, found), daemon=True).start()
        try:
            origin = found.get(timeout=STARTS_WITHIN)
            _wait_for(origin)
            yield origin
        finally:
            process.terminate()


def _wait_for(origin: str) -> None:
    """It says where it will listen a moment before it does."""
    host, _, port = origin.removeprefix("http://").partition(":")
    end = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            assert time.monotonic() < end, "the service does not listen"
            time.sleep(0.05)
        else:
            return


def _listen(process: "subprocess.Popen[str]", found: "Queue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if place := re.search(r"http://127\.0\.0\.1:\d+", line):
            found.put(place.group())
