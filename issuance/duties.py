"""Who may do which step: the separation of duties, in one place.

`STEPS` is the matrix: the roles that may do a step, the steps on the same subject that its person
must not have done, and whether it takes two. `perform` asks it, and remembers. `python -m
issuance.duties` draws docs/duties.md from it.

As long as a book has no operators, names are taken on trust: roles are not asked, the rest holds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, unique

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import lifecycle
from issuance.book_errors import DutyError
from issuance.people import operators, rules
from issuance.people.models import Duty
from issuance.people.names import person_key, same_person
from issuance.people.rules import Rule
from issuance.roles import Role

__all__ = [
    "STEPS",
    "Step",
    "StepRule",
    "apart_from",
    "objection",
    "perform",
    "require_role",
    "same_person",
]


@unique
class Step(Enum):
    """What somebody does to a batch, to stock, to the book's master data."""

    REQUEST = "request"
    APPROVE = "approve"
    ENABLE_KEYS = "enable_keys"
    PRODUCE = "produce"
    INSPECT = "inspect"
    HANDLE_PINS = "handle_pins"
    RECONCILE = "reconcile"
    STOCK_IN = "stock_in"
    STOCK_OUT = "stock_out"
    DESTROY = "destroy"
    CHANGE_MASTER_DATA = "change_master_data"
    HANDLE_MATTER = "handle_matter"
    REVIEW_MATTER = "review_matter"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """A row of the matrix; *second* are the roles of a second person, where it takes one."""

    names: tuple[str, str]
    roles: tuple[Role, ...]
    apart: tuple[Step, ...] = ()
    second: tuple[Role, ...] = ()


# `apart` stands at the step that comes later as a rule, and holds in either order. Release of a
# batch by two distinct people is request and approval; Rule.SECOND_APPROVER asks for a third.
STEPS: Mapping[Step, StepRule] = {
    Step.REQUEST: StepRule(names=("request", "申请"), roles=lifecycle.INTAKE),
    Step.APPROVE: StepRule(
        names=("approval", "审批"), roles=lifecycle.APPROVAL, apart=(Step.REQUEST,)
    ),
    Step.ENABLE_KEYS: StepRule(
        names=("key use", "密钥启用"),
        roles=(Role.KEY_CUSTODIAN,),
        second=(Role.KEY_CUSTODIAN,),
    ),
    Step.PRODUCE: StepRule(
        names=("production", "制卡"),
        roles=lifecycle.MAKING,
        apart=(Step.APPROVE, Step.ENABLE_KEYS),
    ),
    Step.INSPECT: StepRule(
        names=("inspection", "质检"), roles=lifecycle.INSPECTION, apart=(Step.PRODUCE,)
    ),
    Step.HANDLE_PINS: StepRule(
        names=("handling of PINs", "密码信封处理"),
        roles=(Role.KEY_CUSTODIAN, Role.COUNTER_CLERK),
        apart=(Step.PRODUCE,),
    ),
    Step.RECONCILE: StepRule(
        names=("reconciliation", "核对"), roles=lifecycle.RECONCILING, apart=(Step.PRODUCE,)
    ),
    Step.STOCK_IN: StepRule(
        names=("stock receipt", "入库"),
        roles=lifecycle.STOCK,
        second=(Role.STOCK_KEEPER, Role.RECONCILER),
    ),
    Step.STOCK_OUT: StepRule(
        names=("stock issue", "出库"),
        roles=lifecycle.STOCK,
        second=(Role.STOCK_KEEPER, Role.PRODUCER),  # who takes it
    ),
    Step.DESTROY: StepRule(
        names=("destruction", "销毁"),
        roles=lifecycle.STOCK,
        second=(Role.STOCK_KEEPER, Role.RECONCILER, Role.AUDITOR),
    ),
    Step.CHANGE_MASTER_DATA: StepRule(
        names=("change of master data", "主数据变更"),
        roles=(Role.ADMINISTRATOR,),
        second=(Role.ADMINISTRATOR,),
    ),
    Step.HANDLE_MATTER: StepRule(
        names=("handling of a matter", "业务受理"), roles=lifecycle.COUNTER
    ),
    Step.REVIEW_MATTER: StepRule(
        names=("review of a matter", "业务复核"),
        roles=lifecycle.COUNTER,
        apart=(Step.HANDLE_MATTER,),
    ),
}


