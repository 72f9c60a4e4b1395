"""The parameters of work-injury insurance."""

from decimal import Decimal
from typing import Final

from api.services.parameters.names import ParameterName, Unit

ONE = Decimal(1)
_LEAVING: Final = {
    "medical": ("medical lump sum", "一次性工伤医疗补助金"),
    "employment": ("employment lump sum", "一次性伤残就业补助金"),
}

PARAMETERS: Final[tuple[ParameterName, ...]] = (
    *(
        ParameterName(
            name=f"work_injury.{kind}_months_{grade}",
            label=(f"months of the {label[0]}, grade {grade}", f"{label[1]}月数（{grade}级）"),
            unit=Unit.MONTHS,
            most=Decimal(120),
        )
        for kind, label in _LEAVING.items()
        for grade in range(5, 11)
    ),
    ParameterName(
        name="work_injury.leaving_by_average",
        label=(
            "lump sums on leaving go by the regional average wage (1) or the own wage (0)",
            "离职补助金以统筹地区平均工资（1）或本人工资（0）为基数",
        ),
        unit=Unit.NUMBER,
        most=ONE,
    ),
    ParameterName(
        name="work_injury.review_lump",
        label=(
            "a graver grade at a review pays the difference of the lump sum (1) or not (0)",
            "复查等级加重是否补发一次性伤残补助金差额（1补发，0不补发）",
        ),
        unit=Unit.NUMBER,
        most=ONE,
    ),
    ParameterName(
        name="work_injury.urban_income",
        label=(
            "disposable income of townspeople in the year before, national",
            "上一年度全国城镇居民人均可支配收入",
        ),
        unit=Unit.YUAN,
        least=ONE,
        lasts=12,
    ),
    *(
        ParameterName(
            name=f"work_injury.rise_{grade}",
            label=(f"rise of the allowance of grade {grade}", f"{grade}级伤残津贴月增额"),
            unit=Unit.YUAN,
            lasts=12,
        )
        for grade in range(1, 5)
    ),
    ParameterName(
        name="work_injury.rise_dependant",
        label=("rise of the pension of dependants", "供养亲属抚恤金月增额"),
        unit=Unit.YUAN,
        lasts=12,
    ),
)
