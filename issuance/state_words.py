"""What people call the states and events of applications, batches, cards and blanks.

Programs and the trail have the values themselves.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from issuance.states import (
    ApplicationEvent,
    ApplicationState,
    BatchEvent,
    BatchState,
    BlankEvent,
    BlankState,
    CardEvent,
    CardState,
    Signing,
)

# In English and Chinese.
STATE_WORDS: Final[Mapping[Enum, tuple[str, str]]] = {
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
    ApplicationEvent.CHECK: ("check", "核验"),
    ApplicationEvent.SUBMIT: ("submit", "提交审批"),
    ApplicationEvent.APPROVE: ("approve", "审批"),
    ApplicationEvent.CARD: ("card", "编号制卡"),
    ApplicationEvent.REFUSE: ("refuse", "退回"),
    ApplicationEvent.CANCEL: ("cancel", "撤销"),
    CardEvent.PREPARE: ("prepare", "备制"),
    CardEvent.PERSONALIZE: ("personalize", "个人化"),
    CardEvent.INSPECT: ("inspect", "质检"),
    CardEvent.REJECT: ("reject", "报废"),
    CardEvent.SHIP: ("ship", "发运"),
    CardEvent.ARRIVE: ("arrive", "到点"),
    CardEvent.RETURN: ("return", "退回"),
    CardEvent.HAND_OVER: ("hand over", "领取"),
    CardEvent.ACTIVATE: ("activate", "启用"),
    CardEvent.SUSPEND: ("suspend", "临时挂失"),
    CardEvent.LIFT: ("lift", "解挂"),
    CardEvent.LOSE: ("lose", "正式挂失"),
    CardEvent.CANCEL: ("cancel", "注销"),
    CardEvent.REPLACE: ("replace", "补换"),
    CardEvent.EXPIRE: ("expire", "到期"),
    BlankEvent.ISSUE: ("issue", "发放"),
    BlankEvent.RETURN: ("return", "退库"),
    BlankEvent.USE: ("use", "使用"),
    BlankEvent.REJECT: ("reject", "报废"),
    BlankEvent.SAMPLE: ("sample", "留样"),
    BlankEvent.DESTROY: ("destroy", "销毁"),
    Signing.STATION: ("at the station, one a card", "工位逐卡签名"),
    Signing.CARD: ("ahead, one a card", "预先逐卡签名"),
    Signing.MERKLE: ("ahead, one for many cards", "预先批量签名"),
    Signing.MERKLE_ON_CARD: (
        "one for many cards, key pairs in the chips",
        "批量签名，密钥对在卡内生成",
    ),
}

_THINGS: Final[Mapping[str, tuple[str, tuple[type[Enum], ...]]]] = {
    "application": ("申请", (ApplicationState, ApplicationEvent)),
    "batch": ("批次", (BatchState, BatchEvent)),
    "card": ("卡", (CardState, CardEvent)),
    "blank": ("空白卡", (BlankState, BlankEvent)),
}

# What is refused in a state without being an event of its table.
_OTHERS: Final = {"enable_keys": "启用密钥", "note": "登记", "over": "已过"}


def chinese(state: Enum) -> str:
    """The Chinese word for a state or an event."""
    return STATE_WORDS[state][1]


def chinese_thing(what: str) -> str:
    """“batch 371700-…” in Chinese; as it is where it is no such thing."""
    kind, _, name = what.partition(" ")
    return f"{_THINGS[kind][0]} {name}" if kind in _THINGS else what


def chinese_of(what: str, value: str) -> str:
    """The Chinese word for the value of a state or an event of “batch 371700-…” or the like."""
    for kind in _THINGS.get(what.partition(" ")[0], ("", ()))[1]:
        for member in kind:
            if member.value == value:
                return chinese(member)
    return _OTHERS.get(value, value)
