"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "declared_base": ("declared wage", "申报工资"),
    "base_least": ("least base", "缴费基数下限"),
    "base_most": ("greatest base", "缴费基数上限"),
    "counted_base": ("base", "缴费基数"),
    "late_amount": ("amount that came late", "欠缴金额"),
    "late_days": ("days since 2011-07-01", "2011-07-01 起欠缴天数"),
    "late_days_before": ("days before 2011-07-01", "2011-07-01 前欠缴天数"),
}
