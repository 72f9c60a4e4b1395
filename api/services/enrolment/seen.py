"""Which months of which people a file has named: on disk as soon as they are many.

A million rows would fill the memory with keys; SQLite keeps them in a file of its own that has no
name and goes when it is closed.
"""

import sqlite3
from collections.abc import Sequence
from types import TracebackType
from typing import Self

Key = tuple[str, str, int, int]  # person, insurance, month; the place where it stands


class Seen:
    """A set of keys that only grows. Close it, or use it in a ``with`` statement."""

    def __init__(self) -> None:
        self._keys = sqlite3.connect("", isolation_level=None)
        self._keys.execute("PRAGMA journal_mode = OFF")
        self._keys.execute("PRAGMA cache_size = -32768")  # 32 MiB; the rest is on disk
        self._keys.execute(
            "CREATE TABLE seen (person, insurance, month, place,"
            " PRIMARY KEY (person, insurance, month)) WITHOUT ROWID"
        )
        self._keys.execute("BEGIN")  # never ended: nothing of it is to be kept

    def add_all(self, keys: Sequence[Key]) -> set[int]:
        """The places of those keys that were named before; all are known afterwards."""
        before = self._keys.total_changes
        self._keys.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?, ?)", keys)
        if self._keys.total_changes - before == len(keys):
            return set()
        asked = "SELECT place FROM seen WHERE person = ? AND insurance = ? AND month = ?"
        return {
            place for *key, place in keys if self._keys.execute(asked, key).fetchone() != (place,)
        }

    def close(self) -> None:
        """Forget them."""
        self._keys.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
