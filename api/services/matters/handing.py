"""Handing a matter up, down, or over to the office whose it is."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.services.errors import RefusedError
from api.services.matters import decision, history, states
from api.services.matters.models import Matter
from api.services.matters.states import Event
from api.services.offices import tree


def hand(
    session: Session, matter: str, to: str, *, note: str = "", by: str, at: datetime
) -> Matter:
    """Give it to another office: one above or below where it lies, or the responsible one.

    That office is told. Raises RefusedError, MatterStateError, OutOfSightError, UnknownError.
    """
    found = decision.get(session, matter, by=by, lock=True)
    target = tree.get(session, to).code
    if found.office == target:
        return found
    event = _direction(found, target)
    states.after(found.state, event)
    here = tree.office_of(session, by).code
    if not tree.contains(here, found.office):
        raise RefusedError(
            ("The matter does not lie at this office.", "该业务不在本机构。"),
            ("Ask the office where it lies.", "请联系该业务所在机构。"),
        )
    before, found.office = found.office, target
    session.flush()
    history.note(
        session, found, event, by=by, at=at, from_office=before, to_office=target, text=note
    )
    history.tell(session, target, found, event, at=at)
    return found


def _direction(matter: Matter, target: str) -> Event:
    if target == matter.responsible:
        return Event.HAND_OVER
    if tree.contains(target, matter.office):
        return Event.HAND_UP
    if tree.contains(matter.office, target):
        return Event.HAND_DOWN
    raise RefusedError(
        (
            "That office is neither above nor below, nor responsible.",
            "该机构既非上下级，也非责任机构。",
        ),
        (f"Hand it over to {matter.responsible}.", f"请移交责任机构 {matter.responsible}。"),
    )
