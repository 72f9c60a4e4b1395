"""The kinds of alarms: how urgent each is, and what is to be done.

docs/console-bureau.md has the table; a test compares the two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from issuance.instants import CHINA

LISTED = 20  # of one kind
Sentence = tuple[str, str]


@unique
class Level(Enum):
    """How urgent it is."""

    ALARM = "alarm"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong; *link* is what it is about: 'batch …', 'station …', 'stock' …"""

    code: str
    cause: Sentence
    link: str

    @property
    def level(self) -> Level:
        """How urgent it is."""
        return KINDS[self.code][0]

    @property
    def remedy(self) -> Sentence:
        """What is to be done."""
        return KINDS[self.code][1]


KINDS: Mapping[str, tuple[Level, Sentence]] = {
    "audit-broken": (
        Level.ALARM,
        (
            "Stop working in the book, keep it as it is, and compare it with a backup.",
            "请停止办理，保持台账原样，并与备份核对。",
        ),
    ),
    "card-suspicious": (
        Level.ALARM,
        (
            "Ask the clerk for the card and what the holder said; the trail has desk and ticket.",
            "请向经办人了解卡片与持卡人情况；审计记录中有柜台与业务单。",
        ),
    ),
    "batch-overdue": (
        Level.ALARM,
        (
            "Open the batch: it says which step it waits for, and for whom.",
            "请打开该批次：页面写明等待的步骤与人员。",
        ),
    ),
    "station-stopped": (
        Level.ALARM,
        (
            "Find the cause at the station; then another person releases it here.",
            "请在工位查明原因；再由另一人在此放行。",
        ),
    ),
    "blank-gap": (
        Level.ALARM,
        (
            "Stop issuing from this lot and count it; then compare with: onecard bureau stock gaps",
            "请停止从该批发放并清点；再用 onecard bureau stock gaps 核对。",
        ),
    ),
    "count-differs": (
        Level.ALARM,
        (
            "Count again at the station; look for cards or blanks beside the tray.",
            "请在工位重新清点，查看托盘之外有无遗落的卡。",
        ),
    ),
    "stock-short": (
        Level.ALARM,
        (
            "Receive blanks before the batch begins; until then its cards cannot be made.",
            "请在开工前入库空白卡，否则无法制卡。",
        ),
    ),
    "operator-locked": (
        Level.WARNING,
        (
            "Ask the person whether it was he; two administrators may reset him.",
            "请向本人核实是否本人操作；可由两名管理员重置。",
        ),
    ),
    "stock-low": (
        Level.WARNING,
        ("Order blanks of this profile.", "请订购该规格的空白卡。"),
    ),
    "accounts-open": (
        Level.WARNING,
        (
            "Somebody who did not work at the station counts it; then the batch can be closed.",
            "请由未在该工位作业的人员清点，之后方可结批。",
        ),
    ),
    "key-ends": (
        Level.WARNING,
        (
            "Make the next key and send out the trust list before that day.",
            "请在该日之前生成新密钥并下发信任列表。",
        ),
    ),
    "audit-age": (
        Level.WARNING,
        (
            "An auditor or administrator checks the chains on the audit page.",
            "请由审计员或系统管理员在审计页面核对审计链。",
        ),
    ),
    "login-tries": (
        Level.WARNING,
        (
            "Ask the person; if it was not he, let two administrators reset him.",
            "请向本人核实；若非本人操作，请由两名管理员重置。",
        ),
    ),
}


def counted(some: Iterable[Alarm]) -> dict[Level, int]:
    """How many there are of each level."""
    found = dict.fromkeys(Level, 0)
    for one in some:
        found[one.level] += 1
    return found


def moment(at: datetime | None) -> str:
    """As people in the bureau read a moment."""
    return "" if at is None else at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
