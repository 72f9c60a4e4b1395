"""What the bureau's pages call states, events and steps, in English and Chinese."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from issuance.duties import STEPS, Step
from issuance.roles import ROLE_NAMES, Role
from issuance.states import (
    ApplicationState,
    BatchEvent,
    BatchState,
    BlankState,
    CardState,
    Signing,
)
from issuance.stock.kinds import Kind, Work

Sentence = tuple[str, str]

_NAMES: Final[Mapping[Enum, Sentence]] = {
    ApplicationState.RECEIVED: ("received", "已收"),
    ApplicationState.CHECKED: ("checked, without a batch", "已核验，未组批"),
    ApplicationState.IN_REVIEW: ("waiting for release", "待审批"),
    ApplicationState.APPROVED: ("waiting for a card", "待制卡"),
    ApplicationState.CARDED: ("has a card", "已制卡"),
    ApplicationState.REFUSED: ("refused", "已退回"),
    ApplicationState.CANCELLED: ("withdrawn", "已撤销"),
    BatchState.REQUESTED: ("waiting for release", "待审批"),
    BatchState.APPROVED: ("released", "已放行"),
    BatchState.PRODUCING: ("in production", "制卡中"),
    BatchState.PRODUCED: ("made, to be closed", "已制完，待结批"),
    BatchState.CLOSED: ("closed", "已结批"),
    BatchState.REJECTED: ("rejected", "已退回"),
    BatchState.CANCELLED: ("withdrawn", "已撤销"),
    BatchEvent.APPROVE: ("release", "放行"),
    BatchEvent.REJECT: ("reject", "退回"),
    BatchEvent.CANCEL: ("withdraw", "撤销"),
    BatchEvent.START: ("begin", "开工"),
    BatchEvent.FINISH: ("finish", "完工"),
    BatchEvent.REOPEN: ("open again", "重新开工"),
    BatchEvent.CLOSE: ("close", "结批"),
    CardState.NUMBERED: ("numbered", "已编号"),
    CardState.PREPARED: ("prepared", "已备制"),
    CardState.PERSONALIZED: ("personalized", "已个人化"),
    CardState.INSPECTED: ("inspected", "已质检"),
    CardState.SHIPPED: ("shipped", "已发运"),
    CardState.AT_OUTLET: ("at the outlet", "已到网点"),
    CardState.HANDED_OVER: ("handed over", "已领取"),
    CardState.ACTIVE: ("active", "正常"),
    CardState.SUSPENDED: ("suspended", "临时挂失"),
    CardState.LOST: ("lost", "正式挂失"),
    CardState.REJECTED: ("spoilt", "废卡"),
    CardState.CANCELLED: ("cancelled", "已注销"),
    CardState.REPLACED: ("replaced", "已补换"),
    CardState.EXPIRED: ("expired", "已到期"),
    BlankState.IN_STOCK: ("in stock", "在库"),
    BlankState.ISSUED: ("at a station", "在工位"),
    BlankState.USED: ("used", "已用"),
    BlankState.REJECTED: ("spoilt", "废卡"),
    BlankState.SAMPLE: ("sample", "样品"),
    BlankState.DESTROYED: ("destroyed", "已销毁"),
    Signing.STATION: ("at the station, one a card", "工位逐卡签名"),
    Signing.CARD: ("ahead, one a card", "预先逐卡签名"),
    Signing.MERKLE: ("ahead, one for many cards", "预先批量签名"),
    Signing.MERKLE_ON_CARD: (
        "one for many cards, key pairs in the chips",
        "批量签名，密钥对在卡内生成",
    ),
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
