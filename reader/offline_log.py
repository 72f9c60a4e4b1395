"""The file in which a desk notes what it verified without the server (`reader.offline_chain`).

A line is on the disk before the clerk hears the verdict: without it nobody could be told afterwards
whom an old list let through. Several programs of a desk may write to one file.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from crypto import atomic_file
from reader.errors import ReaderError
from reader.offline_chain import START, Entry, Line, ReadLog, chained, parse_line, read_log, sound

MAX_LINE: Final = 8_192  # bytes; an entry has some 700


class OfflineLogError(ReaderError):
    """The desk's offline log cannot be written or read."""

    code = "offline-log"
    cause = ("The offline log of this desk cannot be used.", "本柜台的离线日志无法使用。")
    remedy = (
        "Check free space, permissions and the file (ONECARD_OFFLINE_LOG); put a damaged one aside "
        "and look at it: onecard card reconcile",
        "请检查磁盘空间、权限和该文件（ONECARD_OFFLINE_LOG）；文件损坏的请移存，"
        "并用 onecard card reconcile 核查。",
    )


class OfflineLogEndError(OfflineLogError):
    """The log does not hold a line that it held before."""

    code = "offline-log-end"
    cause = (
        "The log lacks the line of that head: its end was cut off, or it was written anew.",
        "日志中没有该链尾对应的行：日志尾部被截去，或已被重写。",
    )
    remedy = (
        "Is it the right file and the right head? If so, rely on none of it, and report it.",
        "请确认文件和链尾无误；若无误，该日志不可采信，请上报。",
    )


@dataclass(frozen=True, slots=True)
class OfflineLog:
    """The log at *path*, made when the first line is written."""

    path: Path

    def write(self, entry: Entry) -> None:
        """Add a line. Raises OfflineLogError, and then none was added."""
        try:
            with atomic_file.lock(self.path), self._open() as file:
                _append(file, entry)
        except OSError as error:
            raise OfflineLogError(_reason(self.path, error)) from error

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            yield file


def load(path: Path) -> ReadLog:
    """What is in the log at *path*. Raises OfflineLogError where it cannot be read."""
    try:
        return read_log(path.read_bytes())
    except OSError as error:
        raise OfflineLogError(_reason(path, error)) from error


def after_head(log: ReadLog, head: str | None) -> Sequence[Line]:
    """The lines after the one with that hash; all without one. Raises OfflineLogEndError."""
    if head is None:
        return log.lines
    hashes = [START, *(line.hash for line in log.lines)]
    if head.lower() not in hashes:
        raise OfflineLogEndError
    return log.lines[hashes.index(head.lower()) :]


def _append(file: BinaryIO, entry: Entry) -> None:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2 * MAX_LINE))
    *_, last, tail = (b"", b"", *file.read().split(b"\n"))
    before = _hash_of(last) if last else START
    torn = 0
    if tail and (parsed := parse_line(tail)) and sound(parsed) and parsed["before"] == before:
        file.write(b"\n")  # whole but for its end
        size, before = size + 1, parsed["hash"]
    elif tail:  # the power went away while it was written: nobody was told anything
        torn, size = len(tail), size - len(tail)
        file.truncate(size)
    file.seek(size)
    try:
        file.write(chained(entry, before, torn=torn))
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        with suppress(OSError):
            file.truncate(size)
        raise


def _hash_of(line: bytes) -> str:
    if (parsed := parse_line(line)) is None:
        raise OfflineLogError("its last line is no entry")
    found: str = parsed["hash"]
    return found


def _reason(path: Path, error: OSError) -> str:
    return f"{path}: {os.strerror(error.errno or 0)}"
