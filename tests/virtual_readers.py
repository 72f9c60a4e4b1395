"""Virtual readers for tests: a private pcscd, by default with eight of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hardware_sim.readers.private_pcscd import PrivatePcscd, missing_part
from hardware_sim.readers.vpcd import VirtualReader

__all__ = ["VirtualReader", "missing_part", "pcscd"]


@contextmanager
def pcscd(socket_path: Path, *, readers: int = 8) -> Iterator[Sequence[VirtualReader]]:
    """Runs the daemon; yields its readers, an even number of them."""
    with PrivatePcscd(socket_path.parent, readers=readers, socket_path=socket_path) as daemon:
        yield daemon.readers
