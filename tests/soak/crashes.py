"""kill -9 of writer, worker or database server at random moments of a batch's preparation.

After every kill the same command is run again. At the end each card was made once, with a number, a
blank and a key of its own, and every chunk is whole with its audit entry, or not there at all.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from issuance.book_errors import StorageError
from issuance.database import open_book, reading, upgrade_book
from issuance.models import Chunk
from tests.soak import crash_office

LONGEST_SECONDS = 1.5  # of a run, once it has begun, before it is killed
EARLY = 0.1  # of the runs are killed before they have begun
ENDS_SECONDS = 60.0


def run(
    place: str,
    folder: Path,
    *,
    kills: int,
    seed: int,
    kill_server: Callable[[], None] | None = None,
) -> dict[str, object]:
    """Kill until *kills* are reached, let the rest finish; the figures, with what was found wrong.

    *kill_server* kills the database server and starts it again.
    """
    chance = random.Random(seed)  # noqa: S311  # repeatable
    upgrade_book(place)
    crash_office.create_keys(folder)
    engine = open_book(place)
    victims: Counter[str] = Counter()
    batches = 0
    batch: str | None = None
    while True:
        if batch is None:
            if victims.total() >= kills:
                break
            batch = crash_office.released(engine, batches)
            batches += 1
        who = chance.choice(["writer", "worker", *(["server"] if kill_server else [])])
        child = _start(place, folder, batch)
        if victims.total() < kills:
            if chance.random() > EARLY and child.stdout is not None:
                child.stdout.readline()
            time.sleep(chance.uniform(0, LONGEST_SECONDS))
            if child.poll() is None:
                victims[_kill(child, who, kill_server, chance)] += 1
        _await_end(child)
        engine.dispose()  # its connections may have died with the server
        if _is_prepared(place, batch):
            batch = None
    found = crash_office.faults(engine)
    with reading(engine) as session:
        cards = session.scalar(select(func.sum(Chunk.size)))
    engine.dispose()
    return {
        "kills": victims.total(),
        "of": dict(victims),
        "batches": batches,
        "cards": cards,
        "faults": found,
    }


def _start(place: str, folder: Path, batch: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.soak.crash_child", place, str(folder), batch]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def _kill(
    child: subprocess.Popen[bytes],
    who: str,
    kill_server: Callable[[], None] | None,
    chance: random.Random,
) -> str:
    if who == "server" and kill_server is not None:
        kill_server()
        return who
    workers = _children(child.pid)
    if who == "worker" and workers:
        try:
            os.kill(chance.choice(workers), signal.SIGKILL)
        except ProcessLookupError:
            pass
        else:
            return who
    child.kill()
    return "writer"


def _children(pid: int) -> list[int]:
    """Its child processes (proc(5))."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(text) for text in task.read_text(encoding="ascii").split()]
        except OSError:
            continue  # gone meanwhile
    return found


def _await_end(child: subprocess.Popen[bytes]) -> None:
    try:
        child.communicate(timeout=ENDS_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        raise AssertionError("a run neither finished nor failed") from None


def _is_prepared(place: str, batch: str) -> bool:
    deadline = time.monotonic() + ENDS_SECONDS
    while True:
        try:
            engine = open_book(place, create=False)
            with reading(engine) as session:
                planned, waiting = session.execute(
                    select(
                        func.count(),
                        func.count().filter(Chunk.prepared_at.is_(None)),
                    ).where(Chunk.batch_id == batch)
                ).one()
            engine.dispose()
        except StorageError:  # the server is on its way back
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return bool(planned and not waiting)
