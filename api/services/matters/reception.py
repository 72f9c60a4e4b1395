"""Receiving a matter: any office takes in any, the responsible one is told (一窗通办)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.enrolment import record
from api.services.matters import given, history
from api.services.matters.errors import CardNeededError
from api.services.matters.models import Matter
from api.services.matters.rule import MatterRule
from api.services.matters.states import Event, State
from api.services.matters.table import rule_of
from api.services.offices import tree
from api.services.people import registry
from api.services.people.models import InsuredPerson
from issuance import duties, lifecycle
from issuance.book_errors import ConflictError
from issuance.counter import mandates, tickets, visits
from issuance.counter.errors import MandateError
from issuance.counter.models import Presence
from issuance.duties import Step
from issuance.models import Card


def receive(
    session: Session,
    matter: str,
    kind: str,
    *,
    person: str,
    raw: Mapping[str, str],
    by: str,
    at: datetime,
    visit: str | None = None,
    mandate: str | None = None,
    bundle: str | None = None,
) -> Matter:
    """Take in a matter under the name *matter*; the same again gives the same one.

    *raw* is what was filled in. It lies at the office that received it; if another is responsible,
    that one is told. *mandate* is that of who came instead of the holder. Raises UnknownError,
    CalculationError, CardNeededError, NoOfficeError, DutyError, MandateError, TicketOverError,
    ConflictError.
    """
    rule = rule_of(kind)
    duties.require_role(session, by, lifecycle.COUNTER, doing=rule.label)
    holder = registry.get(session, person)
    if (found := session.get(Matter, matter)) is not None:
        if (found.kind, found.person, found.given) != (kind, person, dict(raw)):
            raise ConflictError(f"There is a matter {matter} already.", f"业务 {matter} 已存在。")
        return found
    values = given.read(session, rule, raw)
    if visit is not None:
        tickets.require_open(visits.get(session, visit), at=at)
    if mandate is not None:
        if not rule.by_mandate:
            raise MandateError("never")
        mandates.require(session, mandate, mandates.INSURANCE, holder_number=person, at=at)
    presence = presence_in(session, visit, person) if visit else None
    if rule.needs_card and presence is None:
        raise CardNeededError
    here = tree.office_of(session, by).code
    named = rule.where(session, values) if rule.where else None
    insured = registry.get(session, values[rule.whose]) if rule.whose else holder
    if rule.anywhere:
        responsible = here
    elif named:
        responsible = tree.at_tier(session, named, rule.decided_by).code
    else:
        responsible = responsible_office(session, rule, insured)
    row = Matter(
        id=matter,
        kind=kind,
        person=person,
        bundle=bundle,
        state=State.RECEIVED.value,
        region=tree.region_of(responsible),
        received_at_office=here,
        responsible=responsible,
        office=here,
        given=dict(raw),
        visit=visit,
        presence=presence,
        mandate=mandate,
        received_at=at,
        received_by=by,
        card_data=[],
    )
    session.add(row)
    session.flush()
    duties.perform(session, Step.HANDLE_MATTER, f"matter {matter}", by=by, at=at)
    history.note(session, row, Event.RECEIVE, by=by, at=at, to_office=here)
    if responsible != here:
        history.tell(session, responsible, row, Event.RECEIVE, at=at)
    return row


def responsible_office(session: Session, rule: MatterRule, person: InsuredPerson) -> str:
    """Whose a matter is: by the enrolment in its insurance, else by the residence."""
    enrolled = record.latest(session, person.number, rule.insurance) if rule.insurance else None
    office = enrolled.office if enrolled else person.office
    return tree.at_tier(session, office, rule.decided_by).code


def presence_in(session: Session, visit: str, person: str) -> str | None:
    """The proof that this person's card was there in the visit; None if it was not."""
    ticket = visits.get(session, visit)
    if ticket.card_number is None or ticket.region is None:
        return None
    card = session.get(Card, (ticket.region, ticket.card_number))
    if card is None or card.social_security_number != person:
        return None
    return session.scalar(
        select(Presence.id).where(Presence.ticket == visit).order_by(Presence.at.desc()).limit(1)
    )
