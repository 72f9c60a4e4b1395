"""The matters of unemployment insurance."""

from typing import Final

from api.services.insurances import Insurance
from api.services.matters.rule import Field, FieldKind, MatterRule
from api.services.offices.tree import Tier
from api.services.unemployment import claim, ending, registration, rules
from reader.card_profile.codes_employment import UNEMPLOYMENT_REASON

GROUP: Final = "unemployment"
SEARCHES: Final = {
    "applied": ("applied for work", "应聘"),
    "interview": ("went to an interview", "面试"),
    "course": ("took a course", "参加培训"),
    "offered": ("was offered work or a course", "获介绍工作或培训"),
    "refused": ("refused what was offered", "拒绝所介绍的工作或培训"),
}
REASONS: Final = {one.code: (one.en, one.zh) for one in UNEMPLOYMENT_REASON.codes}
# Death is a matter of its own; employment and pensions are seen by themselves, but may be told.
STOPS: Final = {name: label for name, label in rules.STOPS.items() if name != "death"}

_REGISTER: Final = MatterRule(
    kind="unemployment.register",
    living=True,
    label=("registration as unemployed", "失业登记"),
    about=("Registers that somebody has lost his work.", "登记失业，是申领失业保险金的条件之一。"),
    propose=registration.register,
    effects=registration.registered,
    fields=(
        Field(name="lost_on", label=("day the work was lost", "失业日期"), kind=FieldKind.DATE),
        Field(
            name="reason",
            label=("reason of unemployment", "失业登记原因"),
            kind=FieldKind.CHOICE,
            options=REASONS,
        ),
    ),
    insurance=Insurance.UNEMPLOYMENT,
    decided_by=Tier.TOWNSHIP,
    group=GROUP,
)
_CLAIM: Final = MatterRule(
    kind="unemployment.claim",
    living=True,
    label=("unemployment benefit", "失业保险金申领"),
    about=("The months and amount of the benefit.", "核定失业保险金的领取期限与标准。"),
    propose=claim.claim,
    effects=claim.claimed,
    fields=(
        Field(
            name="ending",
            label=("how the employment ended", "劳动关系终止原因"),
            kind=FieldKind.CHOICE,
            options=rules.ENDINGS,
        ),
        Field(name="seeking", label=("looks for work", "有求职要求"), kind=FieldKind.YES_NO),
    ),
    insurance=Insurance.UNEMPLOYMENT,
    reviewed=True,
    group=GROUP,
)
_JOB_SEARCH: Final = MatterRule(
    kind="unemployment.job_search",
    living=True,
    label=("step to find work", "求职情况登记"),
    about=("Notes what was done to find work.", "登记求职、面试、培训或拒绝情况。"),
    propose=registration.search_for_work,
    effects=registration.searched,
    fields=(
        Field(name="on", label=("day", "日期"), kind=FieldKind.DATE),
        Field(name="kind", label=("what", "情况"), kind=FieldKind.CHOICE, options=SEARCHES),
        Field(name="employer", label=("employer", "单位"), kind=FieldKind.TEXT, most=70),
        Field(
            name="justified",
            label=("refused for a good reason", "拒绝有正当理由"),
            kind=FieldKind.YES_NO,
        ),
        Field(name="note", label=("note", "备注"), kind=FieldKind.TEXT, required=False),
    ),
    insurance=Insurance.UNEMPLOYMENT,
    decided_by=Tier.TOWNSHIP,
    group=GROUP,
)
_STOP: Final = MatterRule(
    kind="unemployment.stop",
    label=("end of unemployment benefit", "停领失业保险金"),
    about=(
        "Ends benefit and registration; months left are kept.",
        "停发并注销登记，保留未领月数。",
    ),
    propose=ending.stop,
    effects=ending.stopped,
    fields=(
        Field(name="reason", label=("cause", "事由"), kind=FieldKind.CHOICE, options=STOPS),
        Field(name="on", label=("day it arose", "发生日期"), kind=FieldKind.DATE),
    ),
    insurance=Insurance.UNEMPLOYMENT,
    reviewed=True,
    needs_card=False,  # who has gone or refuses does not come with his card
    group=GROUP,
)
_DEATH: Final = MatterRule(
    kind="unemployment.death",
    label=("death while drawing the benefit", "领取失业保险金期间死亡"),
    about=("Funeral and bereavement benefit for the family.", "核定丧葬补助金和抚恤金。"),
    propose=ending.death,
    effects=ending.died,
    fields=(
        Field(name="died_on", label=("day of death", "死亡日期"), kind=FieldKind.DATE),
        Field(name="payee", label=("who is paid", "领取人"), kind=FieldKind.PERSON),
    ),
    insurance=Insurance.UNEMPLOYMENT,
    reviewed=True,
    needs_card=False,
    group="survivors",
)

MATTERS: Final[tuple[MatterRule, ...]] = (_REGISTER, _CLAIM, _JOB_SEARCH, _STOP, _DEATH)
