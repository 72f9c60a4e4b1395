"""The matters of the basic old-age insurance of employees."""

from typing import Final

from api.services.insurances import Insurance
from api.services.matters.rule import Field, FieldKind, MatterRule
from api.services.old_age import retirement

MATTERS: Final[tuple[MatterRule, ...]] = (
    MatterRule(
        kind="old_age.retire",
        label=("retirement", "退休待遇申领"),
        about=("The pension of an employee who retires.", "企业职工退休，核定基本养老金。"),
        propose=retirement.retire,
        effects=retirement.retired,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(name="month", label=("month of retirement", "退休年月"), kind=FieldKind.MONTH),
            Field(
                name="notice",
                label=("day of the written notice to the employer", "书面告知单位日期"),
                kind=FieldKind.DATE,
                required=False,
                hint=(
                    "Only where somebody retires earlier than the law's age: three months before.",
                    "仅弹性提前退休时填写，至少提前 3 个月。",
                ),
            ),
            Field(
                name="employer_agrees",
                label=("the employer agreed in writing", "已与单位书面协商一致"),
                kind=FieldKind.YES_NO,
                hint=(
                    "Only where somebody retires later than the law's age.",
                    "仅弹性延迟退休时填写。",
                ),
            ),
            Field(
                name="transition",
                label=("transitional pension by the region's own rule", "过渡性养老金（地方办法）"),
                kind=FieldKind.AMOUNT,
                required=False,
                most=1_000_000,
                hint=(
                    "Only where the region's rule is none of coefficient, index and years.",
                    "仅当地办法不按系数、指数、年限计算时填写核定金额。",
                ),
            ),
        ),
        reviewed=True,
        group="old_age",
    ),
)
