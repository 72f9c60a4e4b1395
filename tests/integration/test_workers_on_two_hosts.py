"""Two workers with settings of their own share a batch through Celery and PostgreSQL.

One of them is cut off in the middle; the batch is completed, each card once.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from issuance.database import open_book, reading, transaction
from issuance.models import Chunk
from issuance.preparation.celery_engine import prepare_with_celery
from issuance.preparation.start import begin
from tests.bureau import NOW, chance
from tests.redis_server import broker
from tests.soak import crash_office
from tests.soak.crash_office import BLANKS, CHUNK, MAKER, PASSPHRASE, SIZE

ONECARD = str(Path(sys.executable).parent / "onecard")

__all__ = ["broker"]


@contextmanager
def host(folder: Path, book: str, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker host: a process group with an environment and a folder of its own."""
    folder.mkdir()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "ONECARD_BROKER": address,
        "ONECARD_DATABASE": book,
        "ONECARD_KEYS": str(folder.parent / "keys.json"),
        "ONECARD_KEYS_PASSPHRASE": PASSPHRASE,
    }
    command = [ONECARD, "bureau", "work", "--workers", "1"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Everything of that host at once, as when its power is cut."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.postgres
def test_a_host_that_is_cut_off_loses_and_doubles_no_card(
    tmp_path: Path, postgres_book: str, broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuance.preparation.celery_engine.PATIENCE_SECONDS", 3.0)
    monkeypatch.setattr("issuance.preparation.celery_engine.GIVE_UP_SECONDS", 60.0)
    crash_office.create_keys(tmp_path)
    engine = open_book(postgres_book)
    batch = crash_office.released(engine, 0)
    with transaction(engine) as session:
        begin(session, batch, by=MAKER, at=NOW, random=chance(), allot=BLANKS, size=CHUNK)
    added = 0
    with (
        host(tmp_path / "north", postgres_book, broker),
        host(tmp_path / "south", postgres_book, broker) as south,
    ):
        for count in prepare_with_celery(engine, batch, broker, by=MAKER):
            added += count
            if added < SIZE // 2 and added > CHUNK:
                _end(south)
    assert added == SIZE
    assert crash_office.faults(engine) == []
    with reading(engine) as session:
        assert set(session.scalars(select(Chunk.prepared_by))) == {MAKER}
    engine.dispose()
