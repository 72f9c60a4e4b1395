"""What somebody fills in who wants to draw a private pension."""

from typing import Final

from api.services.matters.rule import Field, FieldKind, Text
from api.services.private_pension.rules import CONDITIONS, METHODS, Condition

_AMOUNT_HINT: Final[Text] = (
    "Before tax, for the method 'a fixed amount'.",
    "税前，选择“按固定额度”时填写。",
)
_COUNT_HINT: Final[Text] = (
    "For the methods 'months of one's choice' and 'in instalments'.",
    "选择“按选定月数”或“分次”时填写。",
)
_LIVING: Final = {one.value: text for one, text in CONDITIONS.items() if one is not Condition.DEATH}

DRAW_FIELDS: Final[tuple[Field, ...]] = (
    Field(
        name="condition",
        label=("condition", "领取条件"),
        kind=FieldKind.CHOICE,
        options=_LIVING,
    ),
    Field(
        name="method",
        label=("method", "领取方式"),
        kind=FieldKind.CHOICE,
        options={one.value: text for one, text in METHODS.items()},
    ),
    Field(
        name="count",
        label=("number of payments", "领取次数"),
        kind=FieldKind.WHOLE,
        required=False,
        least=1,
        most=600,
        hint=_COUNT_HINT,
    ),
    Field(
        name="payment",
        label=("monthly amount", "每月领取额"),
        kind=FieldKind.AMOUNT,
        required=False,
        least=1,
        hint=_AMOUNT_HINT,
    ),
    Field(
        name="own_expenses",
        label=("own medical expenses of twelve months", "12个月医药费用个人负担额"),
        kind=FieldKind.AMOUNT,
        required=False,
        hint=("For heavy medical expenses.", "医药费用负担较重的填写。"),
    ),
    Field(
        name="benefit_months_elsewhere",
        label=(
            "months of unemployment benefit elsewhere, of two years",
            "两年内在外地领取失业保险金月数",
        ),
        kind=FieldKind.WHOLE,
        required=False,
        most=24,
        hint=("By certificate; those here are counted.", "凭证明填写；本地月数自动计算。"),
    ),
    Field(
        name="evidence",
        label=("document that proves the condition", "证明材料"),
        kind=FieldKind.TEXT,
        required=False,
        hint=("For all but age and unemployment.", "达到年龄、失业以外的条件须填写。"),
    ),
)
