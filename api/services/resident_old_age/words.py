"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "resident_base": ("regional basic pension", "基础养老金标准"),
    "resident_funeral_months": ("months of it", "发放月数"),
    "refund": ("refund of doubled months", "重复缴费退款"),
    "long_increase": ("increase for long contribution", "长缴增发"),
    "other_increase": ("other local increase", "其他地方增发"),
    "age_supplement": ("supplement of age", "高龄加发基础养老金"),
}
