"""What is filled in for the matters of the enterprise annuity."""

from typing import Final

from api.services.annuity.rules import CONDITIONS, LEAVING, METHODS
from api.services.matters.rule import Field, FieldKind, Text

_STATEMENT: Final[Text] = ("By the administrator's statement.", "按账户管理人对账单填写。")

BALANCES: Final[tuple[Field, ...]] = (
    Field(
        name="own_balance",
        label=("own contributions with their yield", "个人缴费及其投资收益"),
        kind=FieldKind.AMOUNT,
        hint=_STATEMENT,
    ),
    Field(
        name="employer_balance",
        label=("employer's contributions with their yield", "企业缴费及其投资收益"),
        kind=FieldKind.AMOUNT,
        hint=_STATEMENT,
    ),
)
TRANSFER_FIELDS: Final[tuple[Field, ...]] = (
    *BALANCES,
    Field(name="since", label=("month of joining", "入职年月"), kind=FieldKind.MONTH),
    Field(name="left", label=("month of leaving", "离职年月"), kind=FieldKind.MONTH),
    Field(
        name="leaving",
        label=("how the person left", "离职原因"),
        kind=FieldKind.CHOICE,
        options={one.value: text for one, text in LEAVING.items()},
    ),
    Field(
        name="new_employer",
        label=("new employer", "新单位"),
        kind=FieldKind.EMPLOYER,
        required=False,
    ),
)
DRAW_FIELDS: Final[tuple[Field, ...]] = (
    Field(
        name="condition",
        label=("condition", "领取条件"),
        kind=FieldKind.CHOICE,
        options={one.value: text for one, text in CONDITIONS.items()},
    ),
    Field(
        name="method",
        label=("method", "领取方式"),
        kind=FieldKind.CHOICE,
        options={one.value: text for one, text in METHODS.items()},
    ),
    *BALANCES,
    Field(
        name="count",
        label=("number of payments", "领取次数"),
        kind=FieldKind.WHOLE,
        required=False,
        least=1,
        most=600,
        hint=("Months or years over which it is paid.", "按月或按年领取的次数。"),
    ),
    Field(
        name="since",
        label=("month of joining", "入职年月"),
        kind=FieldKind.MONTH,
        required=False,
        hint=("For who settles abroad.", "出国（境）定居的填写。"),
    ),
    Field(
        name="left",
        label=("month of leaving", "离职年月"),
        kind=FieldKind.MONTH,
        required=False,
    ),
    Field(
        name="heir",
        label=("heir, who is registered", "继承人社会保障号码"),
        kind=FieldKind.PERSON,
        required=False,
        hint=("After a death.", "参加人死亡的填写。"),
    ),
    Field(
        name="evidence",
        label=("document that proves the condition", "证明材料"),
        kind=FieldKind.TEXT,
        required=False,
        hint=("For incapacity and for settling abroad.", "丧失劳动能力、出国（境）定居的填写。"),
    ),
)
