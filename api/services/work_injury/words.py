"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "base_sum": ("sum of the monthly bases", "月缴费工资合计"),
    "base_months": ("months", "缴费月数"),
    "declared_wage": ("declared wage", "申报工资"),
    "care": ("care allowance", "生活护理费（月）"),
    "care_percent": ("percent for care", "护理比例"),
    "employer_allowance": ("allowance that the employer pays", "伤残津贴（用人单位支付，月）"),
    "lump_before": ("months of the lump sum before", "原等级补助金月数"),
    "leaving_wage": ("base of the lump sums on leaving", "离职补助金基数"),
    "urban_income": ("national disposable income", "全国城镇居民人均可支配收入"),
    "death_years": ("years", "年数"),
    "death": ("benefit for the death", "一次性工亡补助金"),
    "funeral_months": ("months of the funeral benefit", "丧葬补助金月数"),
    "dependant": ("pension of the dependant", "供养亲属抚恤金（月）"),
    "dependant_percent": ("percent for the dependant", "抚恤比例"),
    "percents": ("percents of all dependants", "各供养亲属比例合计"),
    "left_over": ("of the fen that do not divide", "不能均分的余额"),
    "together": ("pensions of all dependants", "各供养亲属抚恤金合计"),
    "before": ("amount before", "原月标准"),
    "pension": ("pension", "基本养老金"),
    "rise": ("rise", "增加额"),
}
