"""What can go wrong with stock and accounts.

BookError                    (issuance.book_errors)
    SerialError              no serial of a blank, or the same one twice
    StockError               a blank is not where the step wants it
    CountError               a figure or a count that cannot be taken
    StationStoppedError      too many failures in a row; a second person releases the station
    UnbalancedError          the batch does not balance; `differences` says where
    CertificateError         no certificate of a batch, or not signed by a trusted key
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from issuance.book_errors import BookError, ConflictError

if TYPE_CHECKING:
    from issuance.stock.balance import Difference


class SerialError(BookError):
    """Not the serial of a blank; `text` is what was written."""

    code = "serial"
    cause = ("This is no serial of blanks, or one is named twice.", "空白卡序列号有误或重复。")
    remedy = (
        "Write 16 hexadecimal digits, or a run as FIRST+COUNT.",
        "请填写 16 位十六进制序列号，或写作 首号+数量。",
    )

    def __init__(self, text: str, *, double: bool = False) -> None:
        self.text = text
        if double:
            super().__init__(f"Blank {text} is named twice.", f"空白卡 {text} 重复列出。")
        else:
            super().__init__(f"{text} is no serial of blanks.", f"{text} 不是空白卡序列号。")


class StockError(ConflictError):
    """A blank is not in the stock, or not where the step wants it; `run` is which."""

    code = "stock"
    cause = ("A blank is not where the step wants it.", "空白卡不在该步骤要求的位置。")
    remedy = (
        "Look at the stock: onecard bureau stock list",
        "请查看库存：onecard bureau stock list",
    )

    def __init__(self, run: str, en: str, zh: str) -> None:
        self.run = run
        super().__init__(f"Blank {run}: {en}.", f"空白卡 {run}：{zh}。")


class CountError(BookError):
    """The figures cannot be taken as a count."""

    code = "count"
    cause = ("The figures cannot be taken as a count.", "清点数字有误。")
    remedy = ("Count again and enter all figures.", "请重新清点并录入全部数字。")


class StationStoppedError(BookError):
    """The station failed too often in a row."""

    code = "station-stopped"
    cause = ("The station is stopped: too many failures in a row.", "工位因连续失败已停止。")
    remedy = (
        "Look for the cause; then another person runs: onecard bureau release STATION",
        "请查明原因；再由另一人执行：onecard bureau release 工位",
    )

    def __init__(self, station: str, failures: int) -> None:
        self.station, self.failures = station, failures
        super().__init__(
            f"Station {station} is stopped: {failures} failures in a row.",
            f"工位 {station} 已停止：连续失败 {failures} 次。",
        )
        self.remedy = (
            f"Look for the cause; then another person runs: onecard bureau release {station}",
            f"请查明原因；再由另一人执行：onecard bureau release {station}",
        )


class UnbalancedError(BookError):
    """The batch stays open: `differences` says where cards or blanks do not balance."""

    code = "unbalanced"
    cause = ("The batch does not balance, and stays open.", "批次未平账，不能结批。")
    remedy = ("See where: onecard bureau balance BATCH", "请查看：onecard bureau balance 批次")

    def __init__(self, batch_id: str, differences: Sequence["Difference"]) -> None:
        self.differences = tuple(differences)
        named = "; ".join(one.text()[0] for one in self.differences)
        zh = "；".join(one.text()[1] for one in self.differences)
        super().__init__(
            f"The batch {batch_id} does not balance: {named}.",
            f"批次 {batch_id} 未平账：{zh}。",
        )
        self.remedy = (
            f"See: onecard bureau balance {batch_id}",
            f"请查看：onecard bureau balance {batch_id}",
        )


class CertificateError(BookError):
    """These bytes are no certificate of a batch that may be relied on."""

    code = "batch-certificate"
    cause = ("This is no valid certificate of a batch.", "这不是有效的批次证书。")
    remedy = (
        "Ask the bureau for the certificate again.",
        "请向制卡中心重新索取证书。",
    )
