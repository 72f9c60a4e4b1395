"""Preparing a batch on many machines: Celery hands the chunks out, the book says what is done.

A message names a chunk and nothing else. Whoever gets it claims the chunk in the book, prepares it
and writes it in one transaction, so that a message that comes twice, or to two workers, or is lost,
does no harm: the chunk table is the truth, and what waits there too long is handed out again.
"""

import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from celery import Celery
from celery.exceptions import OperationalError
from celery.signals import worker_process_init
from sqlalchemy import Engine

from issuance import batches
from issuance.database import reading
from issuance.preparation import chunk_rows, worker
from issuance.preparation.chunk_rows import ChunkKey
from issuance.preparation.engine import Resources
from issuance.preparation.errors import BrokerError, NoWorkersError

TASK = "onecard.prepare_chunk"
QUEUE = "onecard"
ASK_SECONDS = 0.2  # how often the book is asked what is done
PATIENCE_SECONDS = 30.0  # without a chunk done, what waits is handed out again
GIVE_UP_SECONDS = 300.0


@cache
def application(broker: str) -> Celery:
    """The Celery application of a broker (redis:// or amqp://)."""
    app = Celery("onecard", broker=broker)
    app.conf.update(
        task_default_queue=QUEUE,
        task_ignore_result=True,  # the book knows
        task_acks_late=True,  # a worker that dies has not done it
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
    )

    app.task(name=TASK)(_prepare_chunk)
    return app


def serve(broker: str, resources: Resources, *, concurrency: int) -> None:
    """Be a worker of this broker until a signal ends it."""
    app = application(broker)

    def open_resources(**_: Any) -> None:
        worker.open_resources(resources.book, str(resources.keys), resources.passphrase)

    worker_process_init.connect(open_resources, weak=False)
    arguments = ["worker", f"--concurrency={concurrency}", "--loglevel=WARNING", "--without-mingle"]
    app.worker_main(arguments)


def prepare_with_celery(
    engine: Engine,
    batch_id: str,
    broker: str,
    *,
    by: str,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[int]:
    """Hand out every planned chunk of a batch; yields how many cards were added since.

    Raises BrokerError where the broker cannot be reached, NoWorkersError where nobody works.
    """
    app = application(broker)
    prepared, waiting = _standing(engine, batch_id)
    _hand_out(app, waiting, by)
    moved = sent = clock()
    while waiting:
        sleep(ASK_SECONDS)
        now_prepared, waiting = _standing(engine, batch_id)
        if now_prepared > prepared:
            yield now_prepared - prepared
            prepared, moved = now_prepared, clock()
        elif clock() - moved > GIVE_UP_SECONDS:
            raise NoWorkersError
        elif clock() - max(moved, sent) > PATIENCE_SECONDS:
            _hand_out(app, waiting, by)
            sent = clock()


def _hand_out(app: Celery, keys: list[ChunkKey], by: str) -> None:
    try:
        with app.producer_pool.acquire(block=True) as producer:
            for key in keys:
                app.send_task(TASK, args=[*key, by], producer=producer, retry=False)
    except (OperationalError, OSError) as error:
        raise BrokerError(str(error)) from error


def _standing(engine: Engine, batch_id: str) -> tuple[int, list[ChunkKey]]:
    """How many cards of the batch are prepared, and which chunks wait."""
    with reading(engine) as session:
        batch = batches.get(session, batch_id)
        _, prepared = chunk_rows.counts(session, batch)
        return prepared, chunk_rows.waiting(session, batch)


def _prepare_chunk(region: str, batch_id: str, number: int, by: str) -> None:
    """The task: nothing comes back, for the book knows."""
    worker.compute_and_book(ChunkKey(region, batch_id, number), by)
