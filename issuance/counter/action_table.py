"""What can be done for a holder at a counter: the table that console, desk and server go by.

Who asks for what stands here once: the console draws its forms from it, the use cases
(`issuance.counter.actions`) refuse what it does not allow, and docs/counter-server.md is drawn
from it. Which keys an action needs follows in `issuance.counter.key_rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, StrEnum, unique
from types import MappingProxyType

from issuance import lifecycle
from issuance.counter.replacement_reasons import Reason
from issuance.roles import Role
from issuance.states import CardEvent, CardState

VISIT = "visit"  # the action of a ticket that others lie in


@unique
class Action(StrEnum):
    """What a clerk does for a holder."""

    LOSS_TEMPORARY = "loss_temporary"
    LOSS_FINAL = "loss_final"
    LIFT = "lift"
    CANCEL = "cancel"
    HAND_OVER = "hand_over"
    ACTIVATE = "activate"
    PIN_CHANGE = "pin_change"
    PIN_RELOAD = "pin_reload"
    PIN_UNBLOCK = "pin_unblock"
    UPDATE = "update"
    RECORD = "record"
    BLOCK_APPLICATION = "block_application"
    UNBLOCK_APPLICATION = "unblock_application"
    BLOCK_CARD = "block_card"
    REPLACE = "replace"


@unique
class FieldKind(Enum):
    """How the console asks for a value."""

    TEXT = "text"
    YES_NO = "yes_no"
    APPLICATION = "application"  # one of the card's applications, by name: "DF02"
    GROUP = "group"  # a data group by name, "residence", and `items`: its items by name
    RECORD = "record"  # the same with its application, "DF03.pension_insurance", and `items`
    CHOICE = "choice"  # one of the field's `options`
    SECOND = "second"  # the name of another person, who proved on the spot who he is
    PHOTO = "photo"  # a JPEG file, in base64


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value that an action asks for."""

    name: str
    label: tuple[str, str]
    kind: FieldKind
    required: bool = True
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRule:
    """A row of the table."""

    label: tuple[str, str]
    states: tuple[CardState, ...]  # of the card, in which it is offered
    on_card: bool = False  # the agent does it on the chip; otherwise the server, in the book
    needs_card: bool = False  # the card lies on the reader, and was shown in the visit
    needs_pin: bool = False  # the holder enters his PIN
    needs_identity: bool = False  # the clerk confirms that he checked a document
    by_mandate: bool = False  # somebody with a mandate may come instead of the holder
    undone: bool = True  # whether anything undoes it
    relayed: bool = False  # the server works a card at the desk (`reader.relay`)
    by_services: bool = False  # begun with what the services computed, never from a form
    lasts: timedelta = timedelta(minutes=10)
    fields: tuple[Field, ...] = ()
    roles: tuple[Role, ...] = lifecycle.COUNTER


_REASON = Field(name="reason", label=("reason", "原因"), kind=FieldKind.TEXT)
_APPLICATION = Field(name="application", label=("application", "应用"), kind=FieldKind.APPLICATION)
_FOR_EVER = Field(
    name="for_ever", label=("for ever", "永久"), kind=FieldKind.YES_NO, required=False
)
_GROUP = Field(name="group", label=("data", "信息项"), kind=FieldKind.GROUP)
_RECORD = Field(name="group", label=("service data", "业务信息"), kind=FieldKind.RECORD)

_REPLACED_FOR = Field(
    name="reason",
    label=("reason", "补换原因"),
    kind=FieldKind.CHOICE,
    options=MappingProxyType(
        {
            Reason.LOST.value: ("lost", "遗失"),
            Reason.DAMAGED.value: ("damaged", "损坏"),
            Reason.EXPIRED.value: ("expired", "到期"),
            Reason.DATA_CHANGED.value: ("data changed", "信息变更"),
        }
    ),
)
_SECOND = Field(name="second", label=("who approves and inspects", "复核人"), kind=FieldKind.SECOND)
_PHOTO = Field(name="photo", label=("photo", "照片"), kind=FieldKind.PHOTO, required=False)

_WITH_HOLDER = frozenset(
    {CardState.HANDED_OVER, CardState.ACTIVE, CardState.SUSPENDED, CardState.LOST}
)
_OUT_OF_USE = (CardState.LOST, CardState.CANCELLED, CardState.REPLACED, CardState.EXPIRED)


