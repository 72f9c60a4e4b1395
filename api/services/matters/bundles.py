"""Bundles: one matter of life is received in one visit, and its services are decided in order.

What a later service needs an earlier one may bring about (a recorded death): so the proposals of a
bundle are made one after the other, each upon the ones before, and what was shown is what is
decided.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.services.errors import ServiceError, UnknownError, UnknownFieldError
from api.services.matters import decision, history, reception, sight
from api.services.matters.acts import Objection
from api.services.matters.bundle_table import BundleRule, Part, bundle_rule
from api.services.matters.errors import OutOfSightError
from api.services.matters.models import Bundle, Matter
from api.services.matters.rule import Field, Proposal
from api.services.matters.states import OPEN_STATES, State
from api.services.matters.table import rule_of
from api.services.offices import tree
from api.services.people import registry
from issuance.book_errors import BookError, ConflictError

OWN: Final = "."  # between a service and its own field: "unemployment.claim.ending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A value that a bundle asks for: its name in *raw*, the field, and whom it serves."""

    name: str
    field: Field
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A service of a bundle, and its matter; None: it was not chosen."""

    part: Part
    matter: Matter | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide on it."""
        return self.matter is not None and self.matter.state in OPEN_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What would be decided about one service after those before it, or why it cannot be yet."""

    matter: Matter
    proposal: Proposal | None
    objection: Objection | None


def questions(rule: BundleRule, optional: Iterable[str] = ()) -> list[Question]:
    """What is to be asked for the parts that run, each shared value once. Raises UnknownError."""
    found: dict[str, Question] = {}
    for part in rule.chosen(frozenset(optional)):
        for field in rule_of(part.kind).fields:
            if field.name in part.fixed:
                continue
            name = _name(rule, part, field.name)
            before = found.get(name)
            if before is None:
                found[name] = Question(name=name, field=field, kinds=(part.kind,))
            else:
                needed = before.field.required or field.required
                asked = before.field if part.optional else field  # in the words of what must run
                found[name] = Question(
                    name=name,
                    field=replace(asked, required=needed),
                    kinds=(*before.kinds, part.kind),
                )
    return list(found.values())


def open_bundle(
    session: Session,
    bundle: str,
    kind: str,
    *,
    person: str,
    raw: Mapping[str, str],
    optional: Iterable[str] = (),
    by: str,
    at: datetime,
    visit: str | None = None,
    mandate: str | None = None,
) -> Bundle:
    """Receive all services of a bundle under the name *bundle*; the same again gives the same.

    *raw* are the answers to `questions` by name. Raises as `reception.receive`, and
    UnknownFieldError for an answer to no question, ConflictError for the same name otherwise used.
    """
    history.require_name(bundle)
    rule = bundle_rule(kind)
    parts = rule.chosen(frozenset(optional))
    answers = _answers(rule, parts, raw)
    holder = registry.get(session, person)
    found = session.get(Bundle, bundle)
    if found is None:
        found = Bundle(
            id=bundle,
            kind=kind,
            person=holder.number,
            office=tree.office_of(session, by).code,
            visit=visit,
            opened_at=at,
            opened_by=by,
        )
        session.add(found)
        session.flush()
    elif (found.kind, found.person) != (kind, person) or {
        one.kind for one in matters(session, bundle)
    } != set(answers):
        raise ConflictError(
            f"There is a bundle {bundle} already, of other services.",
            f"“一件事” {bundle} 已存在且内容不同。",
        )
    for part in parts:
        reception.receive(
            session,
            matter_id(bundle, part.kind),
            part.kind,
            person=person,
            raw=answers[part.kind],
            by=by,
            at=at,
            visit=visit,
            mandate=mandate,
            bundle=bundle,
        )
    return found


def matter_id(bundle: str, kind: str) -> str:
    """The name of the matter that a service of a bundle is."""
    return hashlib.sha256(f"{bundle} {kind}".encode()).hexdigest()[:32]


def get(session: Session, bundle: str, *, by: str) -> Bundle:
    """The bundle, if the office of this clerk sees one of its matters.

    Raises UnknownError, OutOfSightError, NoOfficeError.
    """
    found = _row(session, bundle)
    here = tree.office_of(session, by).code
    if not any(sight.sees_matter(here, one) for one in matters(session, bundle)):
        raise OutOfSightError
    return found


def of_person(session: Session, person: str) -> Sequence[Bundle]:
    """What was opened for somebody, the newest first."""
    return session.scalars(
        select(Bundle).where(Bundle.person == person).order_by(Bundle.opened_at.desc(), Bundle.id)
    ).all()


def matters(session: Session, bundle: str) -> list[Matter]:
    """The matters of a bundle, in the order in which they are decided."""
    return [one.matter for one in progress(session, bundle) if one.matter is not None]


def progress(session: Session, bundle: str) -> list[Progress]:
    """How far each service has come. Raises UnknownError."""
    rule = bundle_rule(_row(session, bundle).kind)
    rows = session.scalars(select(Matter).where(Matter.bundle == bundle))
    by_kind = {one.kind: one for one in rows}
    return [Progress(part=part, matter=by_kind.get(part.kind)) for part in rule.parts]


def rehearse(
    session: Session, bundle: str, *, by: str, at: datetime, second: str | None = None
) -> list[Outlook]:
    """What would be decided about each open service, each upon the ones before; all is undone.

    Call it in a transaction. Without *second*, what takes a review is only proposed, and what rests
    on it cannot be decided yet.
    """
    found: list[Outlook] = []
    with session.begin_nested() as everything:
        for matter in matters(session, bundle):
            if matter.state not in OPEN_STATES:
                continue
            proposal, objection = None, None
            try:
                with session.begin_nested():
                    proposal = decision.propose(session, matter, by=by, at=at)
                    if matter.state == State.RECEIVED:
                        digest = proposal.digest
                        decision.decide(
                            session, matter.id, digest=digest, by=by, second=second, at=at
                        )
            except (ServiceError, BookError) as error:
                objection = error
            found.append(Outlook(matter=matter, proposal=proposal, objection=objection))
        everything.rollback()
    session.expire_all()
    return found


def decide_all(
    session: Session,
    bundle: str,
    *,
    digests: Mapping[str, str],
    by: str,
    at: datetime,
    second: str | None = None,
) -> list[Matter]:
    """Decide on all services that *digests* names (by matter), in their order, or on none.

    What was decided by that digest stays as it is. Raises as `decision.decide`.
    """
    return [
        decision.decide(session, one.id, digest=digests[one.id], by=by, second=second, at=at)
        for one in _named(session, bundle, digests)
    ]


def review_all(
    session: Session, bundle: str, *, digests: Mapping[str, str], by: str, at: datetime
) -> list[Matter]:
    """Confirm all services that *digests* names, in their order, or none of them."""
    return [
        decision.review(session, one.id, digest=digests[one.id], by=by, at=at)
        for one in _named(session, bundle, digests)
    ]


def _row(session: Session, bundle: str) -> Bundle:
    found = session.get(Bundle, bundle)
    if found is None:
        raise UnknownError("bundle", bundle)
    return found


def _named(session: Session, bundle: str, digests: Mapping[str, str]) -> list[Matter]:
    found = [one for one in matters(session, bundle) if one.id in digests]
    if unknown := sorted(set(digests) - {one.id for one in found}):
        raise UnknownError("matter", unknown[0])
    return found


def _answers(
    rule: BundleRule, parts: tuple[Part, ...], raw: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """What was filled in, by service, under the names of its own fields."""
    found: dict[str, dict[str, str]] = {part.kind: dict(part.fixed) for part in parts}
    asked: set[str] = set()
    for part in parts:
        for field in rule_of(part.kind).fields:
            if field.name in part.fixed:
                continue
            name = _name(rule, part, field.name)
            asked.add(name)
            if name in raw:
                found[part.kind][field.name] = raw[name]
    for name in raw:
        if name not in asked:
            raise UnknownFieldError(name, tuple(sorted(asked)))
    return found


def _name(rule: BundleRule, part: Part, field: str) -> str:
    shared = part.shares.get(field, field)
    return shared if shared in rule.shared else f"{part.kind}{OWN}{field}"
