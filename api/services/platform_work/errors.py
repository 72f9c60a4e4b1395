"""What can go wrong with platform work, beyond the errors of all services.

RefusedError
    NotAPlatformError       an employer of none of the industries
    OrderFileError          a file of orders that cannot be read at all
    OrderRowsError          rows that cannot be taken; nothing of the file was posted
    OrdersPostedError       the orders of that month are there already
    NotAWorkerError         no orders of that platform in that month
"""

from collections.abc import Sequence
from dataclasses import dataclass

from api.services.errors import RefusedError, shown

Text = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot be taken: its line in the file, the column, why, and what to do."""

    line: int
    column: str
    why: Text
    remedy: Text


class NotAPlatformError(RefusedError):
    """This employer is registered with none of the pilot's industries."""

    code = "not-a-platform"
    cause = ("This employer is no platform of the pilot.", "该单位不是试点平台企业。")
    remedy = (
        "Register it with its industry: ride, delivery, instant or freight.",
        "请按行业（ride、delivery、instant、freight）登记该平台企业。",
    )


class OrderFileError(RefusedError):
    """The file cannot be read; the sentences say why."""

    code = "order-file"
    cause = ("The file of orders cannot be read.", "订单文件无法读取。")
    remedy = (
        "Give UTF-8 CSV whose first line is: platform,region,month,person,orders,income",
        "请提供 UTF-8 编码的 CSV，首行为：platform,region,month,person,orders,income",
    )

    def __init__(self, why: Text) -> None:
        super().__init__(why, self.remedy)


class OrderRowsError(RefusedError):
    """Rows that cannot be taken; nothing of the file was posted."""

    code = "order-file-rows"
    cause = ("Rows of the file cannot be taken; nothing was posted.", "文件有误，未入账。")

    def __init__(self, rows: Sequence[RefusedRow]) -> None:
        self.rows = tuple(rows)
        first = self.rows[0]
        super().__init__(
            (
                f"{len(self.rows)} rows cannot be taken, the first one in line {first.line}: "
                f"{first.why[0]}.",
                f"有 {len(self.rows)} 行不能接收，首个为第 {first.line} 行：{first.why[1]}。",
            ),
            (
                f"Nothing was posted. {first.remedy[0]}.",
                f"文件未入账。{first.remedy[1]}。",
            ),
        )


class OrdersPostedError(RefusedError):
    """The orders of a platform, region and month are there already."""

    code = "orders-posted"
    cause = ("The orders of this month are posted already.", "该月订单已入账。")

    def __init__(self, platform: str, region: str, month: str) -> None:
        super().__init__(
            (
                f"The orders of {shown(platform)} in {region} for {month} are posted already.",
                f"{shown(platform)} 在 {region} 的 {month} 订单已入账。",
            ),
            (
                "To correct them give --correct; what was there is kept as a version.",
                "如需更正请加 --correct；原数据保留为历史版本。",
            ),
        )


class NotAWorkerError(RefusedError):
    """The platform handed in no orders of this person for that month."""

    code = "not-a-platform-worker"
    cause = (
        "The platform's file of that month has no orders of this person.",
        "该平台当月订单文件中没有该人员的订单。",
    )
    remedy = (
        "Ask the platform to correct its file.",
        "请平台企业更正当月订单文件。",
    )
