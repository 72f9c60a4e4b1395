"""A desk without a line to the issuer: the trust list, and a signed status list with its age."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crypto.trust import TrustList
from reader.card_check import SharedKeyCheck, check_card
from reader.list_age import ListAge, OfflineVerification
from reader.session import CardSession
from reader.status_list import StatusListError, StatusLists, status_source


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineDesk:
    """Judges cards alone. *lists* gives the bytes of the status file as they are now, or None.

    *note* writes a verification with its moment and the chip's identification code to the desk's
    log, before anybody hears of it.
    """

    trust: TrustList
    lists: Callable[[], bytes | None]
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    limit: timedelta
    note: Callable[[OfflineVerification, datetime, str], None] | None = None

    def judge(self, session: CardSession, shared_key: SharedKeyCheck | None) -> dict[str, Any]:
        """The verification as JSON, with ``offline``: the list's day, its age and the limit."""
        now = self.now()
        lists = self._lists(now)
        found = check_card(
            session,
            trust=self.trust,
            now=now,
            random=self.random,
            status=lists,
            shared_key=shared_key,
        )
        judged = OfflineVerification.of(found, lists, at=now, limit=self.limit)
        if self.note is not None:
            self.note(judged, now, str(session.identification_code))
        return judged.to_json()

    def age(self) -> dict[str, Any]:
        """How old the oldest of the lists is."""
        now = self.now()
        lists = self._lists(now)
        issued = lists.oldest if lists else None
        return ListAge(at=now, limit=self.limit, issued_at=issued).to_json()

    def _lists(self, now: datetime) -> StatusLists | None:
        data = self.lists()
        if data is None:
            return None
        try:
            return status_source(data, trust=self.trust, now=now)
        except StatusListError:
            return None  # ended or damaged: as if there were none
