"""The states of a matter and its events: the table that the use cases go by."""

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from api.services.matters.errors import MatterStateError


@unique
class State(StrEnum):
    """Where a matter stands."""

    RECEIVED = "received"
    PROPOSED = "proposed"  # one person decided; the reviewer's turn
    DECIDED = "decided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@unique
class Event(StrEnum):
    """What happens to it."""

    RECEIVE = "receive"
    HAND_UP = "hand_up"
    HAND_DOWN = "hand_down"
    HAND_OVER = "hand_over"  # to the office whose it is
    PROPOSE = "propose"
    SEND_BACK = "send_back"  # by the reviewer
    DECIDE = "decide"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


STATE_NAMES: Final[Mapping[State, tuple[str, str]]] = MappingProxyType(
    {
        State.RECEIVED: ("received", "已受理"),
        State.PROPOSED: ("waits for review", "待复核"),
        State.DECIDED: ("decided", "已办结"),
        State.REFUSED: ("refused", "不予办理"),
        State.WITHDRAWN: ("withdrawn", "已撤回"),
    }
)
EVENT_NAMES: Final[Mapping[Event, tuple[str, str]]] = MappingProxyType(
    {
        Event.RECEIVE: ("received", "受理"),
        Event.HAND_UP: ("handed up", "上报"),
        Event.HAND_DOWN: ("handed down", "下转"),
        Event.HAND_OVER: ("handed over", "移交责任机构"),
        Event.PROPOSE: ("proposed for review", "初审"),
        Event.SEND_BACK: ("sent back", "退回"),
        Event.DECIDE: ("decided", "办结"),
        Event.REFUSE: ("refused", "不予办理"),
        Event.WITHDRAW: ("withdrawn", "撤回"),
    }
)

TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = MappingProxyType(
    {
        State.RECEIVED: {
            Event.HAND_UP: State.RECEIVED,
            Event.HAND_DOWN: State.RECEIVED,
            Event.HAND_OVER: State.RECEIVED,
            Event.PROPOSE: State.PROPOSED,
            Event.DECIDE: State.DECIDED,
            Event.REFUSE: State.REFUSED,
            Event.WITHDRAW: State.WITHDRAWN,
        },
        State.PROPOSED: {
            Event.SEND_BACK: State.RECEIVED,
            Event.DECIDE: State.DECIDED,
            Event.REFUSE: State.REFUSED,
            Event.WITHDRAW: State.WITHDRAWN,
        },
        State.DECIDED: {},
        State.REFUSED: {},
        State.WITHDRAWN: {},
    }
)

OPEN_STATES: Final = tuple(state.value for state, events in TRANSITIONS.items() if events)


def after(state: str, event: Event) -> State:
    """The state that *event* leads to. Raises MatterStateError."""
    if (refused := objection(state, event)) is not None:
        raise refused
    return TRANSITIONS[State(state)][event]


def objection(state: str, event: Event) -> MatterStateError | None:
    """Why *event* cannot happen in this state; None where it can."""
    if event in TRANSITIONS[State(state)]:
        return None
    return MatterStateError(STATE_NAMES[State(state)])
