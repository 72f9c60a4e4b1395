"""The lives of applications, batches and cards: every state, event and allowed transition.

The tables are the only place that says what may follow what; use cases ask `after`, and the
pictures in docs/lifecycles.md are drawn from them (card states: reference codes of the bureaus,
'numbered, not enabled, normal, temporary loss, loss, cancelled').
"""

from collections.abc import Mapping
from enum import Enum, unique
from typing import TypeVar

from issuance.book_errors import LifecycleError


@unique
class ApplicationState(Enum):
    """Where one person's request for a card stands."""

    ACCEPTED = "accepted"  # checked and booked; its batch waits for a second person
    IN_BATCH = "in_batch"  # its batch was approved
    CARDED = "carded"  # a card was numbered for it
    REFUSED = "refused"  # its batch was rejected
    CANCELLED = "cancelled"


@unique
class ApplicationEvent(Enum):
    """What happens to an application."""

    APPROVE = "approve"
    CARD = "card"
    REFUSE = "refuse"
    CANCEL = "cancel"


@unique
class BatchState(Enum):
    """Where a batch of applications of one issuing region stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PRODUCING = "producing"
    PRODUCED = "produced"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@unique
class BatchEvent(Enum):
    """What happens to a batch."""

    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    START = "start"
    FINISH = "finish"


@unique
class CardState(Enum):
    """Where a card stands in the issuer's book (not the chip's own life cycle)."""

    NUMBERED = "numbered"
    PREPARED = "prepared"
    PERSONALIZED = "personalized"
    ACTIVE = "active"
    SUSPENDED = "suspended"  # temporary loss, liftable
    LOST = "lost"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    EXPIRED = "expired"


@unique
class CardEvent(Enum):
    """What happens to a card."""

    PREPARE = "prepare"
    PERSONALIZE = "personalize"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    LIFT = "lift"
    LOSE = "lose"
    CANCEL = "cancel"
    REPLACE = "replace"
    EXPIRE = "expire"


APPLICATION: Mapping[ApplicationState, Mapping[ApplicationEvent, ApplicationState]] = {
    ApplicationState.ACCEPTED: {
        ApplicationEvent.APPROVE: ApplicationState.IN_BATCH,
        ApplicationEvent.REFUSE: ApplicationState.REFUSED,
        ApplicationEvent.CANCEL: ApplicationState.CANCELLED,
    },
    ApplicationState.IN_BATCH: {
        ApplicationEvent.CARD: ApplicationState.CARDED,
        ApplicationEvent.CANCEL: ApplicationState.CANCELLED,
    },
    ApplicationState.CARDED: {},
    ApplicationState.REFUSED: {},
    ApplicationState.CANCELLED: {},
}

BATCH: Mapping[BatchState, Mapping[BatchEvent, BatchState]] = {
    BatchState.REQUESTED: {
        BatchEvent.APPROVE: BatchState.APPROVED,
        BatchEvent.REJECT: BatchState.REJECTED,
        BatchEvent.CANCEL: BatchState.CANCELLED,
    },
    BatchState.APPROVED: {
        BatchEvent.START: BatchState.PRODUCING,
        BatchEvent.CANCEL: BatchState.CANCELLED,
    },
    BatchState.PRODUCING: {BatchEvent.FINISH: BatchState.PRODUCED},
    BatchState.PRODUCED: {},
    BatchState.REJECTED: {},
    BatchState.CANCELLED: {},
}

CARD: Mapping[CardState, Mapping[CardEvent, CardState]] = {
    CardState.NUMBERED: {
        CardEvent.PREPARE: CardState.PREPARED,
        CardEvent.CANCEL: CardState.CANCELLED,
    },
    CardState.PREPARED: {
        CardEvent.PERSONALIZE: CardState.PERSONALIZED,
        CardEvent.CANCEL: CardState.CANCELLED,
    },
    CardState.PERSONALIZED: {
        CardEvent.ACTIVATE: CardState.ACTIVE,
        CardEvent.LOSE: CardState.LOST,
        CardEvent.CANCEL: CardState.CANCELLED,
    },
    CardState.ACTIVE: {
        CardEvent.SUSPEND: CardState.SUSPENDED,
        CardEvent.LOSE: CardState.LOST,
        CardEvent.CANCEL: CardState.CANCELLED,
        CardEvent.REPLACE: CardState.REPLACED,
        CardEvent.EXPIRE: CardState.EXPIRED,
    },
    CardState.SUSPENDED: {
        CardEvent.LIFT: CardState.ACTIVE,
        CardEvent.LOSE: CardState.LOST,
        CardEvent.CANCEL: CardState.CANCELLED,
        CardEvent.REPLACE: CardState.REPLACED,
        CardEvent.EXPIRE: CardState.EXPIRED,
    },
    CardState.LOST: {
        CardEvent.CANCEL: CardState.CANCELLED,
        CardEvent.REPLACE: CardState.REPLACED,
    },
    CardState.CANCELLED: {},
    CardState.REPLACED: {},
    CardState.EXPIRED: {},
}

# An open application, a card being made, a card in use: a person has at most one of each.
OPEN_APPLICATION = (ApplicationState.ACCEPTED, ApplicationState.IN_BATCH)
IN_MAKING = (CardState.NUMBERED, CardState.PREPARED, CardState.PERSONALIZED)
IN_USE = (CardState.ACTIVE, CardState.SUSPENDED)
LIVE = IN_MAKING + IN_USE

S = TypeVar("S", bound=Enum)
E = TypeVar("E", bound=Enum)


def after(table: Mapping[S, Mapping[E, S]], state: S, event: E, *, what: str = "it") -> S:
    """The state that follows. Raises LifecycleError where the table has no such transition."""
    try:
        return table[state][event]
    except KeyError:
        raise LifecycleError(state=state.value, event=event.value, what=what) from None


def diagram(table: Mapping[S, Mapping[E, S]]) -> str:
    """The table as a Mermaid state diagram; the first state is where a life begins."""
    lines = ["stateDiagram-v2", f"    [*] --> {next(iter(table)).value}"]
    for state, events in table.items():
        for event, following in events.items():
            lines.append(f"    {state.value} --> {following.value}: {event.value}")
        if not events:
            lines.append(f"    {state.value} --> [*]")
    return "\n".join(lines) + "\n"


def page() -> str:
    """The documentation page docs/lifecycles.md, drawn from the tables."""
    parts = [
        "# Life cycles\n",
        "Drawn from the tables in `issuance/lifecycle.py` by `python -m issuance.lifecycle`; "
        "a test compares this page with them.\n",
    ]
    for title, picture in (
        ("Application 申请", diagram(APPLICATION)),
        ("Batch 批次", diagram(BATCH)),
        ("Card 卡", diagram(CARD)),
    ):
        parts.append(f"## {title}\n\n```mermaid\n{picture}```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
