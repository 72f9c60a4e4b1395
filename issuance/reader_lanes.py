"""Several readers at once: a thread for each, filled again and again; the book takes turns.

What fails at one reader stays there. What no reader can go on with (the disk, the key store) ends
them all, each after the card that it has in work.
"""

from collections.abc import Iterable, Iterator, Mapping
from queue import SimpleQueue
from threading import Event, Thread

from issuance.card_making import Maker, Outcome
from issuance.slots import Slot
from issuance.stock.errors import StationStoppedError


def personalize(
    maker: Maker, lanes: Mapping[str, Iterable[Slot]], *, stop: Event | None = None
) -> Iterator[Outcome]:
    """Make the batch's prepared cards on the blanks in all lanes; outcomes as they become known.

    A lane is a reader's name and what it is filled with. It ends when nothing is left to do, when
    it is not filled any more, or when it was stopped for its failures. An interrupt (Ctrl-C) sets
    *stop*; the cards in work are finished.

    Raises NotFoundError, DutyError, KeysNotEnabledError, StorageError, KeyStoreError.
    """
    maker.begin()
    yield from _beside_each_other(maker, lanes, stop or Event())
    maker.end()


def _beside_each_other(
    maker: Maker, lanes: Mapping[str, Iterable[Slot]], stop: Event
) -> Iterator[Outcome]:
    told: SimpleQueue[Outcome | BaseException | None] = SimpleQueue()
    threads = [
        Thread(target=_run, args=(maker, name, slots, stop, told), name=name, daemon=True)
        for name, slots in lanes.items()
    ]
    for thread in threads:
        thread.start()
    broken: BaseException | None = None
    running = len(threads)
    try:
        while running:
            try:
                item = told.get()
            except KeyboardInterrupt:
                stop.set()
                continue
            if item is None:
                running -= 1
            elif isinstance(item, BaseException):
                broken = broken or item
            else:
                yield item
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if broken is not None:
        raise broken


def _run(
    maker: Maker,
    name: str,
    slots: Iterable[Slot],
    stop: Event,
    told: "SimpleQueue[Outcome | BaseException | None]",
) -> None:
    try:
        for slot in slots:
            if stop.is_set():
                return
            outcome = maker.use(slot, reader=name)
            if outcome is None:
                return
            told.put(outcome)
            if isinstance(outcome.error, StationStoppedError):
                return
            if outcome.error is not None and (stopped := maker.stopped(name)):
                told.put(stopped)
                return
    except BaseException as error:
        stop.set()
        told.put(error)
    finally:
        told.put(None)
