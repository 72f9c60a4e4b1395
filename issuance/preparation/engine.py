"""Preparing a batch on one machine, with a pool of processes.

Each chunk is completed in one transaction, so that a run that was cut off, at any moment, is run
again and goes on. On SQLite, which has one writer, the workers compute and this process writes; on
a server each worker claims, computes and writes in one transaction of its own, and several machines
share the work without knowing of each other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from issuance import batches
from issuance.database import reading, transaction
from issuance.preparation import chunk_rows, completion, worker
from issuance.preparation.chunk_rows import ChunkKey
from issuance.preparation.errors import WorkerLostError
from issuance.processes import Processes, ProcessGoneError

QUEUED = 2  # chunks that wait for each worker: enough to keep it busy, few enough for memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What a worker opens for itself: the book and the key store."""

    book: str
    keys: Path
    passphrase: str = field(repr=False)


def prepare_batch(
    engine: Engine,
    batch_id: str,
    resources: Resources,
    *,
    workers: int,
    by: str,
    clock: Callable[[], datetime],
) -> Iterator[int]:
    """Prepare every planned chunk of a batch; yields how many cards each one added.

    Raises NotFoundError, StorageError, KeyStoreError, UnpreparableError, WorkerLostError.
    """
    with reading(engine) as session:
        keys = chunk_rows.waiting(session, batches.get(session, batch_id))
    if not keys:
        return
    alone = engine.dialect.name == "sqlite"
    step = worker.compute if alone else worker.compute_and_book
    given = (resources.book, str(resources.keys), resources.passphrase)
    try:
        with Processes(min(workers, len(keys)), worker.open_resources, *given) as pool:
            for outcome in _outcomes(pool, step, keys, by, limit=workers * QUEUED):
                if isinstance(outcome, int):
                    yield outcome
                    continue
                with transaction(engine) as session:
                    added = completion.complete(session, outcome, by=by, at=clock())
                yield added
    except ProcessGoneError as error:
        raise WorkerLostError from error


def _outcomes(
    pool: Processes,
    step: Callable[[ChunkKey, str], "worker.Outcome"],
    keys: list[ChunkKey],
    by: str,
    *,
    limit: int,
) -> Iterator["worker.Outcome"]:
    """What the workers give, in the order in which they finish; never more than *limit* at once."""
    waiting = iter(keys)
    running: set[int] = set()
    while True:
        for key in waiting:
            running.add(pool.submit(step, key, by))
            if len(running) == limit:
                break
        if not running:
            return
        number = pool.first_of(running)
        running.discard(number)
        yield pool.result(number)