def _when(event: CardEvent) -> tuple[CardState, ...]:
    """The states that the table of lives allows the event in, as far as a holder has the card."""
    return tuple(one for one in lifecycle.before(lifecycle.CARD, event) if one in _WITH_HOLDER)


_HANDED = tuple(lifecycle.before(lifecycle.CARD, CardEvent.HAND_OVER))

ACTIONS: Mapping[Action, ActionRule] = MappingProxyType(
    {
        Action.LOSS_TEMPORARY: ActionRule(
            label=("temporary loss report", "临时挂失"),
            states=_when(CardEvent.SUSPEND),
            needs_identity=True,
            by_mandate=True,
        ),
        Action.LOSS_FINAL: ActionRule(
            label=("loss report", "正式挂失"),
            states=_when(CardEvent.LOSE),
            needs_identity=True,
            by_mandate=True,
            undone=False,
        ),
        Action.LIFT: ActionRule(
            label=("lifting of a temporary loss", "解除挂失"),
            states=_when(CardEvent.LIFT),
            needs_identity=True,
        ),
        Action.CANCEL: ActionRule(
            label=("cancellation", "注销"),
            states=_when(CardEvent.CANCEL),
            needs_identity=True,
            by_mandate=True,
            undone=False,
            fields=(_REASON,),
        ),
        Action.HAND_OVER: ActionRule(
            label=("hand-over", "领卡"),
            states=_HANDED,
            needs_card=True,
            needs_identity=True,
            by_mandate=True,
        ),
        Action.ACTIVATE: ActionRule(
            label=("activation", "启用"),
            states=(CardState.HANDED_OVER, *_HANDED),
            needs_card=True,
            needs_identity=True,
            by_mandate=True,
        ),
        Action.PIN_CHANGE: ActionRule(
            label=("change of the PIN", "修改密码"),
            states=(CardState.ACTIVE,),
            on_card=True,
            needs_card=True,
            needs_pin=True,
        ),
        Action.PIN_RELOAD: ActionRule(
            label=("new PIN", "重置密码"),
            states=(CardState.ACTIVE,),
            on_card=True,
            needs_card=True,
            needs_identity=True,
        ),
        Action.PIN_UNBLOCK: ActionRule(
            label=("unblocking of the PIN", "密码解锁"),
            states=(CardState.ACTIVE,),
            on_card=True,
            needs_card=True,
            needs_identity=True,
        ),
        Action.UPDATE: ActionRule(
            label=("change of data on the card", "变更卡内信息"),
            states=(CardState.ACTIVE,),
            on_card=True,
            needs_card=True,
            needs_identity=True,
            by_mandate=True,
            fields=(_GROUP,),
        ),
        Action.RECORD: ActionRule(
            label=("service data on the card", "业务信息写卡"),
            states=(CardState.ACTIVE,),
            on_card=True,
            needs_card=True,
            by_services=True,
            fields=(_RECORD,),
        ),
        Action.BLOCK_APPLICATION: ActionRule(
            label=("blocking of an application", "锁定应用"),
            states=(CardState.ACTIVE, CardState.SUSPENDED),
            on_card=True,
            needs_card=True,
            fields=(_APPLICATION, _FOR_EVER),
        ),
        Action.UNBLOCK_APPLICATION: ActionRule(
            label=("unblocking of an application", "解锁应用"),
            states=(CardState.ACTIVE,),
            on_card=True,
            needs_card=True,
            needs_identity=True,
            fields=(_APPLICATION,),
        ),
        Action.BLOCK_CARD: ActionRule(
            label=("blocking of the card for ever", "锁卡"),
            states=(CardState.SUSPENDED, *_OUT_OF_USE),
            on_card=True,
            needs_card=True,
            undone=False,
            fields=(_REASON,),
        ),
        Action.REPLACE: ActionRule(
            label=("replacement on the spot", "即时补换卡"),
            states=(
                CardState.ACTIVE,
                CardState.SUSPENDED,
                CardState.LOST,
                CardState.EXPIRED,
            ),
            on_card=True,
            relayed=True,
            needs_identity=True,
            undone=False,
            fields=(_REPLACED_FOR, _SECOND, _PHOTO),
            lasts=timedelta(hours=1),
        ),
    }
)


def offered(state: CardState) -> tuple[Action, ...]:
    """What a clerk may do with a card in this state."""
    return tuple(action for action, rule in ACTIONS.items() if state in rule.states)
