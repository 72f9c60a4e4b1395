"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "own_balance": ("own contributions with their yield", "个人缴费及其投资收益"),
    "employer_balance": ("employer's contributions with their yield", "企业缴费及其投资收益"),
    "worked_years": ("full years of work there", "在本企业工作满年数"),
    "vesting_years": ("years until all is vested", "完全归属年限"),
    "vested_share": ("vested share", "归属比例"),
    "vested": ("vested part of the employer's", "归属个人的企业缴费部分"),
    "returned": ("back to the employer's account", "退回企业账户"),
    "annuity_account": ("account", "个人账户可领取额"),
    "annuity_payments": ("payments", "领取次数"),
    "annuity_payment": ("payment before tax", "每次领取额（税前）"),
    "annuity_last": ("last payment before tax", "末次领取额（税前）"),
    "annuity_tax": ("tax on a payment", "每次应纳税额"),
    "annuity_last_tax": ("tax on the last payment", "末次应纳税额"),
    "tax_percent": ("tax rate of the bracket", "适用税率"),
    "quick_deduction": ("quick deduction", "速算扣除数"),
    "employer_paid": ("paid by the employer in the year", "企业当年缴费额"),
    "both_paid": ("paid by both in the year", "企业与职工当年缴费合计"),
    "wages_total": ("wages of the year", "当年工资总额"),
    "employer_ceiling": ("most that the employer may pay", "企业缴费上限"),
    "total_ceiling": ("most that both may pay", "缴费合计上限"),
    "greatest_part": ("greatest part of an account", "计入个人账户最高额"),
    "average_part": ("average part of an account", "计入个人账户平均额"),
    "spread": ("most averages", "最大倍数"),
}
