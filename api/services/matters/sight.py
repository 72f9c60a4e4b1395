"""What a clerk sees: his office and what lies below it; of other people, whoever stands before him.

A village sees nothing of another village, a province everything below. A matter that one province
received for another is seen by both. A person's record is read by the office of his residence, by
the offices that insure him and those above; by any other only in a visit in which his card was
shown, or while a matter of his is open that the office received or is responsible for. Each look
is noted, with what it rests on.
"""

from datetime import datetime
from enum import StrEnum, unique

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.services.enrolment.models import Enrolment
from api.services.matters.models import Matter
from api.services.matters.presence import presence_in
from api.services.matters.states import OPEN_STATES
from api.services.offices import tree
from api.services.people import registry
from api.services.people.errors import PersonOutOfSightError
from api.services.people.models import InsuredPerson
from issuance import duties, lifecycle

DOING = ("look at a person's record", "查询参保人记录")


@unique
class Basis(StrEnum):
    """What a look at somebody's record rests on."""

    OFFICE = "office"  # of the residence, or of an enrolment
    VISIT = "visit"  # the card was shown
    MATTER = "matter"  # one that was received here, or is ours


def within(column: InstrumentedAttribute[str], office: str) -> ColumnElement[bool]:
    """Whether a column's office is *office*, or lies below it."""
    return column.between(*tree.span(office))


def sees_matter(here: str, matter: Matter) -> bool:
    """Whether the office *here* sees a matter."""
    offices = (matter.received_at_office, matter.responsible, matter.office)
    return any(tree.contains(here, one) for one in offices)


def require_sight(
    session: Session,
    clerk: str,
    person: str,
    visit: str | None,
    *,
    purpose: str,
    at: datetime,
) -> Basis:
    """Return what the look rests on, and note it in the trail: call it in a transaction.

    Raises PersonOutOfSightError, NoOfficeError, UnknownError, NotFoundError, DutyError.
    """
    duties.require_role(session, clerk, lifecycle.COUNTER, doing=DOING)
    holder = registry.get(session, person)
    basis = basis_of(session, clerk, holder, visit, at=at)
    seen_in = visit if basis is Basis.VISIT and visit else ""
    _note(session, clerk, holder, basis, purpose=purpose, visit=seen_in, at=at)
    return basis


def note_work(session: Session, clerk: str, person: str, purpose: str, *, at: datetime) -> None:
    """Note a look at somebody's matter, which his office sees as long as it is kept.

    *purpose* names it as the trail does: "matter …", "bundle …". Raises NoOfficeError,
    UnknownError.
    """
    _note(session, clerk, registry.get(session, person), Basis.MATTER, purpose=purpose, at=at)


def basis_of(
    session: Session, clerk: str, person: InsuredPerson, visit: str | None, *, at: datetime
) -> Basis:
    """What a look at somebody's record would rest on; nothing is noted.

    Raises PersonOutOfSightError, NoOfficeError, NotFoundError.
    """
    here = tree.office_of(session, clerk).code
    if tree.contains(here, person.office) or _insures(session, here, person.number):
        return Basis.OFFICE
    if visit is not None and presence_in(session, visit, person.number, clerk=clerk, at=at):
        return Basis.VISIT
    if _has_matter(session, here, person.number):
        return Basis.MATTER
    raise PersonOutOfSightError


def _note(
    session: Session,
    clerk: str,
    person: InsuredPerson,
    basis: Basis,
    *,
    purpose: str,
    visit: str = "",
    at: datetime,
) -> None:
    registry.note(
        session,
        "person.look",
        person,
        by=clerk,
        at=at,
        basis=basis.value,
        office=tree.office_of(session, clerk).code,
        purpose=purpose,
        visit=visit,
    )


def _insures(session: Session, here: str, person: str) -> bool:
    found = select(Enrolment.person).where(
        Enrolment.person == person, within(Enrolment.office, here)
    )
    return session.scalar(found.limit(1)) is not None


def _has_matter(session: Session, here: str, person: str) -> bool:
    found = select(Matter.id).where(
        Matter.person == person,
        Matter.state.in_(OPEN_STATES),
        or_(
            within(Matter.received_at_office, here),
            within(Matter.responsible, here),
            within(Matter.office, here),
        ),
    )
    return session.scalar(found.limit(1)) is not None
