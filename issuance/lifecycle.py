"""The lives of applications, batches, cards and blanks: every allowed transition, and whose it is.

The tables are the only place that says what may follow what; use cases ask `after`, and the
pictures in docs/lifecycles.md are drawn from them (card states: reference codes of the bureaus,
'numbered, not enabled, normal, temporary loss, loss, cancelled'). An event is the name of its
audit entry too ("card.ship"), which holds its time.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

from issuance.book_errors import LifecycleError
from issuance.roles import Role
from issuance.states import (
    ApplicationEvent,
    ApplicationState,
    BatchEvent,
    BatchState,
    BlankEvent,
    BlankState,
    CardEvent,
    CardState,
)

S = TypeVar("S", bound=Enum)
E = TypeVar("E", bound=Enum)


class Transition(NamedTuple, Generic[S]):
    """The state that follows, and the roles that may bring it about (anyone of them)."""

    to: S
    roles: tuple[Role, ...]


INTAKE = (Role.INTAKE_CLERK, Role.COUNTER_CLERK)
APPROVAL = (Role.APPROVER,)
MAKING = (Role.PRODUCER,)
INSPECTION = (Role.INSPECTOR,)
RECONCILING = (Role.RECONCILER,)
STOCK = (Role.STOCK_KEEPER,)
COUNTER = (Role.COUNTER_CLERK,)
TRANSPORT = (Role.STOCK_KEEPER, Role.COUNTER_CLERK)
SPOILING = (Role.PRODUCER, Role.INSPECTOR)
LOSING = (Role.COUNTER_CLERK, Role.STOCK_KEEPER)
CANCELLING = (Role.COUNTER_CLERK, Role.APPROVER)

APPLICATION: Mapping[ApplicationState, Mapping[ApplicationEvent, Transition[ApplicationState]]] = {
    ApplicationState.RECEIVED: {
        ApplicationEvent.CHECK: Transition(ApplicationState.CHECKED, INTAKE),
        ApplicationEvent.REFUSE: Transition(ApplicationState.REFUSED, INTAKE),
        ApplicationEvent.CANCEL: Transition(ApplicationState.CANCELLED, INTAKE),
    },
    ApplicationState.CHECKED: {
        ApplicationEvent.SUBMIT: Transition(ApplicationState.IN_REVIEW, INTAKE),
        ApplicationEvent.REFUSE: Transition(ApplicationState.REFUSED, INTAKE),
        ApplicationEvent.CANCEL: Transition(ApplicationState.CANCELLED, INTAKE),
    },
    ApplicationState.IN_REVIEW: {
        ApplicationEvent.APPROVE: Transition(ApplicationState.APPROVED, APPROVAL),
        ApplicationEvent.REFUSE: Transition(ApplicationState.REFUSED, APPROVAL),
        ApplicationEvent.CANCEL: Transition(ApplicationState.CANCELLED, INTAKE),
    },
    ApplicationState.APPROVED: {
        ApplicationEvent.CARD: Transition(ApplicationState.CARDED, MAKING),
        ApplicationEvent.CANCEL: Transition(ApplicationState.CANCELLED, CANCELLING),
    },
    ApplicationState.CARDED: {},
    ApplicationState.REFUSED: {},
    ApplicationState.CANCELLED: {},
}

BATCH: Mapping[BatchState, Mapping[BatchEvent, Transition[BatchState]]] = {
    BatchState.REQUESTED: {
        BatchEvent.APPROVE: Transition(BatchState.APPROVED, APPROVAL),
        BatchEvent.REJECT: Transition(BatchState.REJECTED, APPROVAL),
        BatchEvent.CANCEL: Transition(BatchState.CANCELLED, INTAKE),
    },
    BatchState.APPROVED: {
        BatchEvent.START: Transition(BatchState.PRODUCING, MAKING),
        BatchEvent.CANCEL: Transition(BatchState.CANCELLED, CANCELLING),
    },
    BatchState.PRODUCING: {BatchEvent.FINISH: Transition(BatchState.PRODUCED, MAKING)},
    BatchState.PRODUCED: {
        BatchEvent.REOPEN: Transition(BatchState.PRODUCING, SPOILING),
        BatchEvent.CLOSE: Transition(BatchState.CLOSED, RECONCILING),
    },
    BatchState.CLOSED: {},
    BatchState.REJECTED: {},
    BatchState.CANCELLED: {},
}

_CANCEL = {CardEvent.CANCEL: Transition(CardState.CANCELLED, CANCELLING)}
_LOSE = {CardEvent.LOSE: Transition(CardState.LOST, LOSING)}
_REJECT = {CardEvent.REJECT: Transition(CardState.REJECTED, SPOILING)}
_HAND_OVER = {CardEvent.HAND_OVER: Transition(CardState.HANDED_OVER, COUNTER)}
_END = {
    CardEvent.REPLACE: Transition(CardState.REPLACED, COUNTER),
    CardEvent.EXPIRE: Transition(CardState.EXPIRED, COUNTER),
}

CARD: Mapping[CardState, Mapping[CardEvent, Transition[CardState]]] = {
    CardState.NUMBERED: {
        CardEvent.PREPARE: Transition(CardState.PREPARED, MAKING),
        **_CANCEL,
    },
    CardState.PREPARED: {
        CardEvent.PERSONALIZE: Transition(CardState.PERSONALIZED, MAKING),
        **_REJECT,
        **_CANCEL,
    },
    CardState.PERSONALIZED: {
        CardEvent.INSPECT: Transition(CardState.INSPECTED, INSPECTION),
        **_REJECT,
        **_LOSE,
        **_CANCEL,
    },
    CardState.INSPECTED: {
        CardEvent.SHIP: Transition(CardState.SHIPPED, STOCK),
        **_HAND_OVER,  # made at the counter, while its holder waits
        **_REJECT,
        **_LOSE,
        **_CANCEL,
    },
    CardState.SHIPPED: {
        CardEvent.ARRIVE: Transition(CardState.AT_OUTLET, TRANSPORT),
        **_LOSE,
        **_CANCEL,
    },
    CardState.AT_OUTLET: {
        **_HAND_OVER,
        CardEvent.RETURN: Transition(CardState.INSPECTED, TRANSPORT),  # nobody came for it
        **_LOSE,
        **_CANCEL,
    },
    CardState.HANDED_OVER: {
        CardEvent.ACTIVATE: Transition(CardState.ACTIVE, COUNTER),
        **_LOSE,
        **_CANCEL,
    },
    CardState.ACTIVE: {
        CardEvent.SUSPEND: Transition(CardState.SUSPENDED, COUNTER),
        **_LOSE,
        **_CANCEL,
        **_END,
    },
    CardState.SUSPENDED: {
        CardEvent.LIFT: Transition(CardState.ACTIVE, COUNTER),
        **_LOSE,
        **_CANCEL,
        **_END,
    },
    CardState.LOST: {
        **_CANCEL,
        CardEvent.REPLACE: Transition(CardState.REPLACED, COUNTER),
    },
    CardState.REJECTED: {},
    CardState.CANCELLED: {},
    CardState.REPLACED: {},
    CardState.EXPIRED: {},
}

BLANK: Mapping[BlankState, Mapping[BlankEvent, Transition[BlankState]]] = {
    BlankState.IN_STOCK: {
        BlankEvent.ISSUE: Transition(BlankState.ISSUED, STOCK),
        BlankEvent.SAMPLE: Transition(BlankState.SAMPLE, STOCK),
        BlankEvent.REJECT: Transition(BlankState.REJECTED, STOCK),
    },
    BlankState.ISSUED: {
        BlankEvent.USE: Transition(BlankState.USED, MAKING),
        BlankEvent.REJECT: Transition(BlankState.REJECTED, SPOILING),
        BlankEvent.SAMPLE: Transition(BlankState.SAMPLE, MAKING),
        BlankEvent.RETURN: Transition(BlankState.IN_STOCK, STOCK),
    },
    BlankState.USED: {BlankEvent.REJECT: Transition(BlankState.REJECTED, SPOILING)},
    BlankState.REJECTED: {BlankEvent.DESTROY: Transition(BlankState.DESTROYED, STOCK)},
    BlankState.SAMPLE: {BlankEvent.DESTROY: Transition(BlankState.DESTROYED, STOCK)},
    BlankState.DESTROYED: {},
}

# An open application, a card being made, a card in use: a person has at most one of each.
OPEN_APPLICATION = (
    ApplicationState.RECEIVED,
    ApplicationState.CHECKED,
    ApplicationState.IN_REVIEW,
    ApplicationState.APPROVED,
)
IN_MAKING = (
    CardState.NUMBERED,
    CardState.PREPARED,
    CardState.PERSONALIZED,
    CardState.INSPECTED,
    CardState.SHIPPED,
    CardState.AT_OUTLET,
    CardState.HANDED_OVER,
)
IN_USE = (CardState.ACTIVE, CardState.SUSPENDED)
LIVE = IN_MAKING + IN_USE


def after(
    table: Mapping[S, Mapping[E, Transition[S]]], state: S, event: E, *, what: str = "it"
) -> S:
    """The state that follows. Raises LifecycleError where the table has no such transition."""
    try:
        return table[state][event].to
    except KeyError:
        may = (one.value for one in table.get(state, ()))
        raise LifecycleError(state=state.value, event=event.value, what=what, may=may) from None


def before(table: Mapping[S, Mapping[E, Transition[S]]], event: E) -> tuple[S, ...]:
    """The states in which *event* may happen."""
    return tuple(state for state, events in table.items() if event in events)
