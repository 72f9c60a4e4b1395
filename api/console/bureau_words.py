"""What the bureau's pages call states, events and steps, in English and Chinese."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from issuance.duties import STEPS, Step
from issuance.roles import ROLE_NAMES, Role
from issuance.state_words import STATE_WORDS
from issuance.stock.kinds import Kind, Work

Sentence = tuple[str, str]

_NAMES: Final[Mapping[Enum, Sentence]] = {
    **STATE_WORDS,
    Kind.CARD: ("cards", "卡"),
    Kind.BLANK: ("blanks", "空白卡"),
    Work.PERSONALIZE: ("personalization", "个人化"),
    Work.INSPECT: ("inspection", "质检"),
}

FIGURES: Final[Mapping[str, Sentence]] = {
    "received": ("received", "收到"),
    "carried_in": ("carried in", "上班结转"),
    "good": ("good", "合格"),
    "rejected": ("rejected", "废品"),
    "samples": ("samples", "样品"),
    "returned": ("returned", "退回"),
    "carried_out": ("carried out", "结转下班"),
}

# Events of the ledger of blanks.
MOVEMENTS: Final[Mapping[str, Sentence]] = {
    "receive": ("came in", "入库"),
    "issue": ("to a station", "发放"),
    "return": ("back to stock", "退库"),
    "use": ("used", "使用"),
    "reject": ("spoilt", "报废"),
    "sample": ("sample", "留样"),
    "destroy": ("destroyed", "销毁"),
}


_BY_VALUE: Final = {(type(value), str(value.value)): names for value, names in _NAMES.items()}


def of_value(kind: type[Enum], value: str) -> Sentence:
    """The name of an enumeration's value as a certificate has it; the value where it is unknown."""
    return _BY_VALUE.get((kind, value), (value, value))


def name(value: object) -> Sentence:
    """What people call a state, an event, a step or a role; its own text where nothing is known."""
    if isinstance(value, Step):
        return STEPS[value].names
    if isinstance(value, Role):
        return ROLE_NAMES[value]
    if isinstance(value, Enum):
        return _NAMES.get(value, (str(value.value), str(value.value)))
    known = {**FIGURES, **MOVEMENTS}.get(str(value))
    return known or (str(value), str(value))
