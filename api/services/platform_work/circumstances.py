"""How an injury in the course of an order came about.

The cases of 新就业形态人员职业伤害保障办法（试行）, named after those of 工伤保险条例 that
they follow.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CASES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "14-1": ("accident while carrying an order", "执行平台订单任务期间受事故伤害"),
        "14-3": ("violence while carrying an order", "执行平台订单任务期间受到暴力等意外伤害"),
        "14-7": ("other cases of law", "法律、行政法规规定的其他情形"),
        "15-1": ("sudden illness, dead within 48 hours", "突发疾病死亡或48小时内抢救无效死亡"),
        "15-2": ("rescue work or another public interest", "抢险救灾等维护公共利益活动中受伤害"),
    }
)
