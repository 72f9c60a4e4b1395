"""Processes that read the book and compute beside the one that writes it.

A book on SQLite has one writer, and a rule takes longer than storing what came of it. So blocks of
work go to a few processes, each with the book open for reading; what they give comes back in the
order of the blocks, and few blocks are under way at once: memory stays flat.
"""

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Self, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.services.errors import WorkerGoneError
from issuance.database import open_book, reading
from issuance.processes import Processes, ProcessGoneError

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
        place = engine.url.render_as_string(hide_password=False)
        self._pool = Processes(workers, _begin, place)

    def each(
        self, work: Callable[[Session, Task], Result], tasks: Iterable[Task]
    ) -> Iterator[Result]:
        """What *work* gives for each of *tasks*, in their order. *work* is a function of a module;
        each call has a view of the book of its own. Raises WorkerGoneError and what *work* raises.
        """
        under_way: deque[int] = deque()
        try:
            for task in tasks:
                under_way.append(self._pool.submit(_do, work, task))
                if len(under_way) == self._limit:
                    yield self._pool.result(under_way.popleft())
            while under_way:
                yield self._pool.result(under_way.popleft())
        except ProcessGoneError as error:
            raise WorkerGoneError from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._pool.close()


_opened: list[Engine] = []


def _begin(place: str) -> None:
    _opened[:] = [open_book(place, create=False)]
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def _do(work: Callable[[Session, Task], Result], task: Task) -> Result:
    (engine,) = _opened
    with reading(engine) as session:
        return work(session, task)
