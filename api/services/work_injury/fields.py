"""What the matters of injuries ask for, of employees and of platform workers alike."""

from collections.abc import Mapping
from typing import Final

from api.services.matters.rule import Field, FieldKind, Text
from api.services.work_injury import deaths, ending
from api.services.work_injury.circumstances import EXCLUDED
from reader.card_profile.codes_insurance import (
    DEPENDANT_RELATIONSHIP,
    DISABILITY_GRADE,
    INCAPACITY_FINDING,
    SELF_CARE_GRADE,
    WORK_INJURY_FINDING,
)
from reader.code_table import CodeTable


def _options(table: CodeTable) -> Mapping[str, Text]:
    return {one.code: (one.en, one.zh) for one in table.codes}


INJURY: Final = Field(
    name="injury",
    label=("injury, where there are several", "工伤编号（有多条时填写）"),
    kind=FieldKind.TEXT,
    required=False,
    most=32,
    hint=("its name or the number of its finding", "记录编号或认定书编号"),
)
ON: Final = Field(name="on", label=("day", "日期"), kind=FieldKind.DATE)
NUMBER: Final = Field(name="number", label=("number", "文书编号"), kind=FieldKind.TEXT, most=20)
BODY: Final = Field(name="body", label=("issuing body", "作出机构"), kind=FieldKind.TEXT, most=60)
HAPPENED: Final = Field(
    name="happened_on",
    label=("day of the accident or diagnosis", "事故或诊断日期"),
    kind=FieldKind.DATE,
)
WHAT: Final = Field(name="what", label=("what happened", "受伤经过"), kind=FieldKind.TEXT)
MONTH: Final = Field(name="month", label=("from month", "起始年月"), kind=FieldKind.MONTH)

DETERMINE: Final = (
    INJURY,
    NUMBER,
    Field(
        name="finding",
        label=("finding", "认定结论"),
        kind=FieldKind.CHOICE,
        options=_options(WORK_INJURY_FINDING),
    ),
    Field(
        name="excluded",
        label=("excluded by law", "法定排除情形"),
        kind=FieldKind.CHOICE,
        options=EXCLUDED,
        required=False,
    ),
    ON,
    BODY,
)
APPRAISE: Final = (
    INJURY,
    NUMBER,
    Field(
        name="grade",
        label=("grade of disability", "伤残等级"),
        kind=FieldKind.CHOICE,
        options=_options(DISABILITY_GRADE),
    ),
    Field(
        name="care",
        label=("grade of care", "生活自理障碍等级"),
        kind=FieldKind.CHOICE,
        options=_options(SELF_CARE_GRADE),
    ),
    Field(
        name="incapacity",
        label=("loss of working capacity", "丧失劳动能力鉴定结论"),
        kind=FieldKind.CHOICE,
        options=_options(INCAPACITY_FINDING),
    ),
    ON,
    BODY,
)
DEATH: Final = (
    INJURY,
    Field(name="died_on", label=("day of death", "死亡日期"), kind=FieldKind.DATE),
    Field(name="when", label=("when", "死亡情形"), kind=FieldKind.CHOICE, options=deaths.WHEN),
    Field(name="payee", label=("who is paid", "领取人"), kind=FieldKind.PERSON),
)
DEPENDANT: Final = (
    Field(name="deceased", label=("who died", "死亡职工"), kind=FieldKind.PERSON),
    Field(
        name="relationship",
        label=("relationship", "供养关系"),
        kind=FieldKind.CHOICE,
        options=_options(DEPENDANT_RELATIONSHIP),
    ),
    Field(name="alone", label=("lonely elder or orphan", "孤寡老人或孤儿"), kind=FieldKind.YES_NO),
    Field(
        name="incapable",
        label=("lost all capacity for work", "完全丧失劳动能力"),
        kind=FieldKind.YES_NO,
    ),
)
STOP: Final = (
    Field(name="cause", label=("cause", "事由"), kind=FieldKind.CHOICE, options=ending.CAUSES),
    MONTH,
)
RESUME: Final = (MONTH,)
