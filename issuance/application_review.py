"""One application: found by a number, with its history, and refused with a reason.

Whoever looks for a person leaves an entry in the trail, whether somebody was found or not.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from issuance import audit, audit_log, batches, duties, lifecycle, numbering, production
from issuance.audit_log import Entry
from issuance.book_columns import one_of
from issuance.book_errors import ConflictError, DutyError, NotFoundError
from issuance.duties import Step
from issuance.lifecycle import OPEN_APPLICATION
from issuance.models import Application, Batch, Card, IntakeFile
from issuance.people.names import same_person
from issuance.states import ApplicationEvent, ApplicationState, BatchState

LISTED = 50
VIEW = "application.view"
_CARD_NUMBER = re.compile(r"[0-9A-Z]{9}")
_PERSON = re.compile(r"[0-9]{17}[0-9X]")


class ApplicationKey(NamedTuple):
    """What names an application: its region, file and row."""

    region: str
    intake_id: int
    row: int

    def __str__(self) -> str:
        return f"{self.region}-{self.intake_id}-{self.row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An application with its file, batch and cards, and what the trail says of them."""

    application: Application
    file: IntakeFile
    batch: Batch | None
    cards: list[Card]
    history: list[Entry]


def find(session: Session, number: str, *, by: str, at: datetime) -> list[ApplicationKey]:
    """Applications of the person or the card with this number; the search is noted.

    An application that was refused, and never had a card, is found in its batch only.
    """
    wanted = "".join(number.split()).upper()
    found: list[ApplicationKey] = []
    if _PERSON.fullmatch(wanted):
        found = _of_person(session, wanted)
    elif _CARD_NUMBER.fullmatch(wanted):
        region = numbering.region_of(session, wanted)
        card = session.get(Card, (region, wanted)) if region else None
        found = [ApplicationKey(card.region, card.intake_id, card.row)] if card else []
    detail: audit.Detail = {"number": wanted[:18], "found": len(found)}
    audit.append(
        session, "application.search", [("applications", detail)], chain=audit.OFFICE, by=by, at=at
    )
    return found


def case(session: Session, key: ApplicationKey, *, by: str, at: datetime) -> Case:
    """All of one application; that it was looked at is noted. Raises NotFoundError."""
    application = get(session, key)
    cards = list(
        session.scalars(
            select(Card)
            .where(
                Card.region == key.region,
                Card.social_security_number == application.social_security_number,
                Card.intake_id == key.intake_id,
                Card.row == key.row,
            )
            .order_by(Card.number)
            .limit(LISTED)
        )
    )
    file = session.get_one(IntakeFile, key.intake_id)
    batch = session.get(Batch, application.batch_id) if application.batch_id else None
    history = _history(session, key, application, file, batch, cards)
    audit.append(session, VIEW, [(f"application {key}", {})], chain=key.region, by=by, at=at)
    return Case(application=application, file=file, batch=batch, cards=cards, history=history)


def get(session: Session, key: ApplicationKey, *, lock: bool = False) -> Application:
    """The application. Raises NotFoundError."""
    found = session.get(Application, key, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFoundError("application", str(key))
    return found


def refuse(session: Session, key: ApplicationKey, *, reason: str, by: str, at: datetime) -> bool:
    """Refuse one application; the others of its batch go on. False when it stands refused.

    While its batch waits for release an approver does it, other than who requested the batch; after
    it, as long as no card was numbered for it, it is cancelled. Raises NotFoundError, DutyError,
    LifecycleError, ConflictError (the last one of a batch that is not yet in production).
    """
    batch_id = get(session, key).batch_id
    batch = batches.get(session, batch_id, lock=True) if batch_id else None
    application = get(session, key, lock=True)
    if application.state in (ApplicationState.REFUSED, ApplicationState.CANCELLED):
        return False
    released = application.state is ApplicationState.APPROVED
    event = ApplicationEvent.CANCEL if released else ApplicationEvent.REFUSE
    what = f"application {key}"
    state = lifecycle.after(lifecycle.APPLICATION, application.state, event, what=what)
    roles = lifecycle.APPLICATION[application.state][event].roles
    doing = ("refusal of the application", "退回申请")
    duties.require_role(session, by, roles, doing=doing)
    if batch is not None:
        if same_person(by, batch.requested_by):
            raise DutyError.apart(doing, by=by, earlier=duties.STEPS[Step.REQUEST].names)
        if batch.size == 1 and batch.state is not BatchState.PRODUCING:
            raise ConflictError(
                "This is the last application of its batch: reject the batch, or withdraw it.",
                "这是批次中的最后一份申请：请退回或撤销整个批次。",
            )
        batch.size -= 1
    application.state = state
    name, detail = f"application.{event.value}", {"reason": reason, "batch": batch_id}
    audit.append(session, name, [(what, detail)], chain=key.region, by=by, at=at)
    if batch is not None and batch.state is BatchState.PRODUCING:
        session.flush()
        production.finish(session, batch.id, by=by, at=at)  # where it was the last that waited
    return True


def key_in(session: Session, batch_id: str, row: int) -> ApplicationKey:
    """The application in that row of a batch's file. Raises NotFoundError."""
    batch = batches.get(session, batch_id)
    if batch.intake_id is None:
        raise NotFoundError("application", f"{batch_id}, {row}")
    return ApplicationKey(batch.region, batch.intake_id, row)


def parse_key(text_: str) -> ApplicationKey:
    """The key written REGION-FILE-ROW. Raises NotFoundError."""
    found = re.fullmatch(r"([0-9]{6})-([0-9]{1,9})-([0-9]{1,9})", text_)
    if not found:
        raise NotFoundError("application", text_[:40])
    return ApplicationKey(found[1], int(found[2]), int(found[3]))


def masked_name(name: str) -> str:
    """A name of which the first character is legible."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def _of_person(session: Session, number: str) -> list[ApplicationKey]:
    # The condition as the index has it, so that either database sees that it may be used.
    is_open = text(f"({one_of(OPEN_APPLICATION)})")
    waiting = session.execute(
        select(Application.region, Application.intake_id, Application.row)
        .where(Application.social_security_number == number, is_open)
        .limit(LISTED)
    )
    carded = session.execute(
        select(Card.region, Card.intake_id, Card.row)
        .where(Card.social_security_number == number)
        .limit(LISTED)
    )
    return sorted({ApplicationKey(*row) for row in (*waiting, *carded)}, reverse=True)


def _history(
    session: Session,
    key: ApplicationKey,
    application: Application,
    file: IntakeFile,
    batch: Batch | None,
    cards: list[Card],
) -> list[Entry]:
    """What the trail says of an application and its cards, and of its file and batch, in order."""
    moments: list[tuple[str, datetime | None]] = [(f"file {file.id}", file.received_at)]
    if batch is not None:
        known = (
            batch.requested_at,
            batch.approved_at,
            batch.started_at,
            batch.produced_at,
            batch.closed_at,
            batch.ended_at,
        )
        moments += ((f"batch {batch.id}", at) for at in known)
    moments += ((f"card {card.number}", card.prepared_at) for card in cards)
    found: dict[int, Entry] = {}
    for subject, at in dict.fromkeys(moments):
        if at is not None:
            for entry in audit_log.at_moment(session, application.region, at, subject):
                found[entry.number] = entry
    for card in cards:
        of_card = audit_log.page(session, application.region, subject=f"card {card.number}")
        found |= {entry.number: entry for entry in of_card.entries}
    of_this = audit_log.page(session, application.region, subject=f"application {key}")
    found |= {entry.number: entry for entry in of_this.entries if entry.event != VIEW}
    return [found[number] for number in sorted(found)]
