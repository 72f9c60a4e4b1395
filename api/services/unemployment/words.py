"""The words of the numbers in this subject's explanations, in English and Chinese."""

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "paid_months": ("months paid since the last claim", "前次申领后缴费月数"),
    "share": ("share", "比例"),
    "first_month": ("first month", "起领年月"),
    "until_month": ("last month", "止领年月"),
    "funeral": ("funeral benefit", "丧葬补助金"),
    "bereavement": ("bereavement benefit", "抚恤金"),
}
