"""Handing a matter up, down, or over to the office whose it is."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.services.matters import decision, history, states
from api.services.matters.errors import MatterElsewhereError, NotOnTheLineError
from api.services.matters.models import Matter
from api.services.matters.states import Event
from api.services.offices import tree
from issuance import duties, lifecycle

DOING = ("handing on of a matter", "业务移交")


def hand(
    session: Session, matter: str, to: str, *, note: str = "", by: str, at: datetime
) -> Matter:
    """Give it to another office: one above or below where it lies, or the responsible one.

    That office is told. Raises NotOnTheLineError, MatterElsewhereError,
    MatterStateError, OutOfSightError, UnknownError, RefusedError, DutyError.
    """
    history.require_words(note)
    duties.require_role(session, by, lifecycle.COUNTER, doing=DOING)
    found = decision.get(session, matter, by=by, lock=True)
    target = tree.get(session, to).code
    if found.office == target:
        return found
    event = _direction(found, target)
    states.after(found.state, event)
    here = tree.office_of(session, by).code
    if not tree.contains(here, found.office):
        raise MatterElsewhereError
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
    raise NotOnTheLineError(matter.responsible)
