"""Lists of matters: those of a person, and those that an office has to do with."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.services.matters.models import Matter
from api.services.matters.states import State
from api.services.offices import tree

PAGE: Final = 50
OPEN: Final = (State.RECEIVED, State.PROPOSED)


@unique
class View(StrEnum):
    """Which of an office's matters."""

    TO_DECIDE = "decide"  # its own, or of an office below: received, not decided
    TO_REVIEW = "review"  # proposed by one person, waiting for another
    HANDED = "handed"  # lying here, and another office decides
    ELSEWHERE = "elsewhere"  # received here, lying elsewhere


@dataclass(frozen=True, slots=True)
class Page:
    """Some matters, the oldest first; *more* says whether there are further ones."""

    matters: Sequence[Matter]
    number: int
    more: bool


def of_person(session: Session, person: str) -> Sequence[Matter]:
    """All matters of somebody, the newest first."""
    return session.scalars(
        select(Matter).where(Matter.person == person).order_by(Matter.received_at.desc(), Matter.id)
    ).all()


def of_office(session: Session, office: str, view: View, *, kind: str = "", page: int = 1) -> Page:
    """What an office has to do, or waits for; of one *kind*, if it is named."""
    wanted = _where(office, view)
    if kind:
        wanted = and_(wanted, Matter.kind == kind)
    rows = session.scalars(
        select(Matter)
        .where(wanted)
        .order_by(Matter.received_at, Matter.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    ).all()
    return Page(rows[:PAGE], page, len(rows) > PAGE)


def kinds_at(session: Session, office: str) -> list[str]:
    """The kinds of the open matters that an office sees."""
    seen = or_(_below(Matter.responsible, office), _below(Matter.office, office))
    return list(
        session.scalars(
            select(Matter.kind).where(Matter.state.in_(OPEN), seen).distinct().order_by(Matter.kind)
        )
    )


def _where(office: str, view: View) -> ColumnElement[bool]:
    ours, here = _below(Matter.responsible, office), _below(Matter.office, office)
    match view:
        case View.TO_DECIDE:
            return and_(Matter.state == State.RECEIVED, ours)
        case View.TO_REVIEW:
            return and_(Matter.state == State.PROPOSED, ours)
        case View.HANDED:
            return and_(Matter.state.in_(OPEN), here, ~ours)
        case View.ELSEWHERE:
            received = _below(Matter.received_at_office, office)
            return and_(Matter.state.in_(OPEN), received, ~here)


def _below(column: InstrumentedAttribute[str], office: str) -> ColumnElement[bool]:
    """Whether the office of *column* is this one, or lies below it."""
    return column.startswith(tree.prefix(office), autoescape=True)
