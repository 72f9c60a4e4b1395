"""What the open batches wait for, and for whom: for the one who asks, or for another person.

The reason comes from the matrix of duties. Names are those of operators whom nothing in it speaks
against; whoever does the step is looked at again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuance import bureau_queues, duties
from issuance.duties import STEPS, Step
from issuance.key_use import CUSTODIANS
from issuance.models import Batch
from issuance.people import operators
from issuance.people.models import Duty
from issuance.people.names import person_key
from issuance.roles import Role
from issuance.states import BatchState

NAMED = 5  # people who are named for a step
Sentence = tuple[str, str]
_DONE = Mapping[str, set[Step]]  # what each person did to a batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """The next step of a batch. *why* says why it is not for the one who asks; None if it is.

    *people* are operators who may do it; *second* says that it takes two of them.
    """

    batch: Batch
    step: Step
    since: datetime
    why: Sentence | None
    people: tuple[str, ...]
    second: bool

    @property
    def mine(self) -> bool:
        """Whether it waits for the one who asks."""
        return self.why is None


@dataclass(frozen=True, slots=True)
class DoneStep:
    """Who did a step of a batch, and when."""

    step: Step
    person: str
    at: datetime


class Staffing:
    """The operators and their roles, looked up once for many batches."""

    def __init__(self, session: Session) -> None:
        able = [one for one in operators.listing(session) if one.operator.disabled_at is None]
        self.names = {one.operator.key: one.operator.name for one in able}
        self.roles = {one.operator.key: one.roles for one in able}

    def name(self, key: str) -> str:
        """An operator's name as he spells it; the key itself where names were trusted."""
        return self.names.get(key, key)


def tasks(session: Session, *, asks: str) -> list[Task]:
    """The next step of each open batch, as the operator *asks* sees it; most urgent first."""
    found = bureau_queues.open_batches(session)
    done, staff = _done(session, found), Staffing(session)
    return [_task(batch, done[batch.id], staff, asks) for batch in found]


def task(session: Session, batch: Batch, *, asks: str) -> Task | None:
    """The next step of one batch; None where its life has ended."""
    if batch.state not in bureau_queues.OPEN:
        return None
    return _task(batch, _done(session, [batch])[batch.id], Staffing(session), asks)


def may(session: Session, batch: Batch, step: Step, *, by: str) -> Sentence | None:
    """Why *by* may not do *step* to the batch; None where nothing is against it."""
    key = person_key(by)
    done = _done(session, [batch])[batch.id]
    roles = Staffing(session).roles.get(key, frozenset())
    against = duties.objection(step, by=by, roles=roles, done=done.get(key, set()))
    return against.cause if against else None


def steps_done(session: Session, batch_id: str) -> list[DoneStep]:
    """Who did which step of a batch, oldest first."""
    staff = Staffing(session)
    rows = session.execute(
        select(Duty.step, Duty.person_key, Duty.at)
        .where(Duty.subject == f"batch {batch_id}")
        .order_by(Duty.at, Duty.person_key)
    )
    found = [DoneStep(Step(step), staff.name(key), at) for step, key, at in rows]
    order = list(Step)
    return sorted(found, key=lambda one: (one.at, order.index(one.step)))


def next_step(batch: Batch, done: _DONE) -> Step:
    """What an open batch needs next."""
    match batch.state:
        case BatchState.REQUESTED:
            return Step.APPROVE
        case BatchState.PRODUCED:
            return Step.RECONCILE
        case BatchState.APPROVED:
            enabled = sum(Step.ENABLE_KEYS in steps for steps in done.values())
            return Step.ENABLE_KEYS if enabled < CUSTODIANS else Step.PRODUCE
        case _:
            return Step.PRODUCE


def _task(batch: Batch, done: _DONE, staff: Staffing, asks: str) -> Task:
    step = next_step(batch, done)
    mine = person_key(asks)
    against = {
        key: duties.objection(step, by=staff.name(key), roles=roles, done=done.get(key, set()))
        for key, roles in staff.roles.items()
    }
    why = against.get(mine, duties.objection(step, by=asks, roles=_NOBODY, done=()))
    able = [staff.name(key) for key, reason in against.items() if reason is None and key != mine]
    return Task(
        batch=batch,
        step=step,
        since=bureau_queues.since(batch),
        why=why.cause if why else None,
        people=tuple(sorted(able)[:NAMED]),
        second=bool(STEPS[step].second),
    )


_NOBODY: frozenset[Role] = frozenset()


def _done(session: Session, some: Sequence[Batch]) -> dict[str, dict[str, set[Step]]]:
    """By batch and person, what was done."""
    found: dict[str, dict[str, set[Step]]] = {batch.id: {} for batch in some}
    subjects = [f"batch {batch.id}" for batch in some]
    rows = session.execute(
        select(Duty.subject, Duty.person_key, Duty.step).where(Duty.subject.in_(subjects))
    )
    for subject, key, step in rows:
        found[subject.removeprefix("batch ")].setdefault(key, set()).add(Step(step))
    return found
