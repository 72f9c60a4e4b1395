"""How an injury came about: the cases of 工伤保险条例 第十四条 to 第十六条 (2010 revision)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Text = tuple[str, str]

# 第十四条: an injury at work; 第十五条: taken as one.
INJURIES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "14-1": ("accident at work, by the work", "工作时间和场所内因工作原因受事故伤害"),
        "14-2": ("accident before or after work", "工作前后从事预备性或收尾性工作受事故伤害"),
        "14-3": ("violence while doing the work", "因履行工作职责受到暴力等意外伤害"),
        "14-4": ("occupational disease", "患职业病"),
        "14-5": ("away for work: hurt or missing", "因工外出期间受伤或下落不明"),
        "14-6": (
            "traffic accident on the way, not mainly own fault",
            "上下班途中非本人主要责任事故",
        ),
        "14-7": ("other cases of law", "法律、行政法规规定的其他情形"),
    }
)
TAKEN_AS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "15-1": (
            "sudden illness at work, dead within 48 hours",
            "突发疾病死亡或48小时内抢救无效死亡",
        ),
        "15-2": ("rescue work or another public interest", "抢险救灾等维护公共利益活动中受伤害"),
        "15-3": ("old service wound of a veteran", "原服役因战因公负伤旧伤复发"),
    }
)
# 第十六条: none of the two.
EXCLUDED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "16-1": ("wilful crime", "故意犯罪"),
        "16-2": ("drunkenness or drugs", "醉酒或者吸毒"),
        "16-3": ("self-harm or suicide", "自残或者自杀"),
    }
)

# 工伤认定结论, code table 38 of 人社信息函〔2012〕37号.
INJURY, TAKEN, NO_INJURY, NOT_TAKEN = "1", "2", "3", "4"
RECOGNIZED: Final = frozenset({INJURY, TAKEN})


def findings(circumstance: str, *, excluded: bool) -> frozenset[str]:
    """The findings that a case may have: found to be one, or not; excluded ones only not."""
    found, not_found = (TAKEN, NOT_TAKEN) if circumstance in TAKEN_AS else (INJURY, NO_INJURY)
    return frozenset({not_found} if excluded else {found, not_found})
