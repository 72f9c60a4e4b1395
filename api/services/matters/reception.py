"""Receiving a matter: any office takes in any, the responsible one is told (一窗通办)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from api.services.enrolment import record
from api.services.matters import given, history, sight
from api.services.matters.errors import CardNeededError
from api.services.matters.models import Matter
from api.services.matters.presence import presence_in
from api.services.matters.rule import MatterRule
from api.services.matters.states import Event, State
from api.services.matters.table import rule_of
from api.services.offices import tree
from api.services.people import registry
from api.services.people.models import InsuredPerson
from issuance import duties, lifecycle
from issuance.book_errors import ConflictError, NotFoundError
from issuance.counter import mandates, tickets, visits
from issuance.counter.errors import MandateError
from issuance.duties import Step
from issuance.people.names import same_person


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
    CalculationError, CardNeededError, PersonOutOfSightError for somebody who is neither here with
    his card nor this office's, NotFoundError for a visit that is not this clerk's, NoOfficeError,
    DutyError, MandateError, TicketOverError, ConflictError.
    """
    history.require_name(matter)
    rule = rule_of(kind)
    duties.require_role(session, by, lifecycle.COUNTER, doing=rule.label)
    holder = registry.get(session, person)
    if (found := session.get(Matter, matter)) is not None:
        if (found.kind, found.person, found.given) != (kind, person, dict(raw)):
            raise ConflictError(f"There is a matter {matter} already.", f"业务 {matter} 已存在。")
        return found
    values = given.read(session, rule, raw)
    if visit is not None:
        _require_visit(session, visit, by=by, at=at)
    if mandate is not None:
        if not rule.by_mandate:
            raise MandateError("never")
        mandates.require(session, mandate, mandates.INSURANCE, holder_number=person, at=at)
    presence = presence_in(session, visit, person, clerk=by, at=at) if visit else None
    if rule.needs_card and presence is None:
        raise CardNeededError
    if mandate is None:  # what is received opens the record: nobody opens that of a stranger so
        sight.basis_of(session, by, holder, visit, at=at)
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
        says=[],
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


def _require_visit(session: Session, visit: str, *, by: str, at: datetime) -> None:
    found = visits.get(session, visit)
    if not same_person(found.clerk, by):
        raise NotFoundError("ticket", visit)
    tickets.require_open(found, at=at)
