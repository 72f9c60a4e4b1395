"""What is wrong with a month that is to be made payable.

RefusedError
    NotYetDueError           the month has not begun
    UnevenRunError           a run's total is not the sum of its items
"""

from api.services.errors import RefusedError


class NotYetDueError(RefusedError):
    """A month is made payable from its first day on, not before."""

    code = "month-not-due"
    cause = ("The month has not begun.", "该月份尚未开始。")
    remedy = ("Run it from the first day of the month on.", "请于该月 1 日起办理。")

    def __init__(self, month: str) -> None:
        super().__init__((f"Month {month} has not begun.", f"{month} 月尚未开始。"))


class UnevenRunError(RefusedError):
    """What a run counted is not what its items add up to: somebody wrote past the program."""

    code = "month-uneven"
    cause = ("The run's total is not the sum of its items.", "发放合计与明细不符。")
    remedy = (
        "Pay nothing; compare the items with the audit trail.",
        "请暂停支付，并将明细与审计记录核对。",
    )

    def __init__(self, run: str, counted: str, found: str) -> None:
        super().__init__(
            (
                f"{run}: the run counted {counted}, its items add up to {found}.",
                f"{run}：登记合计 {counted}，明细合计 {found}。",
            )
        )
