"""A card in memory behind a TCP port, in a thread: what a test changes on it, the reader sees."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hardware_sim.icc import IntegratedCircuitCard
from hardware_sim.server import CardServer

_POLL_SECONDS = 0.002  # how soon the server notices that it is to end


@contextmanager
def served(card: IntegratedCircuitCard) -> Iterator[str]:
    """The address (HOST:PORT) of a reader with this card."""
    with CardServer(card, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,))
        thread.start()
        try:
            yield f"127.0.0.1:{server.port}"
        finally:
            server.shutdown()
            thread.join()
