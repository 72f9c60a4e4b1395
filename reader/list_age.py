"""How old a status list may be: one rule for every verification without the issuer's server.

What a list says of a loss ages. A list older than the desk's limit can still condemn a card, and
no longer clear one; nor can one that was signed after this desk's own time, for then the clock is
wrong and no age is known. The end that the issuer gave a list (`exp`) rules besides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from reader.authenticity import Verification
from reader.status_list import StatusLists

STALE: Final = "stale_status_list"
STALE_REASON: Final = (
    "Signed and unchanged, but no status list here is new enough to say that it was not reported "
    "lost: treat it as not verified.",
    "签名有效且内容未被改动，但本柜台没有足够新的状态列表，无法确认是否挂失：按未验证处理。",
)
CLOCKS_DIFFER: Final = timedelta(minutes=5)  # between issuer and desk, as is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAge:
    """The list that a desk goes by at a moment; without *issued_at* it has none."""

    at: datetime
    limit: timedelta
    issued_at: datetime | None = None
    number: int | None = None

    @property
    def stale(self) -> bool:
        """Whether the list clears no card."""
        return (
            self.issued_at is None or not -CLOCKS_DIFFER <= self.at - self.issued_at <= self.limit
        )

    @property
    def hours(self) -> float | None:
        """Hours since it was signed, to one decimal."""
        if self.issued_at is None:
            return None
        return round((self.at - self.issued_at).total_seconds() / 3600, 1)

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "list_number": self.number,
            "list_issued_at": self.issued_at.isoformat() if self.issued_at else None,
            "list_age_hours": self.hours,
            "limit_hours": self.limit.total_seconds() / 3600,
            "stale": self.stale,
        }

    def sentence(self) -> tuple[str, str]:
        """For people, in English and Chinese."""
        limit = f"{self.limit.total_seconds() / 3600:g}"
        if self.issued_at is None:
            return "no status list that can be used", "没有可用的状态列表"
        issued = f"{self.issued_at:%Y-%m-%d %H:%M} UTC"
        which = "" if self.number is None else f" {self.number}"
        return (
            f"status list{which} of {issued}: {self.hours} h old, the limit is {limit} h",
            f"状态列表{which}签发于 {issued}：已 {self.hours} 小时，上限 {limit} 小时",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineVerification:
    """A verification and the age of the list that it rests on.

    Unless a list was *asked* nothing was said about a loss, and the reason says so.
    """

    found: Verification
    age: ListAge
    asked: bool = True

    @classmethod
    def of(
        cls,
        found: Verification,
        lists: StatusLists | None,
        *,
        at: datetime,
        limit: timedelta,
        asked: bool = True,
    ) -> Self:
        """*found* by *lists*, as far as these may clear a card."""
        reference = found.record.status if found.record else None
        held = lists.held(reference.list_id) if lists and reference else None
        if held is None:
            return cls(found=found, age=ListAge(at=at, limit=limit), asked=asked)
        age = ListAge(at=at, limit=limit, issued_at=held.issued_at, number=held.number)
        return cls(found=found, age=age, asked=asked)

    @property
    def genuine(self) -> bool:
        """Whether the answer is yes."""
        return self.found.genuine and not (self.asked and self.age.stale)

    @property
    def verdict(self) -> str:
        """The word for it."""
        cleared = self.genuine or not self.found.genuine
        return self.found.verdict.value if cleared else STALE

    @property
    def reason(self) -> tuple[str, str]:
        """Why, in English and Chinese."""
        return STALE_REASON if self.verdict == STALE else self.found.reason

    def to_json(self) -> dict[str, Any]:
        """That of the verification; ``offline`` tells the list's day, its age and the limit."""
        shown = self.found.to_json()
        if self.verdict == STALE:
            english, chinese = STALE_REASON
            shown |= {"verdict": STALE, "genuine": False, "card": None}
            shown |= {"reason": english, "reason_zh": chinese}
        return shown | {"offline": self.age.to_json()} if self.asked else shown
