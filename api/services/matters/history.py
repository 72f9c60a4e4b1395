"""What happens to a matter, written down: its events, the notices, the audit trail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.matters.models import Matter, MatterEvent, OfficeNotice
from api.services.matters.states import Event
from api.services.offices import tree
from issuance import audit


def note(
    session: Session,
    matter: Matter,
    event: Event,
    *,
    by: str,
    at: datetime,
    from_office: str | None = None,
    to_office: str | None = None,
    text: str = "",
) -> audit.Head:
    """Add an event, with its entry in the trail."""
    latest = session.scalar(
        select(func.max(MatterEvent.number)).where(MatterEvent.matter == matter.id)
    )
    session.add(
        MatterEvent(
            matter=matter.id,
            number=0 if latest is None else latest + 1,
            event=event.value,
            at=at,
            by=by,
            from_office=from_office,
            to_office=to_office,
            note=text,
        )
    )
    session.flush()
    detail = {
        "kind": matter.kind,
        "office": matter.office,
        "to": to_office,
        "visit": matter.visit,
        "mandate": matter.mandate,
        "note": text,
    }
    things = [(f"matter {matter.id}", {name: value for name, value in detail.items() if value})]
    chain = tree.region_of(matter.office)
    return audit.append(session, f"matter.{event.value}", things, chain=chain, by=by, at=at)


def tell(session: Session, office: str, matter: Matter, event: Event, *, at: datetime) -> None:
    """Let an office know of a matter; told once of the same."""
    if session.get(OfficeNotice, (office, matter.id, event.value)) is None:
        session.add(OfficeNotice(office=office, matter=matter.id, event=event.value, at=at))
        session.flush()


def events(session: Session, matter: str) -> Sequence[MatterEvent]:
    """What happened, in order."""
    return session.scalars(
        select(MatterEvent).where(MatterEvent.matter == matter).order_by(MatterEvent.number)
    ).all()


def of_person(session: Session, person: str) -> Sequence[Matter]:
    """All matters of somebody, the newest first."""
    return session.scalars(
        select(Matter).where(Matter.person == person).order_by(Matter.received_at.desc(), Matter.id)
    ).all()


def unread(session: Session, office: str) -> Sequence[OfficeNotice]:
    """What an office was told and has not looked at."""
    return session.scalars(
        select(OfficeNotice)
        .where(OfficeNotice.office == office, OfficeNotice.read_at.is_(None))
        .order_by(OfficeNotice.at)
    ).all()


def mark_read(session: Session, office: str, matter: str, *, by: str, at: datetime) -> None:
    """Somebody of the office looked at it."""
    for one in session.scalars(
        select(OfficeNotice).where(
            OfficeNotice.office == office,
            OfficeNotice.matter == matter,
            OfficeNotice.read_at.is_(None),
        )
    ):
        one.read_at, one.read_by = at, by
    session.flush()
