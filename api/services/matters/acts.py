"""What a clerk may do with a matter, and why not: for a page or a list that offers it.

Whoever does it is asked again by the use case (`decision`, `handing`); here nothing is changed.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.errors import ServiceError
from api.services.matters import states
from api.services.matters.errors import MatterElsewhereError, NotYetDecidableError, ReviewError
from api.services.matters.models import Matter
from api.services.matters.states import Event, State
from api.services.offices import tree
from api.services.offices.models import Office
from api.services.offices.tree import Tier
from issuance import duties
from issuance.book_errors import BookError
from issuance.duties import Step
from issuance.people import operators
from issuance.people.models import Duty
from issuance.people.names import person_key
from issuance.roles import Role

Objection = ServiceError | BookError


@unique
class Act(StrEnum):
    """What may be done with it."""

    DECIDE = "decide"
    REVIEW = "review"
    SEND_BACK = "send_back"
    HAND_OVER = "hand_over"
    HAND_UP = "hand_up"
    HAND_DOWN = "hand_down"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


NAMES: Final[Mapping[Act, tuple[str, str]]] = MappingProxyType(
    {
        Act.DECIDE: ("decide", "办结"),
        Act.REVIEW: ("review", "复核"),
        Act.SEND_BACK: ("send back", "退回初审"),
        Act.HAND_OVER: ("hand over to the responsible office", "移交责任机构"),
        Act.HAND_UP: ("hand up", "上报"),
        Act.HAND_DOWN: ("hand down", "下派"),
        Act.REFUSE: ("refuse", "不予办理"),
        Act.WITHDRAW: ("withdraw", "撤回"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who looks: his name, office and roles, and what he did to the matters he looks at."""

    clerk: str
    office: Office
    roles: Collection[Role]
    done: Mapping[str, Collection[Step]]  # by matter


def standing(session: Session, clerk: str, matters: Collection[str]) -> Standing:
    """Who a clerk is to some matters. Raises NoOfficeError."""
    key = person_key(clerk)
    roles: Collection[Role] = tuple(Role)  # names are taken on trust without operators
    if operators.are_named(session):
        roles = operators.roles(session, [key]).get(key, ())
    done: dict[str, set[Step]] = {}
    rows = select(Duty.subject, Duty.step).where(
        Duty.person_key == key, Duty.subject.in_([f"matter {one}" for one in matters])
    )
    for subject, step in session.execute(rows):
        done.setdefault(subject.removeprefix("matter "), set()).add(Step(step))
    return Standing(clerk=clerk, office=tree.office_of(session, clerk), roles=roles, done=done)


def objections(who: Standing, matter: Matter) -> Mapping[Act, Objection | None]:
    """Why each act may not be done; None where nothing is against it."""
    return {act: _FIRST[act](who, matter) for act in Act}


def targets(session: Session, matter: Matter) -> list[tuple[Act, Office]]:
    """The offices that a matter may be handed to from where it lies, with what that would be."""
    found: list[tuple[Act, Office]] = []
    if matter.office != matter.responsible:
        found.append((Act.HAND_OVER, tree.get(session, matter.responsible)))
    taken = {matter.office, matter.responsible}
    up = [one for one in tree.ancestors(session, matter.office) if one.code not in taken]
    down = [one for one in tree.below(session, matter.office) if one.code not in taken]
    found += [(Act.HAND_UP, one) for one in up]
    return found + [(Act.HAND_DOWN, one) for one in down]


def _decide(who: Standing, matter: Matter) -> Objection | None:
    return _state(matter, Event.PROPOSE) or _ours(who, matter) or _duty(who, matter)


def _review(who: Standing, matter: Matter) -> Objection | None:
    if matter.state == State.RECEIVED:
        return ReviewError(
            ("Nobody has proposed a decision yet.", "尚无初审结果可供复核。"),
            ("Decide on it first.", "请先办理初审。"),
        )
    return (
        _state(matter, Event.DECIDE) or _ours(who, matter) or _duty(who, matter, Step.REVIEW_MATTER)
    )


def _send_back(who: Standing, matter: Matter) -> Objection | None:
    return _state(matter, Event.SEND_BACK) or _ours(who, matter) or _duty(who, matter)


def _refuse(who: Standing, matter: Matter) -> Objection | None:
    return _state(matter, Event.REFUSE) or _ours(who, matter) or _duty(who, matter)


def _withdraw(who: Standing, matter: Matter) -> Objection | None:
    return _state(matter, Event.WITHDRAW) or _duty(who, matter)


def _hand_over(who: Standing, matter: Matter) -> Objection | None:
    if matter.office == matter.responsible:
        return MatterElsewhereError(
            ("It lies at the responsible office already.", "该业务已在责任机构。")
        )
    return _hand(who, matter, Event.HAND_OVER)


def _hand_up(who: Standing, matter: Matter) -> Objection | None:
    if tree.tier_of(matter.office) is Tier.PROVINCE:
        return MatterElsewhereError(("No office lies above a province.", "省级以上无经办机构。"))
    return _hand(who, matter, Event.HAND_UP)


def _hand_down(who: Standing, matter: Matter) -> Objection | None:
    if tree.tier_of(matter.office) is Tier.VILLAGE:
        return MatterElsewhereError(("No office lies below a village.", "村（社区）以下无机构。"))
    return _hand(who, matter, Event.HAND_DOWN)


def _hand(who: Standing, matter: Matter, event: Event) -> Objection | None:
    if not tree.contains(who.office.code, matter.office):
        return _state(matter, event) or MatterElsewhereError()
    return _state(matter, event) or _duty(who, matter)


def _state(matter: Matter, event: Event) -> Objection | None:
    return states.objection(matter.state, event)


def _ours(who: Standing, matter: Matter) -> Objection | None:
    return None if tree.contains(who.office.code, matter.responsible) else NotYetDecidableError()


def _duty(who: Standing, matter: Matter, step: Step | None = None) -> Objection | None:
    """Only a step that is remembered can clash; the rest takes the role alone."""
    done = who.done.get(matter.id, ()) if step is not None else ()
    asked = step or Step.HANDLE_MATTER
    return duties.objection(asked, by=who.clerk, roles=who.roles, done=done)


_FIRST: Final[Mapping[Act, Callable[[Standing, Matter], Objection | None]]] = MappingProxyType(
    {
        Act.DECIDE: _decide,
        Act.REVIEW: _review,
        Act.SEND_BACK: _send_back,
        Act.HAND_OVER: _hand_over,
        Act.HAND_UP: _hand_up,
        Act.HAND_DOWN: _hand_down,
        Act.REFUSE: _refuse,
        Act.WITHDRAW: _withdraw,
    }
)
