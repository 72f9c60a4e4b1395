"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "private_wage": ("average wage in private units", "城镇私营单位就业人员月平均工资"),
    "benefit_share": ("share", "计发比例"),
    "benefit_base": ("base of the benefits", "待遇计发基数"),
    "once_months": ("months of the one-off allowance", "一次性津贴月数"),
    "once": ("one-off allowance", "一次性津贴"),
}
