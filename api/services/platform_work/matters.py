"""The matters of the pilot for platform workers."""

from typing import Final

from api.services.insurances import Insurance
from api.services.matters.rule import Field, FieldKind, MatterRule
from api.services.platform_work import report
from api.services.platform_work.circumstances import CASES
from api.services.platform_work.scheme import PLATFORM_WORK
from api.services.work_injury import fields
from api.services.work_injury.shared_matters import GROUP, shared

REPORTERS: Final = {
    "employer": ("the platform", "平台企业"),
    "person": ("the person or the family", "本人或近亲属"),
}

_REPORT: Final = MatterRule(
    kind="platform_work.report",
    label=("report of an injury on an order", "职业伤害确认申请"),
    about=(
        "The platform whose order was being carried answers for it.",
        "由执行中订单所属的平台企业承担责任。",
    ),
    propose=report.report,
    effects=report.reported,
    insurance=Insurance.PLATFORM_INJURY,
    fields=(
        Field(name="employer", label=("platform", "平台企业"), kind=FieldKind.EMPLOYER),
        Field(name="order", label=("order number", "订单编号"), kind=FieldKind.TEXT, most=40),
        Field(
            name="place",
            label=("office of where the order was taken", "接单地经办机构"),
            kind=FieldKind.OFFICE,
        ),
        fields.HAPPENED,
        fields.WHAT,
        Field(
            name="circumstance",
            label=("circumstance", "确认情形"),
            kind=FieldKind.CHOICE,
            options=CASES,
        ),
        Field(
            name="reporter",
            label=("who reports", "申请人"),
            kind=FieldKind.CHOICE,
            options=REPORTERS,
        ),
        Field(
            name="extended",
            label=("the authority extended the time", "经社保行政部门同意延长时限"),
            kind=FieldKind.YES_NO,
        ),
    ),
    needs_card=False,
    group=GROUP,
)

MATTERS: Final[tuple[MatterRule, ...]] = (
    _REPORT,
    *shared(
        PLATFORM_WORK,
        called=("injury on an order", "职业伤害"),
        award_fields=(fields.INJURY,),
    ),
)
