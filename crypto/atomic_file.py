"""Files that are old or new, never half: replaced at once, changed by one process at a time."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def replace(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write `content` as the file's whole content; by default only its owner may read it.

    The new file is on the disk before it takes the old one's place: a power cut or a full disk
    (OSError) leaves the old one as it was.
    """
    try:
        _write_beside(path, content, mode)
    except OSError as error:
        # The caller knows the file, not the one written beside it.
        error.filename, error.filename2 = str(path), None
        raise


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the file's lock: other processes and threads wait here.

    The lock is on a file of its own beside it, which stays: the file itself is replaced, and a
    lock file taken away could be locked twice.
    """
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        # The system lets go of it when the file is closed, however the process ends.
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_beside(path: Path, content: bytes, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes it 0600; Windows knows only the write bit.
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if os.name == "posix":
        # The new name, too, must survive a power cut. Windows cannot open a folder for this.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
