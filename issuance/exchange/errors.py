"""What can go wrong with files to and from personalization bureaus.

    IssuanceError                      (issuance.errors)
    └── ExchangeError
        ├── ExchangeFileError          this file cannot be taken; nothing of it was booked
        │   └── SealedFileError        it does not open, or was signed by somebody else
        ├── ReplayError                a file of this number or name was taken before
        ├── NothingToSendError         no card of the batch waits to be sent
        └── ReconciliationError        its cards are not those that were sent

`reason` is stable and meant for programs; the sentences are in `issuance.exchange.faults`.
"""

from collections.abc import Sequence

from crypto.errors import CryptoError
from issuance.errors import IssuanceError
from issuance.exchange.faults import FILE_FAULTS, Fault, Sentence

SHOWN = 5  # faults named in one sentence; all of them stand in `faults`
_SEND_AGAIN = (
    "Take nothing from it; have it sent again.",
    "请勿采用其中内容；请对方重新发送。",
)


class ExchangeError(IssuanceError):
    """Root of this package's errors."""

    code = "exchange"
    remedy = (
        "Look at what was sent and taken: onecard bureau exchange BATCH",
        "请查看收发情况：onecard bureau exchange 批次",
    )
    cause = ("The files could not be exchanged.", "文件交换未能办理。")

    def __init__(self, cause: Sentence, remedy: Sentence | None = None) -> None:
        self.cause = cause
        self.remedy = remedy or self.remedy
        super().__init__(cause[0])


class ExchangeFileError(ExchangeError):
    """The file cannot be taken. *record* counts its cards from 1, where one is to blame."""

    code = "exchange-file"
    cause = (
        "The file cannot be taken; nothing of it was booked.",
        "文件无法接收，未登记任何内容。",
    )
    remedy = _SEND_AGAIN

    def __init__(
        self, reason: str, file: str, *, record: int | None = None, **facts: object
    ) -> None:
        self.reason, self.file, self.record = reason, file, record
        english, chinese = (text.format(**facts) for text in FILE_FAULTS[reason])
        place = (f", record {record}", f"第 {record} 条") if record is not None else ("", "")
        super().__init__((f"{file}{place[0]}: {english}", f"{file}{place[1]}：{chinese}"))


class SealedFileError(ExchangeFileError):
    """The envelope does not open; *error* says why."""

    code = "sealed-file"
    cause = (
        "The envelope does not open, or somebody else signed it.",
        "文件无法打开，或签名者不是约定的一方。",
    )

    def __init__(self, file: str, error: CryptoError) -> None:
        super().__init__("sealed", file, why=error, why_zh=error.zh)
        self.remedy = (error.remedy.en, error.remedy.zh)


class ReplayError(ExchangeError):
    """A file of that number or one-time id was taken before, and this is another one."""

    code = "exchange-replay"
    cause = (
        "A file of that number was taken before, and this is another one.",
        "同编号的文件此前已接收，而内容不同。",
    )
    remedy = (
        "Ask the sender which of the two is meant, and keep both.",
        "请向发送方核实以哪一份为准，并保留两份文件。",
    )


class NothingToSendError(ExchangeError):
    """Every card of the batch was sent, made or given up."""

    code = "nothing-to-send"
    cause = ("No card of the batch waits to be sent.", "该批次没有待发送的卡。")
    remedy = (
        "Look at it with: onecard bureau exchange BATCH",
        "请查看：onecard bureau exchange 批次",
    )


class ReconciliationError(ExchangeError):
    """The file's cards are not those that were sent; each fault is named, nothing was booked."""

    code = "reconciliation"
    cause = ("Its cards are not those that were sent.", "其中的卡与所送数据不符。")
    remedy = (
        "Settle them with the bureau; --partial books the cards without a fault.",
        "请与制卡方核对；加 --partial 可先登记无误的卡。",
    )

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file, self.faults = file, tuple(faults)
        english, chinese = (
            "; ".join(fault.sentence[language] for fault in self.faults[:SHOWN])
            for language in (0, 1)
        )
        more = len(self.faults) - SHOWN
        rest = (f"; and {more} more", f"；另有 {more} 处") if more > 0 else ("", "")
        super().__init__(
            (
                f"{file} does not agree with what was sent: {english}{rest[0]}.",
                f"{file} 与所送数据不符：{chinese.replace('; ', '；')}{rest[1]}。",
            )
        )
