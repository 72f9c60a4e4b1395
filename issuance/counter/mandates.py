"""Mandates: somebody acts for a holder, in some things, until a day (代办)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import audit, duties, lifecycle
from issuance.book_errors import ConflictError, NotFoundError
from issuance.counter.action_table import ACTIONS
from issuance.counter.errors import MandateError, ParameterError
from issuance.counter.models import Mandate
from issuance.people import rules
from issuance.people.rules import Rule
from reader.card_profile.values import SocialSecurityNumber

MAX_NAME, MAX_RELATION = 64, 32
DOING = ("mandates", "代办委托")
INSURANCE: Final = "insurance"  # beside the actions on a card: the matters of the insurances
LABELS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        **{action.value: rule.label for action, rule in ACTIONS.items()},
        INSURANCE: ("matters of the insurances", "社会保险业务"),
    }
)
BY_MANDATE: Final = (
    *(action.value for action, rule in ACTIONS.items() if rule.by_mandate),
    INSURANCE,
)


def grant(
    session: Session,
    mandate: str,
    *,
    holder_number: str,
    agent_name: str,
    agent_number: str,
    relation: str,
    actions: Collection[str],
    until_at: datetime,
    clerk: str,
    at: datetime,
    from_at: datetime | None = None,
) -> Mandate:
    """Let somebody act for a holder; the same name again gives the first.

    *actions* are those of the table, and `INSURANCE`. Raises DutyError, ParameterError (too long:
    `Rule.MANDATE_DAYS`), ConflictError.
    """
    duties.require_role(session, clerk, lifecycle.COUNTER, doing=DOING)
    begin = from_at or at
    facts = {
        "holder_number": _number("holder_number", holder_number),
        "agent_name": _text("agent_name", agent_name, MAX_NAME),
        "agent_number": _number("agent_number", agent_number),
        "relation": _text("relation", relation, MAX_RELATION),
        "actions": _allowed(actions),
        "from_at": begin,
        "until_at": _limit(session, begin, until_at, at),
    }
    if facts["holder_number"] == facts["agent_number"]:
        raise ParameterError("agent_number", "the holder himself", "代办人不能是本人")
    if (found := session.get(Mandate, mandate)) is not None:
        if any(getattr(found, name) != value for name, value in facts.items() if name != "from_at"):
            raise ConflictError(f"There is a mandate {mandate}.", f"代办委托 {mandate} 已存在。")
        return found
    made = Mandate(id=mandate, granted_at=at, granted_by=clerk, **facts)
    session.add(made)
    session.flush()
    detail = {"agent": agent_number, "holder": holder_number, "actions": ",".join(made.actions)}
    _note(session, made, "mandate.grant", by=clerk, at=at, **detail)
    return made


def revoke(session: Session, mandate: str, *, clerk: str, at: datetime) -> bool:
    """End a mandate now; False when it was revoked before. Raises NotFoundError, DutyError."""
    duties.require_role(session, clerk, lifecycle.COUNTER, doing=DOING)
    found = get(session, mandate, lock=True)
    if found.revoked_at is not None:
        return False
    found.revoked_at, found.revoked_by = at, clerk
    _note(session, found, "mandate.revoke", by=clerk, at=at)
    return True


def get(session: Session, mandate: str, *, lock: bool = False) -> Mandate:
    """The mandate. Raises NotFoundError."""
    found = session.get(Mandate, mandate, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFoundError("mandate", mandate[:32])
    return found


def of_holder(session: Session, holder_number: str) -> Sequence[Mandate]:
    """Every mandate of a holder, the newest first, ended ones included."""
    return session.scalars(
        select(Mandate)
        .where(Mandate.holder_number == holder_number)
        .order_by(Mandate.granted_at.desc(), Mandate.id)
    ).all()


def require(
    session: Session, mandate: str, action: str, *, holder_number: str, at: datetime
) -> Mandate:
    """The mandate, if it lets its agent do *action* for this holder now. Raises MandateError."""
    if action not in BY_MANDATE:
        raise MandateError("never")
    found = get(session, mandate)
    if found.holder_number != holder_number:
        raise MandateError("holder")
    if found.revoked_at is not None:
        raise MandateError("revoked")
    if at < found.from_at:
        raise MandateError("early")
    if at >= found.until_at:
        raise MandateError("ended")
    if str(action) not in found.actions:
        raise MandateError("action")
    return found


def _limit(session: Session, begin: datetime, until: datetime, at: datetime) -> datetime:
    days = rules.value(session, Rule.MANDATE_DAYS)
    if until <= max(begin, at):
        raise ParameterError("until_at", "before it begins", "截止时间须晚于开始时间")
    if until > begin + timedelta(days=days):
        raise ParameterError("until_at", f"at most {days} days", f"最长 {days} 天")
    return until


def _allowed(actions: Collection[str]) -> list[str]:
    wanted = [action for action in LABELS if action in actions]
    if not wanted or len(wanted) != len(actions):
        raise ParameterError("actions", "choose from the list", "请从列表中选择")
    if not set(wanted).issubset(BY_MANDATE):
        raise MandateError("never")
    return wanted


def _number(field: str, text: str) -> str:
    try:
        return str(SocialSecurityNumber(text))
    except ValueError as error:
        raise ParameterError(field, str(error), "号码有误") from error


def _text(field: str, text: str, size: int) -> str:
    if not 0 < len(text) <= size or not text.isprintable():
        raise ParameterError(field, f"1 to {size} printable characters", f"须为 1 至 {size} 个字符")
    return text


def _note(
    session: Session, mandate: Mandate, event: str, *, by: str, at: datetime, **detail: str
) -> None:
    things: list[tuple[str, audit.Detail]] = [(f"mandate {mandate.id}", detail)]
    audit.append(session, event, things, chain=audit.OFFICE, by=by, at=at)
