"""The signed status lists of the book, made when asked for and kept for a short while."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from api.database import Book
from crypto.envelope import Signer
from issuance import status_list

# A signature costs far more than an answer; a loss may wait this long on top of nothing else.
FRESH = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedList:
    """A list as bytes, and until when the one who asked may rely on this copy."""

    content: bytes
    made_at: datetime

    def lifetime(self, now: datetime) -> timedelta:
        """What is left of the time after which a desk asks again."""
        return max(self.made_at + status_list.TIME_TO_LIVE - now, timedelta())


class SignedLists:
    """The lists of *book*, signed by *signer*, by number."""

    def __init__(self, book: Book, signer: Signer, now: Callable[[], datetime]) -> None:
        self._book, self._signer, self._now = book, signer, now
        self._lock = Lock()
        self._made: dict[int, SignedList] = {}

    def get(self, number: int) -> SignedList:
        """The list with that number. Raises NotFoundError, StorageError."""
        with self._lock:
            at = self._now()
            known = self._made.get(number)
            if known is None or at - known.made_at > FRESH:
                with self._book.reading() as session:
                    content = status_list.build(session, number, self._signer, at=at)
                known = self._made[number] = SignedList(content=content, made_at=at)
            return known
