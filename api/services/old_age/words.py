"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "index_paid": ("sum of the indices of paid months", "实际缴费月指数之和"),
    "index_deemed": ("sum of the indices of deemed months", "视同缴费月指数之和"),
    "months_paid": ("paid months", "实际缴费月数"),
    "months_deemed": ("deemed months", "视同缴费月数"),
    "contribution_months": ("contribution months", "累计缴费月数"),
    "indexed_wage": ("indexed monthly wage", "本人指数化月平均缴费工资"),
    "increase_fixed": ("fixed increase", "定额增发"),
    "increase_per_year": ("increase for each year", "每年增发额"),
    "increase_rate": ("increase for each year by the wage", "每年增发比例"),
    "pension_before": ("pension before", "调整前基本养老金"),
    "adjustment_rate": ("share of the pension", "按养老金水平挂钩比例"),
    "least_years": ("least years that count", "挂钩年限下限"),
    "fixed": ("fixed amount", "定额调整"),
    "per_year": ("amount for each year", "每年挂钩额"),
    "per_year_15": ("for each year beyond 15", "超过15年每年挂钩额"),
    "per_year_30": ("for each year beyond 30", "超过30年每年挂钩额"),
    "for_years": ("for contribution years", "缴费年限挂钩额"),
    "for_pension": ("by the pension", "养老金水平挂钩额"),
    "for_age": ("for great age", "高龄倾斜"),
    "increase": ("increase", "月增加额"),
    "province_income": (
        "monthly disposable income of urban residents",
        "上一年度城镇居民月人均可支配收入",
    ),
    "survivor_months": ("months of the survivors' benefit", "抚恤金发放月数"),
    "drawn_months": ("months of pension drawn", "已领取基本养老金月数"),
    "own_contributions": ("own contributions", "本人缴费之和"),
    "funeral": ("funeral benefit", "丧葬补助金"),
    "survivors": ("survivors' benefit", "抚恤金"),
    "account_left": ("left of the account", "个人账户余额"),
}
