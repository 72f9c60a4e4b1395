"""The work list of a clerk: what was received here, waits here, was handed or told to his office.

Open work comes oldest first; what was received and what was told newest first. Pages go by key
(moment and name of the last matter), so that a list that grows while somebody reads it neither
skips nor repeats.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.services.errors import RefusedError
from api.services.matters import acts, sight
from api.services.matters.acts import Act, Objection
from api.services.matters.models import Matter, OfficeNotice
from api.services.matters.states import OPEN_STATES, State
from api.services.offices import tree
from api.services.offices.models import Office
from api.services.people.models import InsuredPerson
from issuance.instants import midnight, utc

MOST: Final = 200
Text = tuple[str, str]


@unique
class Queue(StrEnum):
    """A part of the work list."""

    RECEIVED = "received"
    TO_DECIDE = "to_decide"
    TO_REVIEW = "to_review"
    HANDED = "handed"
    TOLD = "told"


NAMES: Final[Mapping[Queue, Text]] = MappingProxyType(
    {
        Queue.RECEIVED: ("received here", "本机构受理"),
        Queue.TO_DECIDE: ("to decide here", "待本机构办理"),
        Queue.TO_REVIEW: ("waiting for review", "待复核"),
        Queue.HANDED: ("handed to us", "移交本机构"),
        Queue.TOLD: ("told of", "知会本机构"),
    }
)
NEWEST_FIRST: Final = frozenset({Queue.RECEIVED, Queue.TOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; days are of the receipt, both included.

    *below* takes in the offices below as well.
    """

    kind: str | None = None
    state: State | None = None
    person: str | None = None
    since: date | None = None
    until: date | None = None
    below: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A matter on the list, with why each act may not be done (None: it may)."""

    matter: Matter
    name: str
    objections: Mapping[Act, Objection | None]

    @property
    def open_acts(self) -> list[Act]:
        """What this clerk may do with it."""
        return [act for act, objection in self.objections.items() if objection is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some lines, and the key that the next page goes on after; None: that was the last."""

    lines: Sequence[Line]
    next_key: str | None


def counts(session: Session, clerk: str, filters: Filters | None = None) -> dict[Queue, int]:
    """How many matters each part of the list has. Raises NoOfficeError."""
    here = tree.office_of(session, clerk)
    wanted = filters or Filters()
    return {
        queue: session.scalar(
            select(func.count(Matter.id)).where(*_conditions(queue, here, wanted))
        )
        or 0
        for queue in Queue
    }


def page(
    session: Session,
    clerk: str,
    queue: Queue,
    filters: Filters | None = None,
    *,
    after: str | None = None,
    size: int = 50,
) -> Page:
    """At most *size* lines (200) behind the key *after*. Raises NoOfficeError, RefusedError."""
    here = tree.office_of(session, clerk)
    newest_first = queue in NEWEST_FIRST
    query = (
        select(Matter, InsuredPerson.name)
        .join(InsuredPerson, InsuredPerson.number == Matter.person)
        .where(*_conditions(queue, here, filters or Filters()))
    )
    if after is not None:
        query = query.where(_behind(after, newest_first=newest_first))
    order = (
        (Matter.received_at.desc(), Matter.id.desc())
        if newest_first
        else (Matter.received_at, Matter.id)
    )
    size = min(max(size, 1), MOST)
    rows = session.execute(query.order_by(*order).limit(size + 1)).all()
    shown = rows[:size]
    who = acts.standing(session, clerk, [matter.id for matter, _name in shown])
    lines = [
        Line(matter=matter, name=name, objections=acts.objections(who, matter))
        for matter, name in shown
    ]
    return Page(lines=lines, next_key=_key(shown[-1][0]) if len(rows) > size else None)


def line(session: Session, clerk: str, matter: Matter) -> Line:
    """One matter as the list would show it."""
    who = acts.standing(session, clerk, [matter.id])
    holder = session.get_one(InsuredPerson, matter.person)
    return Line(matter=matter, name=holder.name, objections=acts.objections(who, matter))


def _conditions(queue: Queue, here: Office, filters: Filters) -> list[ColumnElement[bool]]:
    found = [_queue(queue, here, below=filters.below)]
    if filters.kind is not None:
        found.append(Matter.kind == filters.kind)
    if filters.state is not None:
        found.append(Matter.state == filters.state.value)
    if filters.person is not None:
        found.append(Matter.person == filters.person)
    if filters.since is not None:
        found.append(Matter.received_at >= utc(midnight(filters.since)))
    if filters.until is not None:
        found.append(Matter.received_at < utc(midnight(filters.until + timedelta(days=1))))
    return found


def _queue(queue: Queue, here: Office, *, below: bool) -> ColumnElement[bool]:
    def ours(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return sight.within(column, here.code) if below else column == here.code

    match queue:
        case Queue.RECEIVED:
            return ours(Matter.received_at_office)
        case Queue.TO_DECIDE:
            return and_(ours(Matter.responsible), Matter.state == State.RECEIVED.value)
        case Queue.TO_REVIEW:
            return and_(ours(Matter.responsible), Matter.state == State.PROPOSED.value)
        case Queue.HANDED:
            came = Matter.office != Matter.received_at_office
            return and_(ours(Matter.office), came, Matter.state.in_(OPEN_STATES))
        case Queue.TOLD:
            told = select(OfficeNotice.matter).where(
                ours(OfficeNotice.office), OfficeNotice.read_at.is_(None)
            )
            return Matter.id.in_(told)


def _key(matter: Matter) -> str:
    return f"{matter.received_at.isoformat()}~{matter.id}"


def _behind(key: str, *, newest_first: bool) -> ColumnElement[bool]:
    moment, mark, name = key.partition("~")
    try:
        at = utc(datetime.fromisoformat(moment))
    except (ValueError, OverflowError):
        mark = ""
    if not mark or not name.isalnum():
        raise RefusedError(
            ("That is no place in this list.", "列表位置有误。"),
            ("Begin the list again.", "请从头查看列表。"),
        )
    if newest_first:
        return or_(Matter.received_at < at, and_(Matter.received_at == at, Matter.id < name))
    return or_(Matter.received_at > at, and_(Matter.received_at == at, Matter.id > name))
