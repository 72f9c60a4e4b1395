"""An empty book for tests: its form is made once a process, then copied."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from issuance.database import open_book


def lay_book(path: Path) -> Path:
    """Put an empty book of the newest form at *path*, unless a book is there."""
    if not path.exists():
        path.write_bytes(_content())
    return path


@cache
def _content() -> bytes:
    with TemporaryDirectory() as name:
        path = Path(name) / "book.sqlite3"
        open_book(path).dispose()
        return path.read_bytes()