def apart_from(step: Step) -> frozenset[Step]:
    """The steps that nobody does who does this one to the same subject."""
    later = (other for other, rule in STEPS.items() if step in rule.apart)
    return frozenset((*STEPS[step].apart, *later))


def perform(
    session: Session,
    step: Step,
    subject: str,
    *,
    by: str,
    second: str | None = None,
    at: datetime,
) -> bool:
    """Let *by*, with *second*, do *step* to *subject* ("batch …"), and remember it.

    False when they had done it before. Raises DutyError, which names the rule that forbids it.
    """
    people = {person_key(name): name for name in (by, second) if name is not None}
    _require_two(session, step, by=by, second=second)
    known = not _remaining(people, step, _done(session, subject, people))
    # What somebody does twice at once could pass twice: his row is locked before the second look.
    _require_roles(session, step, by=by, second=second, lock=not known)
    if known:
        return False
    done = _done(session, subject, people)
    for key, name in people.items():
        if clash := apart_from(step) & done[key]:
            raise DutyError.apart(STEPS[step].names, by=name, earlier=STEPS[_first(clash)].names)
    for key in _remaining(people, step, done):
        session.add(Duty(subject=subject, step=step.value, person_key=key, at=at))
    session.flush()
    return True


def objection(
    step: Step, *, by: str, roles: Collection[Role], done: Collection[Step]
) -> DutyError | None:
    """Why this operator may not be the first person of *step*; None where nothing is against it.

    *done* is what he did to the same subject. For a page that shows what waits for whom: who does
    the step is asked again (`perform`).
    """
    rule = STEPS[step]
    if not set(rule.roles).intersection(roles):
        return DutyError.role(rule.names, by=by, roles=rule.roles)
    if clash := apart_from(step).intersection(done):
        return DutyError.apart(rule.names, by=by, earlier=STEPS[_first(clash)].names)
    return None


def require_role(
    session: Session, by: str, roles: Collection[Role], *, doing: tuple[str, str]
) -> None:
    """Raise DutyError unless *by* has one of *roles*; names are trusted without operators."""
    if operators.are_named(session):
        given = operators.roles(session, [person_key(by)])
        _check_role(given, by, roles, doing)


def _require_two(session: Session, step: Step, *, by: str, second: str | None) -> None:
    two = bool(STEPS[step].second) or (
        step is Step.APPROVE and rules.value(session, Rule.SECOND_APPROVER) == 1
    )
    if second is None and two:
        raise DutyError.alone(STEPS[step].names, by=by)
    if second is not None and same_person(by, second):
        raise DutyError.alone(STEPS[step].names, by=by)


def _require_roles(
    session: Session, step: Step, *, by: str, second: str | None, lock: bool
) -> None:
    if not operators.are_named(session):
        return
    rule = STEPS[step]
    keys = [person_key(name) for name in (by, second) if name is not None]
    given = operators.roles(session, keys, lock=lock)
    _check_role(given, by, rule.roles, rule.names)
    if second is not None:
        _check_role(given, second, rule.second or rule.roles, rule.names)


def _check_role(
    given: Mapping[str, set[Role]], name: str, wanted: Collection[Role], doing: tuple[str, str]
) -> None:
    if person_key(name) not in given:
        raise DutyError.stranger(doing, by=name)
    if not given[person_key(name)].intersection(wanted):
        raise DutyError.role(doing, by=name, roles=wanted)


def _done(session: Session, subject: str, people: Collection[str]) -> dict[str, set[Step]]:
    found: dict[str, set[Step]] = {key: set() for key in people}
    rows = select(Duty.person_key, Duty.step).where(
        Duty.subject == subject, Duty.person_key.in_(list(people))
    )
    for key, step in session.execute(rows):
        found[key].add(Step(step))
    return found


def _remaining(people: Collection[str], step: Step, done: Mapping[str, set[Step]]) -> list[str]:
    return [key for key in people if step not in done[key]]


def _first(steps: Collection[Step]) -> Step:
    return next(step for step in Step if step in steps)


if __name__ == "__main__":
    from issuance.duties_page import page

    print(page(), end="")
