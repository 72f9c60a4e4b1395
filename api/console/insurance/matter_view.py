"""A matter as its page shows it: where it lies, what would be or was decided, who may act."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from api.console.insurance import explained, matter_form
from api.console.insurance.card_data_view import GroupShown, decided_groups
from api.console.insurance.explained import Explained
from api.console.insurance.frame import me, now, office_name
from api.database import BookSession
from api.services.awards import grants
from api.services.awards.declared import DECLARED
from api.services.determination import store
from api.services.errors import ServiceError
from api.services.matters import acts, decision, history
from api.services.matters.acts import Act, Objection
from api.services.matters.models import Matter, MatterEvent
from api.services.matters.rule import MatterRule, Proposal
from api.services.matters.states import EVENT_NAMES, OPEN_STATES, STATE_NAMES, Event, State
from api.services.matters.table import rule_of
from api.services.money import Fen
from api.services.months import Month
from api.services.offices import tree
from api.services.offices.models import Office
from api.services.people import registry
from api.services.people.models import InsuredPerson
from issuance import audit_log
from issuance.counter.models import CounterTicket

Sentence = tuple[str, str]
ENDED: Final = {
    State.DECIDED: "matter.decide",
    State.REFUSED: "matter.refuse",
    State.WITHDRAWN: "matter.withdraw",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardShown:
    """A benefit, to be granted or granted. *until_month* None: until something ends it."""

    label: Sentence
    amount: Fen
    from_month: Month
    until_month: Month | None
    monthly: bool
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterShown:
    """Everything of the page. *refusal* is why nothing can be proposed; *card* leads back."""

    matter: Matter
    rule: MatterRule
    person: InsuredPerson
    state: Sentence
    offices: dict[str, str]
    given: Sequence[tuple[Sentence, Sentence]]
    events: Sequence[tuple[Sentence, MatterEvent]]
    explained: Explained | None
    awards: Sequence[AwardShown]
    says: Sequence[Sentence]
    groups: Sequence[GroupShown]
    digest: str
    changed: bool
    refusal: Objection | None
    may: frozenset[Act]
    objection: Objection | None  # why it is not reviewed here
    hand_to: Sequence[Office]
    audit: str
    visit: CounterTicket | None


def matter_shown(session: BookSession, matter: Matter) -> MatterShown:
    """The page of a matter that this clerk's office sees."""
    if matter.state not in OPEN_STATES:
        return decided_or_closed(session, matter)
    try:
        proposal = decision.propose(session, matter, by=me(), at=now())
    except ServiceError as error:  # the page says so in its place
        return proposed(session, matter, None, error)
    return proposed(session, matter, proposal, None)


def decided_or_closed(session: BookSession, matter: Matter) -> MatterShown:
    """A matter on which nothing is to be decided any more."""
    return _shown(session, matter, None, None)


def proposed(
    session: BookSession, matter: Matter, proposal: Proposal | None, refusal: Objection | None
) -> MatterShown:
    """An open matter, with what would be decided, or why it cannot be."""
    return _shown(session, matter, proposal, refusal)


def _shown(
    session: BookSession, matter: Matter, proposal: Proposal | None, refusal: Objection | None
) -> MatterShown:
    events = history.events(session, matter.id)
    codes = {matter.received_at_office, matter.responsible, matter.office}
    codes |= {code for one in events for code in (one.from_office, one.to_office) if code}
    digest = proposal.digest if proposal else ""
    objections = acts.objections(acts.standing(session, me(), [matter.id]), matter)
    may = frozenset(act for act, objection in objections.items() if objection is None)
    data = [one.as_json() for one in proposal.card_data] if proposal else matter.card_data
    return MatterShown(
        matter=matter,
        rule=rule_of(matter.kind),
        person=registry.get(session, matter.person),
        state=STATE_NAMES[State(matter.state)],
        offices={code: office_name(session, code) for code in codes},
        given=matter_form.shown(rule_of(matter.kind), matter.given),
        events=[(EVENT_NAMES[Event(one.event)], one) for one in events],
        explained=_explained(session, matter, proposal),
        awards=_planned(proposal) if proposal else _granted(session, matter),
        says=proposal.says if proposal else [(en, zh) for en, zh in matter.says],
        groups=decided_groups(data),
        digest=digest,
        changed=matter.state == State.PROPOSED and matter.proposal != digest,
        refusal=refusal,
        may=may if proposal else may - {Act.DECIDE, Act.REVIEW},
        objection=objections[Act.REVIEW] if matter.state == State.PROPOSED else None,
        hand_to=[office for act, office in acts.targets(session, matter) if act in may],
        audit=_audit(session, matter),
        visit=_own_visit(session, matter),
    )


def _explained(session: BookSession, matter: Matter, proposal: Proposal | None) -> Explained | None:
    if proposal is not None:
        return explained.of_proposal(session, proposal)
    if matter.calculation is None:
        return None
    return explained.of_stored(session, store.get(session, matter.calculation))


def _planned(proposal: Proposal) -> list[AwardShown]:
    return [
        AwardShown(
            label=DECLARED[plan.benefit].label,
            amount=plan.amount,
            from_month=plan.from_month,
            until_month=plan.until_month,
            monthly=DECLARED[plan.benefit].monthly,
            person=plan.person,
        )
        for plan in proposal.awards
    ]


def _granted(session: BookSession, matter: Matter) -> list[AwardShown]:
    """As they were granted: what was changed later stands on the holder's page."""
    return [
        AwardShown(
            label=DECLARED[award.benefit].label,
            amount=grants.amounts(session, award.id)[0].amount,
            from_month=award.from_month,
            until_month=award.until_month,
            monthly=DECLARED[award.benefit].monthly,
            person=award.person,
        )
        for award in grants.of_matter(session, matter.id)
    ]


def _audit(session: BookSession, matter: Matter) -> str:
    event = ENDED.get(State(matter.state))
    if event is None:
        return ""
    chain = tree.region_of(matter.office)
    entry = audit_log.latest(session, chain, f"matter {matter.id}", events=[event])
    return entry.reference if entry else ""


def _own_visit(session: BookSession, matter: Matter) -> CounterTicket | None:
    """The visit in which it was received, if it is this clerk's: the way back to the holder."""
    found = session.get(CounterTicket, matter.visit) if matter.visit else None
    return found if found and found.clerk == me() else None
