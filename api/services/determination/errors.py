"""What is wrong with making calculations again.

RefusedError
    RecalculationChangedError    what was shown is no longer what would be done
    RecalculationBlockedError    some calculations cannot be made again
"""

from api.services.errors import RefusedError


class RecalculationChangedError(RefusedError):
    """Parameters, calculations or awards have changed since the differences were shown."""

    code = "recalculation-changed"
    cause = (
        "What would be recalculated is no longer what was shown.",
        "重新核定的内容与所示清单不一致。",
    )
    remedy = ("Look at the differences again, then confirm them.", "请重新查看差异清单后再确认。")


class RecalculationBlockedError(RefusedError):
    """Some calculations cannot be made again: nothing is changed before all can."""

    code = "recalculation-blocked"
    cause = ("Some calculations cannot be made again.", "部分核定无法重新计算。")
    remedy = (
        "Set what is missing, or decide on these by a matter each; then look again.",
        "请补齐所缺参数，或逐项办理业务后重新查看。",
    )

    def __init__(self, count: int, calculation: str, why: tuple[str, str]) -> None:
        super().__init__(
            (
                f"{count} calculations cannot be made again, the first is {calculation}: {why[0]}",
                f"{count} 项核定无法重新计算，首项 {calculation}：{why[1]}",
            )
        )
