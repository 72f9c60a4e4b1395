"""Deciding a matter: proposed by one, reviewed by another where it must be, carried out once."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.services import consequences
from api.services.awards import grants, payables
from api.services.determination import store
from api.services.errors import UnknownError
from api.services.matters import given, history, sight, states
from api.services.matters.errors import (
    NotYetDecidableError,
    OutOfSightError,
    ProposalChangedError,
    ReviewError,
)
from api.services.matters.models import Matter
from api.services.matters.rule import MatterRule, Proposal, Request
from api.services.matters.states import Event, State
from api.services.matters.table import rule_of
from api.services.offices import tree
from api.services.parameters.book import ParameterBook
from api.services.people import registry
from api.services.people.errors import DeadPersonError
from issuance import duties, lifecycle
from issuance.duties import Step

_CLOSED = {Event.REFUSE: State.REFUSED, Event.WITHDRAW: State.WITHDRAWN}


def get(session: Session, matter: str, *, by: str, lock: bool = False) -> Matter:
    """The matter, if the office of this clerk sees it. Raises UnknownError, OutOfSightError."""
    found = session.get(Matter, matter, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise UnknownError("matter", matter)
    here = tree.office_of(session, by).code
    if not sight.sees_matter(here, found):
        raise OutOfSightError
    return found


def propose(session: Session, matter: Matter, *, by: str, at: datetime) -> Proposal:
    """What would be decided now; nothing is changed. Raises ServiceError."""
    rule, request = _request(session, matter, by=by, at=at)
    return _proposal(session, rule, request)


def decide(
    session: Session,
    matter: str,
    *,
    digest: str,
    by: str,
    at: datetime,
    second: str | None = None,
) -> Matter:
    """Decide on the proposal that was shown (*digest*); the second call gives the first result.

    With *second*, who proved on the spot who he is, a matter that takes a review is decided at
    once; without, it waits for a reviewer. Raises MatterStateError, NotYetDecidableError,
    ProposalChangedError, DutyError and what the rule raises.
    """
    found = get(session, matter, by=by, lock=True)
    if found.state in (State.DECIDED, State.PROPOSED) and found.proposal == digest:
        return found
    rule, request = _request(session, found, by=by, at=at)
    after = states.after(
        found.state, Event.PROPOSE if rule.reviewed and second is None else Event.DECIDE
    )
    require_decidable(session, found, by=by)
    duties.perform(session, Step.HANDLE_MATTER, f"matter {matter}", by=by, at=at)
    proposal = _as_shown(session, rule, request, digest)
    if after is State.PROPOSED:
        found.state, found.proposal = after.value, digest
        history.note(session, found, Event.PROPOSE, by=by, at=at)
        return found
    if second is not None:
        require_decidable(session, found, by=second)
        _review(session, found, by=second, at=at)
    _carry_out(session, rule, request, proposal, reviewed_by=second)
    return found


def review(session: Session, matter: str, *, digest: str, by: str, at: datetime) -> Matter:
    """Confirm what another proposed, as it was shown; the second call gives the first result."""
    found = get(session, matter, by=by, lock=True)
    if found.state == State.DECIDED and found.proposal == digest:
        return found
    states.after(found.state, Event.DECIDE)
    if found.state != State.PROPOSED:
        raise ReviewError(
            ("Nobody has proposed a decision yet.", "尚无初审结果可供复核。"),
            ("Decide on it first.", "请先办理初审。"),
        )
    require_decidable(session, found, by=by)
    _review(session, found, by=by, at=at)
    if found.proposal != digest:  # what nobody but the reviewer would have seen
        raise ProposalChangedError
    rule, request = _request(session, found, by=by, at=at)
    proposal = _as_shown(session, rule, request, digest)
    _carry_out(session, rule, request, proposal, reviewed_by=by)
    return found


def close(
    session: Session, matter: str, event: Event, *, reason: str, by: str, at: datetime
) -> Matter:
    """Refuse, withdraw or send back, with its reason; the same again gives the same.

    Raises MatterStateError, NotYetDecidableError, OutOfSightError, RefusedError, DutyError.
    """
    history.require_words(reason)
    found = get(session, matter, by=by, lock=True)
    duties.require_role(session, by, lifecycle.COUNTER, doing=rule_of(found.kind).label)
    if (found.state, found.reason) == (_CLOSED.get(event), reason):
        return found
    after = states.after(found.state, event)
    if event is not Event.WITHDRAW:
        require_decidable(session, found, by=by)
    found.state, found.reason = after.value, reason
    if after is State.RECEIVED:
        found.proposal = None
    else:
        found.decided_at, found.decided_by = at, by
    history.note(session, found, event, by=by, at=at, text=reason)
    _tell_others(session, found, event, by=by, at=at)
    return found


def require_decidable(session: Session, matter: Matter, *, by: str) -> None:
    """Raise NotYetDecidableError unless this clerk's office is responsible, or above it."""
    here = tree.office_of(session, by).code
    if not tree.contains(here, matter.responsible):
        raise NotYetDecidableError


