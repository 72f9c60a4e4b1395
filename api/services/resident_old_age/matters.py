"""The matters of the old-age insurance of residents."""

from typing import Final

from api.services.insurances import Insurance
from api.services.matters.rule import Field, FieldKind, MatterRule
from api.services.old_age import deaths as old_age_deaths
from api.services.resident_old_age import award, conversion, conversion_booking, deaths

MATTERS: Final[tuple[MatterRule, ...]] = (
    MatterRule(
        kind="resident_old_age.draw",
        label=("pension of residents", "城乡居民养老金申领"),
        about=(
            "The pension of a resident who is sixty.",
            "年满 60 周岁的城乡居民，核定养老金。",
        ),
        propose=award.draw,
        insurance=Insurance.RESIDENT_OLD_AGE,
        reviewed=True,
        group="old_age",
    ),
    MatterRule(
        kind="resident_old_age.convert",
        living=True,
        label=("between residents' and employees' insurance", "城乡养老保险制度衔接"),
        about=(
            "Moves the account of somebody who reached the age of the law to the other insurance.",
            "达到法定退休年龄后，职工与城乡居民养老保险之间转移个人账户。",
        ),
        propose=conversion.convert,
        effects=conversion_booking.book,
        insurance=Insurance.OLD_AGE,
        fields=(
            Field(
                name="direction",
                label=("from and to", "转移方向"),
                kind=FieldKind.CHOICE,
                options=conversion.DIRECTIONS,
            ),
        ),
        reviewed=True,
        group="old_age",
    ),
    MatterRule(
        kind="resident_old_age.death",
        label=("death of an insured resident", "城乡居民参保人员死亡待遇"),
        about=(
            "Ends the pension; the account to the heirs, the funeral benefit where there is one.",
            "终止待遇，个人账户余额由继承人领取，核定丧葬补助金。",
        ),
        propose=deaths.death,
        effects=old_age_deaths.died,
        insurance=Insurance.RESIDENT_OLD_AGE,
        fields=(
            Field(name="died_on", label=("day of death", "死亡日期"), kind=FieldKind.DATE),
            Field(name="payee", label=("who is paid", "领取人"), kind=FieldKind.PERSON),
        ),
        reviewed=True,
        needs_card=False,
        group="survivors",
    ),
)
