"""A desk without a line to the issuer: the trust list, and a signed status list with its age.

What a status list says of a loss ages. A list older than the limit can still condemn a card, and
no longer clear one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crypto.trust import TrustList
from reader.authenticity import Verification
from reader.card_check import SharedKeyCheck, check_card
from reader.session import CardSession
from reader.status_list import StatusListError, StatusLists, status_source

STALENESS_LIMIT = timedelta(hours=24)
STALE = "stale_status_list"
STALE_REASON = (
    "Signed and unchanged, but no status list here is new enough to say that it was not reported "
    "lost: treat it as not verified.",
    "签名有效且内容未被改动，但本柜台没有足够新的状态列表，无法确认是否挂失：按未验证处理。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineDesk:
    """Judges cards alone. *lists* gives the bytes of the status file as they are now, or None."""

    trust: TrustList
    lists: Callable[[], bytes | None]
    now: Callable[[], datetime]
    random: Callable[[int], bytes]
    limit: timedelta = STALENESS_LIMIT

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
        issued = _issued(lists, found)
        stale = issued is None or now - issued > self.limit
        shown = found.to_json()
        if found.genuine and stale:
            english, chinese = STALE_REASON
            shown |= {
                "verdict": STALE,
                "genuine": False,
                "reason": english,
                "reason_zh": chinese,
                "card": None,
            }
        return shown | {"offline": self._age(issued, now, stale=stale)}

    def age(self) -> dict[str, Any]:
        """How old the oldest of the lists is."""
        now = self.now()
        lists = self._lists(now)
        issued = lists.oldest if lists else None
        return self._age(issued, now, stale=issued is None or now - issued > self.limit)

    def _lists(self, now: datetime) -> StatusLists | None:
        data = self.lists()
        if data is None:
            return None
        try:
            return status_source(data, trust=self.trust, now=now)
        except StatusListError:
            return None  # ended or damaged: as if there were none

    def _age(self, issued: datetime | None, now: datetime, *, stale: bool) -> dict[str, Any]:
        hours = None if issued is None else round((now - issued).total_seconds() / 3600, 1)
        return {
            "list_issued_at": issued.isoformat() if issued else None,
            "list_age_hours": hours,
            "limit_hours": self.limit.total_seconds() / 3600,
            "stale": stale,
        }


def _issued(lists: StatusLists | None, found: Verification) -> datetime | None:
    if lists is None or found.record is None:
        return None
    return lists.issued_at(found.record)
