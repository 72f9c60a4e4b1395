"""The trust list in its file, read again when the file changes.

Fails closed: while the file is missing or damaged nothing is verified, for a key may have been
taken off the list just then.
"""

from pathlib import Path
from threading import Lock

from api.errors import TrustUnavailableError
from crypto.errors import TrustListError
from crypto.trust import TrustList

_Stamp = tuple[int, int, int]  # changes with every replacement of the file


class TrustFile:
    """The list that verifications use, as it stands on the disk now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._known: tuple[_Stamp, TrustList] | None = None

    def current(self) -> TrustList:
        """The list. Raises TrustUnavailableError."""
        try:
            stamp = self._stamp()
            known = self._known
            if known is None or known[0] != stamp:
                with self._lock:
                    known = self._known = (stamp, TrustList.loads(self._path.read_bytes()))
        except OSError as error:
            reason = error.strerror or str(error)
            raise self._unavailable(reason, reason) from error
        except TrustListError as error:
            raise self._unavailable(str(error), error.zh) from error
        return known[1]

    def _stamp(self) -> _Stamp:
        found = self._path.stat()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _unavailable(self, en: str, zh: str) -> TrustUnavailableError:
        return TrustUnavailableError(
            (f"No trust list at {self._path} ({en}).", f"没有信任列表 {self._path}（{zh}）。")
        )