def _request(
    session: Session, matter: Matter, *, by: str, at: datetime
) -> tuple[MatterRule, Request]:
    rule = rule_of(matter.kind)
    request = Request(
        matter=matter,
        person=registry.get(session, matter.person),
        given=given.read(session, rule, matter.given),
        region=matter.region,
        parameters=ParameterBook(session),
        at=at,
        by=by,
    )
    return rule, request


def _proposal(session: Session, rule: MatterRule, request: Request) -> Proposal:
    if rule.living and request.person.died_on is not None:
        raise DeadPersonError
    return rule.propose(session, request)


def _as_shown(session: Session, rule: MatterRule, request: Request, digest: str) -> Proposal:
    registry.get(session, request.person.number, lock=True)  # one decision about somebody at a time
    proposal = _proposal(session, rule, request)
    if proposal.digest != digest:
        raise ProposalChangedError
    return proposal


def _review(session: Session, matter: Matter, *, by: str, at: datetime) -> None:
    duties.perform(session, Step.REVIEW_MATTER, f"matter {matter.id}", by=by, at=at)


def _carry_out(
    session: Session,
    rule: MatterRule,
    request: Request,
    proposal: Proposal,
    *,
    reviewed_by: str | None,
) -> None:
    matter, at, by = request.matter, request.at, request.by
    kept = None
    if proposal.calculation is not None and proposal.facts is not None:
        kept = store.keep(
            session,
            proposal.calculation,
            id=store.name_of(matter.id),
            subject=proposal.subject,
            person=matter.person,
            facts=proposal.facts,
            used=proposal.used,
            at=at,
            by=by,
        ).id
    for plan in proposal.awards:
        award = grants.grant(session, plan, matter=matter.id, calculation=kept, at=at, by=by)
        payables.settle(session, award, through=request.month, run=f"matter {matter.id}", at=at)
    rule.effects(session, request, proposal)
    consequences.follow(session, matter.person, run=f"matter {matter.id}", at=at, by=by)
    matter.state, matter.proposal = State.DECIDED.value, proposal.digest
    matter.decided_at, matter.decided_by, matter.reviewed_by = at, by, reviewed_by
    matter.calculation = kept
    matter.card_data = [one.as_json() for one in proposal.card_data]
    matter.says = [list(one) for one in proposal.says]
    session.flush()
    history.note(session, matter, Event.DECIDE, by=by, at=at)
    _tell_others(session, matter, Event.DECIDE, by=by, at=at)


def _tell_others(session: Session, matter: Matter, event: Event, *, by: str, at: datetime) -> None:
    here = tree.office_of(session, by).code
    for office in {matter.received_at_office, matter.responsible} - {here}:
        history.tell(session, office, matter, event, at=at)
