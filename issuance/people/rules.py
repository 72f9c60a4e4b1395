"""Rules of the book that its administrators may set: they hold for every desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, unique

from sqlalchemy.orm import Session

from issuance.book_errors import ConflictError
from issuance.people.models import BookRule


@unique
class Rule(Enum):
    """What can be set."""

    SECOND_APPROVER = "second_approver"
    SESSION_HOURS = "session_hours"
    IDLE_MINUTES = "idle_minutes"
    STATION_FAILURES = "station_failures"
    PREPARED_DATA_DAYS = "prepared_data_days"
    MANDATE_DAYS = "mandate_days"
    DESK_KEY_USES = "desk_key_uses"
    DRIVER_STRINGS = "driver_strings"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The value a rule has by default, the least and the greatest."""

    default: int
    least: int
    greatest: int
    meaning: tuple[str, str]


RULES: Mapping[Rule, Bounds] = {
    Rule.SECOND_APPROVER: Bounds(
        0, 0, 1, ("1: the release of a batch takes two approvers", "1：批次须由两名审批员放行")
    ),
    Rule.SESSION_HOURS: Bounds(8, 1, 24, ("hours after which a login ends", "登录有效小时数")),
    Rule.IDLE_MINUTES: Bounds(
        15, 1, 120, ("minutes without a command after which it ends", "无操作失效分钟数")
    ),
    Rule.STATION_FAILURES: Bounds(
        5, 1, 100, ("failures in a row after which a station stops", "工位停止前的连续失败次数")
    ),
    Rule.PREPARED_DATA_DAYS: Bounds(
        0, 0, 3_650, ("days for which prepared data outlive a batch", "结批后制卡数据保留天数")
    ),
    Rule.MANDATE_DAYS: Bounds(
        180, 1, 1_095, ("days for which a mandate may last at most", "代办委托最长天数")
    ),
    Rule.DESK_KEY_USES: Bounds(
        240, 10, 10_000, ("uses of cards' keys by a desk in a minute", "每个柜台每分钟密钥使用次数")
    ),
    Rule.DRIVER_STRINGS: Bounds(
        1, 0, 1, ("1: drivers get the answer a card must give", "1：向驱动返回卡片应答值")
    ),
}


def value(session: Session, rule: Rule) -> int:
    """What holds now."""
    found = session.get(BookRule, rule.value)
    return RULES[rule].default if found is None else found.value


def check(rule: Rule, wanted: int) -> None:
    """Raise ConflictError for a value out of bounds."""
    bounds = RULES[rule]
    if not bounds.least <= wanted <= bounds.greatest:
        raise ConflictError(
            f"{rule.value} takes {bounds.least} to {bounds.greatest}.",
            f"{rule.value} 的取值为 {bounds.least} 至 {bounds.greatest}。",
        )
