"""Processes that work for this one, each at pipes of its own.

The standard library's pool has one pipe for the answers of all its processes. Where one is killed
in the middle of an answer (by kill -9, or for want of memory), the others wait for its lock and the
pool for the rest of the answer, for ever. Here the end of a process ends its own pipe, and is told.
"""

import os
import pickle
import signal
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self

Begin = Callable[..., None]


class ProcessGoneError(Exception):
    """A process ended from outside, with work that nobody else has."""


class Processes:
    """*size* processes that call *begin* with its *arguments* first; to be used with `with`."""

    def __init__(self, size: int, begin: Begin, *arguments: Any) -> None:
        self._answers: SimpleQueue[tuple[int, bytes | None]] = SimpleQueue()
        self._kept: dict[int, Any] = {}
        self._numbers = count()
        self._workers = [_Worker(place, begin, arguments, self._answers) for place in range(size)]

    def submit(self, work: Callable[..., Any], *arguments: Any) -> int:
        """Let one of them call *work*, a function of a module; the number of its answer.

        It goes to whoever has least to do. Raises ProcessGoneError.
        """
        number = next(self._numbers)
        min(self._workers, key=lambda one: one.under_way).give(number, work, arguments)
        return number

    def first_of(self, numbers: Collection[int]) -> int:
        """That of *numbers* which is answered, as soon as one is. Raises ProcessGoneError."""
        while not (found := self._kept.keys() & set(numbers)):
            self._receive()
        return min(found)

    def result(self, number: int) -> Any:
        """What the work of this number gave, once; raises what it raised, and ProcessGoneError."""
        while number not in self._kept:
            self._receive()
        answer = self._kept.pop(number)
        if isinstance(answer, _Raised):
            raise answer.again()
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Let each finish what it has been given, and end."""
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.process.join()

    def _receive(self) -> None:
        place, answer = self._answers.get()
        if answer is None:
            raise ProcessGoneError
        self._workers[place].under_way -= 1
        number, value = pickle.loads(answer)  # noqa: S301  # of our own process
        self._kept[number] = value


@dataclass(frozen=True, slots=True)
class _Raised:
    """An error on its way here: what it holds, for pickle would ask the class to make it anew."""

    kind: type[Exception]
    arguments: tuple[Any, ...]
    facts: dict[str, Any]

    @classmethod
    def of(cls, error: Exception) -> Self:
        return cls(type(error), error.args, error.__dict__)

    def again(self) -> Exception:
        error = self.kind.__new__(self.kind)
        error.args = self.arguments
        error.__dict__.update(self.facts)
        return error


class _Worker:
    """One process, and how much it has been given and not answered yet."""

    def __init__(
        self,
        place: int,
        begin: Begin,
        arguments: tuple[Any, ...],
        answers: SimpleQueue[tuple[int, bytes | None]],
    ) -> None:
        context = get_context("spawn")
        tasks, self._tasks = context.Pipe(duplex=False)
        answered, answering = context.Pipe(duplex=False)
        self.under_way = 0
        self.process = context.Process(target=_serve, args=(tasks, answering, begin, arguments))
        self.process.start()
        tasks.close()
        answering.close()  # so that the pipe ends with the process
        # Answers are taken in at once: a process never waits for us to have time.
        Thread(target=_listen, args=(place, answered, answers), daemon=True).start()

    def give(self, number: int, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self.under_way += 1
        try:
            self._tasks.send((number, work, arguments))
        except OSError as error:
            raise ProcessGoneError from error

    def end(self) -> None:
        self._tasks.close()


def _listen(
    place: int, answered: "Connection[Any, Any]", answers: SimpleQueue[tuple[int, bytes | None]]
) -> None:
    with answered:
        try:
            while True:
                answers.put((place, answered.recv_bytes()))
        except (EOFError, OSError):  # at its end, or in the middle of an answer
            answers.put((place, None))


def _serve(
    tasks: "Connection[Any, Any]",
    answering: "Connection[Any, Any]",
    begin: Begin,
    arguments: tuple[Any, ...],
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's to handle
    if (parent := parent_process()) is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    failed = None
    try:
        begin(*arguments)
    except Exception as error:  # told to whoever wants work done
        failed = _Raised.of(error)
    while True:
        try:
            number, work, given = tasks.recv()
        except EOFError:  # nothing more to do
            return
        try:
            answer = pickle.dumps((number, failed or work(*given)), pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # raised again where its result is asked for
            answer = pickle.dumps((number, _Raised.of(error)))
        answering.send_bytes(answer)


def _end_with(parent: int) -> None:
    """A parent that was killed cannot end its processes, and a long work would go on."""
    wait([parent])
    os._exit(1)
