"""Keys near their end, the trail's check, people who do not get in, cards that are not genuine."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.trust import TrustList
from issuance import audit_check
from issuance.alarms.kinds import LISTED, Alarm, Sentence, moment
from issuance.counter import suspicions
from issuance.people.models import Operator
from issuance.people.tries import TRIES
from reader.authenticity import Verdict

KEY_END = timedelta(days=90)
CHECK_AGE = timedelta(days=7)
SUSPICION_AGE = timedelta(days=7)
_SUSPICIONS: Mapping[str, Sentence] = {
    Verdict.COPIED.value: ("A copied card was shown", "出示了复制卡"),
    Verdict.ALTERED.value: ("A forged card was shown", "出示了伪造卡"),
    Verdict.UNKNOWN_CARD.value: (
        "A card that the book does not know was shown",
        "出示了台账外的卡",
    ),
}


def keys(trust: TrustList, *, on: date) -> Iterator[Alarm]:
    """Signing keys whose last day is near, or past."""
    for key in sorted(trust, key=lambda one: one.not_after or date.max):
        if key.not_after is not None and key.not_after <= on + KEY_END:
            left = (key.not_after - on).days
            yield Alarm(
                "key-ends",
                (
                    f"The key {key.name} is accepted until {key.not_after}: {left} days.",
                    f"密钥 {key.name} 有效至 {key.not_after}，剩余 {left} 天。",
                ),
                "keys",
            )


def trail(session: Session, *, at: datetime) -> Iterator[Alarm]:
    """What the last check of the audit chains found, and how long ago it was."""
    found = audit_check.last_whole(session)
    if found is None:
        yield Alarm(
            "audit-age",
            ("The audit chains were never checked here.", "审计链尚未在此核对过。"),
            "audit",
        )
    elif found.fault is not None:
        yield Alarm("audit-broken", found.fault, "audit")
    elif at - found.at > CHECK_AGE:
        days = (at - found.at).days
        yield Alarm(
            "audit-age",
            (
                f"The audit chains were last checked {days} days ago ({found.reference}).",
                f"审计链上次核对在 {days} 天前（{found.reference}）。",
            ),
            "audit",
        )


def people(session: Session, *, at: datetime) -> Iterator[Alarm]:
    """Operators who are locked, and those with wrong tries since their last login."""
    rows = session.scalars(
        select(Operator)
        .where(Operator.failed_tries > 0, Operator.disabled_at.is_(None))
        .order_by(Operator.failed_tries.desc(), Operator.key)
        .limit(LISTED)
    )
    for one in rows:
        tries = one.failed_tries
        if one.locked_until is not None and one.locked_until > at:
            until = moment(one.locked_until)
            yield Alarm(
                "operator-locked",
                (
                    f"{one.name} is locked until {until} after {tries} wrong tries.",
                    f"{one.name} 连续错误 {tries} 次，锁定至 {until}。",
                ),
                f"operator {one.key}",
            )
        elif tries >= TRIES - 1:
            yield Alarm(
                "login-tries",
                (
                    f"{one.name}: {tries} wrong tries to log in since the last right one.",
                    f"{one.name}：上次成功登录后已有 {tries} 次错误尝试。",
                ),
                f"operator {one.key}",
            )


def suspects(session: Session, *, at: datetime) -> Iterator[Alarm]:
    """Cards of the last days that were shown at a desk and are not what they say."""
    for entry in suspicions.since(session, at - SUSPICION_AGE, most=LISTED):
        told = json.loads(entry.detail)
        en, zh = _SUSPICIONS[told["verdict"]]
        card, when = told.get("card"), moment(datetime.fromisoformat(entry.at))
        yield Alarm(
            "card-suspicious",
            (
                f"{en} at desk {told['desk']} on {when}, {entry.by} at work"
                f"{f', as card {card}' if card else ''}.",
                f"{when} 柜台 {told['desk']}（经办人 {entry.by}）{zh}"
                f"{f'，所示卡号 {card}' if card else ''}。",
            ),
            "audit",
        )
