"""What happens to a matter, written down: its events, the notices, the audit trail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services.errors import RefusedError
from api.services.matters.models import Matter, MatterEvent, OfficeNotice
from api.services.matters.states import Event
from api.services.offices import tree
from issuance import audit

MAX_NOTE: Final = 200
NAME_SIZE: Final = 32


def require_name(name: str) -> None:
    """Raise RefusedError for what is no name of a matter or a bundle."""
    if not (0 < len(name) <= NAME_SIZE and name.isascii() and name.isalnum()):
        raise RefusedError(
            ("That is no name of a matter.", "业务编号有误。"),
            ("Begin again; a new name is given.", "请重新开始办理，由系统编号。"),
        )


def require_words(text: str) -> None:
    """Raise RefusedError for what cannot be written down of a matter."""
    if len(text) > MAX_NOTE or not text.isprintable():
        raise RefusedError(
            (
                f"A reason or note has at most {MAX_NOTE} printable characters.",
                f"理由或备注最多 {MAX_NOTE} 个字符，不得含控制字符。",
            ),
            ("Shorten or correct the text.", "请缩短或更正文字。"),
        )


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
