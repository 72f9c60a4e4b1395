"""The matters of work-injury insurance."""

from typing import Final

from api.services.insurances import Insurance
from api.services.matters.rule import Field, FieldKind, MatterRule
from api.services.work_injury import fields, institutions, report
from api.services.work_injury.circumstances import INJURIES, TAKEN_AS
from api.services.work_injury.scheme import WORK_INJURY
from api.services.work_injury.shared_matters import GROUP, shared

REPORTERS: Final = {
    "employer": ("the employer", "用人单位"),
    "person": ("the person, the family or the union", "职工本人、近亲属或工会"),
}

_REPORT: Final = MatterRule(
    kind="work_injury.report",
    label=("report of an injury at work", "工伤认定申请"),
    about=(
        "By the employer within 30 days, by the person within a year.",
        "用人单位30日内、职工或近亲属1年内申请。",
    ),
    propose=report.report,
    effects=report.reported,
    insurance=Insurance.WORK_INJURY,
    fields=(
        Field(name="employer", label=("employer", "用人单位"), kind=FieldKind.EMPLOYER),
        fields.HAPPENED,
        fields.WHAT,
        Field(
            name="circumstance",
            label=("circumstance", "认定情形"),
            kind=FieldKind.CHOICE,
            options={**INJURIES, **TAKEN_AS},
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
    needs_card=False,  # who is in hospital does not come
    group=GROUP,
)
_RECUR: Final = MatterRule(
    kind="work_injury.recur",
    label=("old injury that came back", "工伤复发确认登记"),
    about=("Treatment is due again.", "确认旧伤复发，再次享受工伤医疗等待遇。"),
    propose=report.recur,
    effects=report.recurred,
    insurance=Insurance.WORK_INJURY,
    fields=(fields.INJURY, fields.NUMBER, fields.WHAT, fields.ON, fields.BODY),
    reviewed=True,
    needs_card=False,
    group=GROUP,
)

_INSTITUTIONS: Final = MatterRule(
    kind="work_injury.institutions",
    label=("hospitals for injuries at work", "工伤协议医疗机构登记"),
    about=("Where somebody is treated; it stands on the card.", "登记就医的协议机构并写卡。"),
    propose=institutions.choose,
    insurance=Insurance.WORK_INJURY,
    fields=institutions.FIELDS,
    living=True,
    group=GROUP,
)

MATTERS: Final[tuple[MatterRule, ...]] = (
    _REPORT,
    *shared(
        WORK_INJURY,
        called=("injury at work", "工伤"),
        award_fields=(
            fields.INJURY,
            Field(
                name="leaves",
                label=("leaves the employer", "解除或终止劳动关系"),
                kind=FieldKind.YES_NO,
            ),
        ),
    ),
    _RECUR,
    _INSTITUTIONS,
)
