"""Processes that read the book and compute beside the one that writes it.

A book on SQLite has one writer, and a rule takes longer than storing what came of it. So blocks of
work go to a few processes, each with the book open for reading; what they give comes back in the
order of the blocks, and few blocks are under way at once: memory stays flat.
"""

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from types import TracebackType
from typing import Final, Self, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.services.errors import WorkerGoneError
from issuance.database import open_book, reading

Task = TypeVar("Task")
Result = TypeVar("Result")

QUEUED: Final = 2  # blocks that wait for each process: enough to keep it busy
# A block's objects go when nobody holds them; to look for rings among them every 700 objects costs
# a third of the time, so a worker does it seldom.
YOUNG_OBJECTS: Final = 50_000


class Beside:
    """A pool of *workers* processes with the book of *engine* open; to be used with `with`."""

    def __init__(self, engine: Engine, *, workers: int) -> None:
        self._limit = workers * QUEUED
        self._pool = ProcessPoolExecutor(
            max_workers=workers,
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(engine.url.render_as_string(hide_password=False),),
        )

    def each(
        self, work: Callable[[Session, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[Result]:
        """What *work* gives for each of *tasks*, in their order. *work* is a function of a module;
        each call has a view of the book of its own. Raises WorkerGoneError and what *work* raises.
        """
        under_way: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                under_way.append(self._pool.submit(_do, work, task))
                if len(under_way) == self._limit:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BrokenProcessPool as error:
            raise WorkerGoneError from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


_opened: list[Engine] = []


def _begin(place: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's to handle
    if (parent := parent_process()) is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    _opened[:] = [open_book(place, create=False)]
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _end_with(parent: int) -> None:
    """A parent that was killed cannot end its workers, and they would wait for it for ever."""
    wait([parent])
    os._exit(1)


def _do(work: Callable[[Session, Task], Result], task: Task) -> Result:
    (engine,) = _opened
    with reading(engine) as session:
        return work(session, task)
