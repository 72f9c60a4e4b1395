"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "balance": ("balance", "账户余额"),
    "deposited": ("paid in during the year", "当年缴费额"),
    "yearly_ceiling": ("ceiling of the year", "年度缴费上限"),
    "deduction_ceiling": ("most that is deducted", "税前扣除限额"),
    "deductible": ("deductible", "可税前扣除额"),
    "left_of_ceiling": ("left of the ceiling", "剩余缴费额度"),
    "payments": ("payments", "领取次数"),
    "payment": ("payment before tax", "每次领取额（税前）"),
    "last_payment": ("last payment before tax", "末次领取额（税前）"),
    "payment_tax": ("tax on a payment", "每次应纳税额"),
    "last_tax": ("tax on the last payment", "末次应纳税额"),
    "net_payment": ("payment after tax", "每次实发额"),
    "last_net": ("last payment after tax", "末次实发额"),
    "tax_total": ("tax on all payments", "应纳税额合计"),
    "net_total": ("all payments after tax", "实发额合计"),
    "tax_rate": ("tax rate", "税率"),
    "own_expenses": ("own medical expenses of twelve months", "12个月医药费用个人负担额"),
    "disposable_income": (
        "disposable income of a resident",
        "上一年度居民人均可支配收入",
    ),
    "benefit_months": ("months of unemployment benefit", "两年内领取失业保险金月数"),
    "least_benefit_months": ("months that are needed", "规定月数"),
}
