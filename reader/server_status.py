"""What the issuer's server says of a card now: its signed status list, fetched for the question."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from crypto.trust import TrustList
from reader.authenticity import CardStatus
from reader.card_record import CardRecord
from reader.server_client import TIMEOUT
from reader.server_errors import ServerRefusedError
from reader.server_http import fetch, require_secure
from reader.server_line import ServerLine
from reader.status_list import status_source

NO_SUCH_LIST: Final = "not-found"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """A `reader.authenticity.StatusSource`. The lists are public: no key of the desk is needed."""

    address: str
    trust: TrustList
    now: datetime
    ca: Path | None = None

    def __call__(self, record: CardRecord) -> CardStatus:
        """UNKNOWN where the server has no such list. Raises ServerError, StatusListError."""
        try:
            data = self._list(record.status.list_id)
        except ServerRefusedError as refused:
            if refused.problem != NO_SUCH_LIST:
                raise
            return CardStatus.UNKNOWN
        return status_source(data, trust=self.trust, now=self.now)(record)

    def _list(self, number: int) -> bytes:
        require_secure(self.address)
        path = f"{urlsplit(self.address).path.rstrip('/')}/v1/status-lists/{number}"
        line = ServerLine(self.address, ca=self.ca, seconds=TIMEOUT)
        try:
            return fetch(line, path)
        finally:
            line.close()
