"""The matters of the basic old-age insurance of employees."""

from typing import Final

from api.services.insurances import Insurance
from api.services.matters.rule import Field, FieldKind, MatterRule
from api.services.offices.tree import Tier
from api.services.old_age import deaths, life_proofs, redetermination, retirement

MATTERS: Final[tuple[MatterRule, ...]] = (
    MatterRule(
        kind="old_age.retire",
        label=("retirement", "退休待遇申领"),
        about=("The pension of an employee who retires.", "企业职工退休，核定基本养老金。"),
        propose=retirement.retire,
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
    MatterRule(
        kind="old_age.redetermine",
        label=("redetermination", "待遇重新核定"),
        about=(
            "A pension made again from the record of today: contributions, years, birth.",
            "缴费补记、更正、年限认定或出生日期更正后，按现有记录重新核定养老金并补发或追回。",
        ),
        propose=redetermination.redetermine,
        effects=redetermination.redetermined,
        insurance=Insurance.OLD_AGE,
        reviewed=True,
        group="old_age",
    ),
    MatterRule(
        kind="old_age.prove_life",
        label=("proof of life", "待遇领取资格认证"),
        about=(
            "Shows with the card that somebody who draws a benefit lives; good for a year.",
            "持卡办理待遇领取资格认证，有效期一年。",
        ),
        propose=life_proofs.prove,
        effects=life_proofs.proved,
        decided_by=Tier.VILLAGE,
        by_mandate=False,
        anywhere=True,
        group="old_age",
    ),
    MatterRule(
        kind="old_age.death",
        label=("death of somebody insured or retired", "参保（退休）人员死亡待遇"),
        about=(
            "Ends what was drawn; funeral and survivors' benefit, and the account to the heirs.",
            "终止待遇，核定丧葬补助金、抚恤金，个人账户余额由继承人领取。",
        ),
        propose=deaths.death,
        effects=deaths.died,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(name="died_on", label=("day of death", "死亡日期"), kind=FieldKind.DATE),
            Field(name="payee", label=("who is paid", "领取人"), kind=FieldKind.PERSON),
            Field(
                name="by_work",
                label=("the death was caused by work", "因工死亡"),
                kind=FieldKind.YES_NO,
                hint=(
                    "Then the work-injury insurance pays; only the account is settled here.",
                    "因工死亡的遗属待遇由工伤保险支付，此处仅结清个人账户。",
                ),
            ),
        ),
        reviewed=True,
        needs_card=False,
        group="survivors",
    ),
)
