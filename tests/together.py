"""Several works at once, each in a thread of its own."""

import threading
from collections.abc import Callable


def together(*works: Callable[[], object]) -> None:
    """Return when all are done; none of them may fail."""
    faults: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
