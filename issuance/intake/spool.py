"""Rows set aside until the whole file was read: nothing is booked before, memory stays flat."""

import marshal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from issuance.intake.faults import fault

Row = tuple[object, ...]

_LENGTH: Final = 4  # bytes before each chunk on disk


class Spool:
    """Chunks of plain tuples, read in the order in which they came, as often as wanted.

    The file has no name and only this process can read it; it goes when the spool is closed.
    """

    def __init__(self, in_memory: int) -> None:
        """So many rows are kept *in_memory*, about 1.5 KB each; the following go to disk."""
        self.count = 0
        self._in_memory = in_memory
        self._chunks: list[list[Row]] = []
        self._file: IO[bytes] | None = None

    def append(self, rows: list[Row]) -> None:
        """Set *rows* aside. Raises IntakeError when the disk is full."""
        self.count += len(rows)
        if self.count <= self._in_memory:
            self._chunks.append(rows)
            return
        # Of the ways to store tuples of text this is the fastest by far; the data never leaves us.
        data = marshal.dumps(rows)
        try:
            if self._file is None:
                # Unbuffered: what does not fit on the disk is to fail here, not when it is closed.
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  # see close
            _write(self._file, len(data).to_bytes(_LENGTH, "big") + data)
        except OSError as error:
            raise fault("not_written", Path(tempfile.gettempdir()), why=error.strerror) from error

    def __iter__(self) -> Iterator[list[Row]]:
        """The chunks as they were appended. Nothing may be appended meanwhile."""
        yield from self._chunks
        if self._file is None:
            return
        self._file.seek(0)
        while length := self._file.read(_LENGTH):
            yield marshal.loads(self._file.read(int.from_bytes(length, "big")))  # noqa: S302  # ours

    def close(self) -> None:
        """Forget the rows."""
        self._chunks.clear()
        if self._file is not None:
            self._file.close()


def _write(file: IO[bytes], data: bytes) -> None:
    """All of *data*: an unbuffered file may take a part of it, the last before the disk is full."""
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]
