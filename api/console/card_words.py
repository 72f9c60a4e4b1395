"""Words for what the book says of a card: its states, and the events of its history."""

from collections.abc import Mapping
from typing import Final

from issuance.counter.action_table import ACTIONS, Action
from issuance.states import CardState

Sentence = tuple[str, str]

STATES: Final[Mapping[CardState, Sentence]] = {
    CardState.NUMBERED: ("numbered, not made yet", "已编号，未制卡"),
    CardState.PREPARED: ("prepared, not made yet", "已备数，未制卡"),
    CardState.PERSONALIZED: ("made, not inspected yet", "已制卡，未质检"),
    CardState.INSPECTED: ("made and inspected", "已制卡并质检"),
    CardState.SHIPPED: ("on its way to the outlet", "发往网点途中"),
    CardState.AT_OUTLET: ("waiting at the outlet", "网点待领"),
    CardState.HANDED_OVER: ("handed over, not in use yet", "已领卡，未启用"),
    CardState.ACTIVE: ("in use", "正常使用"),
    CardState.SUSPENDED: ("temporarily reported lost", "临时挂失"),
    CardState.LOST: ("reported lost", "正式挂失"),
    CardState.REJECTED: ("spoilt in the making", "制卡废卡"),
    CardState.CANCELLED: ("cancelled", "已注销"),
    CardState.REPLACED: ("replaced", "已补换"),
    CardState.EXPIRED: ("expired", "已过有效期"),
}

# What a button says: short, and what it does.
BUTTONS: Final[Mapping[Action, Sentence]] = {
    Action.LOSS_TEMPORARY: ("Temporary loss", "临时挂失"),
    Action.LOSS_FINAL: ("Final loss", "正式挂失"),
    Action.LIFT: ("Lift the loss", "解除挂失"),
    Action.CANCEL: ("Cancel the card", "注销"),
    Action.HAND_OVER: ("Hand over", "领卡"),
    Action.ACTIVATE: ("Activate", "启用"),
    Action.PIN_CHANGE: ("Change the PIN", "修改密码"),
    Action.PIN_RELOAD: ("Set a new PIN", "重置密码"),
    Action.PIN_UNBLOCK: ("Unblock the PIN", "密码解锁"),
    Action.UPDATE: ("Change data", "变更卡内信息"),
    Action.RECORD: ("Write to the card", "写入卡内"),
    Action.BLOCK_APPLICATION: ("Block application", "锁定应用"),
    Action.UNBLOCK_APPLICATION: ("Unblock application", "解锁应用"),
    Action.BLOCK_CARD: ("Block the card", "锁卡"),
    Action.REPLACE: ("Replace the card now", "即时补换卡"),
}

_CARD_EVENTS: Final[Mapping[str, Sentence]] = {
    "card.number": ("numbered, in place of a spoilt one", "已编号，补制废卡"),
    "card.prepare": ("data prepared", "制卡数据已备"),
    "card.personalize": ("written to its chip", "写入芯片"),
    "card.fail": ("could not be made at the first try", "制卡失败一次"),
    "card.inspect": ("inspected", "质检"),
    "card.reject": ("spoilt", "废卡"),
    "card.ship": ("shipped to the outlet", "发往网点"),
    "card.arrive": ("arrived at the outlet", "网点签收"),
    "card.return": ("returned to the bureau", "退回"),
    "card.hand_over": ("handed over", "领卡"),
    "card.activate": ("put to use", "启用"),
    "card.suspend": ("temporary loss reported", "临时挂失"),
    "card.lift": ("temporary loss lifted", "解除挂失"),
    "card.lose": ("loss reported", "正式挂失"),
    "card.cancel": ("cancelled", "注销"),
    "card.replace": ("ended: another card took its place", "因补换终止"),
    "card.expire": ("ended: past its last day", "因到期终止"),
    "card.look": ("looked up without the card", "无卡查询"),
    "counter.show": ("shown at a desk", "在柜台出示"),
    "counter.key_use": ("keys used at a desk", "柜台使用密钥"),
    "counter.suspicion": ("a card was shown that says it is this one", "有人出示冒用此卡号的卡"),
    "counter.visit": ("end of a visit", "办理结束"),
}


def event_words(event: str) -> Sentence:
    """What an entry of the trail tells, for a person."""
    if event in _CARD_EVENTS:
        return _CARD_EVENTS[event]
    for action, rule in ACTIONS.items():
        if event == f"counter.{action.value}":
            return rule.label
    return event, event
