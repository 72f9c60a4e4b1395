"""Changing the tree of offices: what an administrator does, and where it takes two of them.

Opening and renaming change what things are called; closing and placing change who may see whom.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.services.enrolment.models import Employer, Enrolment
from api.services.matters.models import Matter, OfficeNotice
from api.services.matters.states import OPEN_STATES
from api.services.offices import intake, tree
from api.services.offices.errors import OfficeInUseError, OfficesBelowError, SuccessorError
from api.services.offices.intake import CheckedFile
from api.services.offices.models import Office, OfficeClerk
from api.services.people.models import InsuredPerson
from issuance import duties
from issuance.book_errors import NotFoundError
from issuance.duties import Step
from issuance.people import operators
from issuance.people.names import person_key
from issuance.roles import Role

DOING: Final = ("keeping of the offices", "机构管理")


def open_office(session: Session, code: str, name: str, *, by: str, at: datetime) -> Office:
    """Open an office. Raises RefusedError, DutyError."""
    _require_administrator(session, by)
    return tree.open_office(session, code, name, by=by, at=at)


def rename(session: Session, code: str, name: str, *, by: str, at: datetime) -> Office:
    """Give an open office another name. Raises UnknownError, RefusedError, DutyError."""
    _require_administrator(session, by)
    tree.get(session, code)
    return tree.open_office(session, code, name, by=by, at=at)


def open_all(session: Session, content: bytes, *, by: str, at: datetime) -> CheckedFile:
    """Open the offices of a file, all or none. Raises as `intake.open_all`, and DutyError."""
    _require_administrator(session, by)
    return intake.open_all(session, content, by=by, at=at)


def place(
    session: Session, clerk: str, code: str, *, by: str, second: str | None, at: datetime
) -> OfficeClerk:
    """Let an operator work at an office: it takes two administrators.

    Where the book has operators, he is one of them. Raises UnknownError, DutyError, NotFoundError.
    """
    office = tree.get(session, code)
    if operators.are_named(session):
        found = operators.get(session, clerk)
        if found.disabled_at is not None:
            raise NotFoundError("operator", clerk)
    held = session.get(OfficeClerk, person_key(clerk))
    if held is not None and held.office == office.code:
        return held
    # The moment makes each placing its own: who came back to an office was placed there anew.
    subject = f"clerk {person_key(clerk)} {office.code} {at.isoformat()}"
    duties.perform(session, Step.CHANGE_MASTER_DATA, subject, by=by, second=second, at=at)
    return tree.place(session, clerk, office.code, by=by, at=at)


def close(
    session: Session,
    code: str,
    *,
    successor: str | None,
    by: str,
    second: str | None,
    at: datetime,
) -> Office:
    """Close an office; what it had goes to *successor*. It takes two administrators.

    People, employers, enrolments, clerks and open matters go over; what was decided stays where it
    was decided. A closed office stays as it is. Raises OfficeInUseError, OfficesBelowError,
    SuccessorError, DutyError, UnknownError.
    """
    found = session.get(Office, code)
    if found is not None and found.closed_at is not None:
        return found
    office = tree.get(session, code)
    if tree.below(session, code):
        raise OfficesBelowError
    held = {name: count for name, count in holdings(session, code).items() if count}
    if held and successor is None:
        raise OfficeInUseError(code, held)
    subject = f"office {code} close {at.isoformat()}"
    duties.perform(session, Step.CHANGE_MASTER_DATA, subject, by=by, second=second, at=at)
    if successor is not None:
        _hand_over(session, office, _successor(session, office, successor), at=at)
    office.closed_at, office.closed_by = at, by
    session.flush()
    tree.note(session, "office.close", code, by=by, at=at, successor=successor or "")
    return office


def holdings(session: Session, code: str) -> dict[str, int]:
    """What an office has that somebody must go on with, by kind."""
    open_matter = Matter.state.in_(OPEN_STATES)
    mine = (Matter.office == code) | (Matter.responsible == code)
    return {
        "matters": _count(session, Matter.id, open_matter & mine),
        "people": _count(session, InsuredPerson.number, InsuredPerson.office == code),
        "enrolments": _count(
            session, Enrolment.person, (Enrolment.office == code) & Enrolment.until_month.is_(None)
        ),
        "employers": _count(session, Employer.code, Employer.office == code),
        "clerks": _count(session, OfficeClerk.person_key, OfficeClerk.office == code),
    }


def clerks(session: Session, code: str) -> list[OfficeClerk]:
    """Who works at an office or below it, by office."""
    first, last = tree.span(tree.get(session, code).code)
    return list(
        session.scalars(
            select(OfficeClerk)
            .where(OfficeClerk.office.between(first, last))
            .order_by(OfficeClerk.office, OfficeClerk.person_key)
        )
    )


def _count(session: Session, what: InstrumentedAttribute[str], where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(what)).where(where)) or 0


def _successor(session: Session, office: Office, code: str) -> Office:
    found = tree.get(session, code)
    if found.code == office.code or found.tier > office.tier:
        raise SuccessorError
    return found


def _hand_over(session: Session, office: Office, to: Office, *, at: datetime) -> None:
    before, after = office.code, to.code
    for column, where in (
        (InsuredPerson.office, InsuredPerson.office == before),
        (Employer.office, Employer.office == before),
        (Enrolment.office, (Enrolment.office == before) & Enrolment.until_month.is_(None)),
        (OfficeClerk.office, OfficeClerk.office == before),
        (Matter.office, (Matter.office == before) & Matter.state.in_(OPEN_STATES)),
        (Matter.responsible, (Matter.responsible == before) & Matter.state.in_(OPEN_STATES)),
    ):
        session.execute(update(column.class_).where(where).values({column.key: after}))
    unread = select(OfficeNotice).where(
        OfficeNotice.office == before, OfficeNotice.read_at.is_(None)
    )
    for notice in session.scalars(unread).all():
        key = (after, notice.matter, notice.event)
        if session.get(OfficeNotice, key) is None:
            session.add(OfficeNotice(office=after, matter=notice.matter, event=notice.event, at=at))
    session.flush()
    session.expire_all()


def _require_administrator(session: Session, by: str) -> None:
    duties.require_role(session, by, (Role.ADMINISTRATOR,), doing=DOING)
