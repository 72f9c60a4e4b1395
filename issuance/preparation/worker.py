"""What runs in a worker process: one chunk after the other."""

import gc
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from crypto.keystore import KeyStore, open_store
from issuance.database import open_book, reading, transaction
from issuance.preparation import chunk_rows, completion
from issuance.preparation.chunk_preparation import prepare
from issuance.preparation.chunk_rows import ChunkKey
from issuance.preparation.completion import FinishedChunk

COLLECTED_AFTER = 20_000  # objects more than there were

Outcome = int | FinishedChunk


@dataclass(slots=True)
class _Opened:
    """What this process has opened; a pool opens it once for all its tasks."""

    engine: Engine
    store: KeyStore


_opened: list[_Opened] = []


def open_resources(book: str, keys: str, passphrase: str) -> None:
    """Open book and key store for this process."""
    _opened[:] = [_Opened(open_book(book, create=False), open_store(Path(keys), passphrase))]
    # A chunk's thousands of rows are no cycles; looking for some costs a card 2 µs.
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)


def compute(key: ChunkKey, _by: str) -> Outcome:
    """Read a chunk's task and prepare it; another process writes it."""
    (here,) = _opened
    with reading(here.engine) as session:
        work = chunk_rows.work_of(session, key)
    return completion.finished(work, prepare(work.task, here.store, random=secrets.token_bytes))


def compute_and_book(key: ChunkKey, by: str) -> Outcome:
    """Claim a chunk, prepare it and write it in one transaction; the number of its cards.

    0 where another worker has it: a chunk is nobody's until its transaction ends.
    """
    (here,) = _opened
    with transaction(here.engine) as session:
        if not chunk_rows.claim(session, key):
            return 0
        work = chunk_rows.work_of(session, key)
        made = prepare(work.task, here.store, random=secrets.token_bytes)
        done = completion.finished(work, made)
        return completion.complete(session, done, by=by, at=datetime.now(UTC))
