"""What can go wrong when cards are prepared.

BookError
├── BlanksMissingError       too few blanks were issued to the batch
├── UnpreparableError        data of an application that no card can hold
└── DamagedChunkError        the prepared data of a chunk are not what was written
"""

from issuance.book_errors import BookError


class BlanksMissingError(BookError):
    """A batch wants more blanks than it was given."""

    code = "blanks-missing"
    remedy = (
        "Issue blanks to the batch: onecard bureau stock issue.",
        "请先为该批次发放空白卡：onecard bureau stock issue。",
    )

    def __init__(self, batch: str, *, wanted: int, there: int) -> None:
        self.batch, self.wanted, self.there = batch, wanted, there
        super().__init__(
            f"Batch {batch} needs {wanted} blanks and has {there}.",
            f"批次 {batch} 需要 {wanted} 张空白卡，现有 {there} 张。",
        )


class UnpreparableError(BookError):
    """An application's data do not fit its card; `row` is that of the bureau's file."""

    code = "unpreparable"
    remedy = (
        "Withdraw the batch, correct the row and hand the file in again.",
        "请撤销该批次，更正该行后重新报送。",
    )

    def __init__(self, batch: str, reason: str, row: int | None = None) -> None:
        self.batch, self.row = batch, row
        where = "" if row is None else f", row {row}"
        wo = "" if row is None else f"第 {row} 行"
        super().__init__(
            f"Batch {batch}{where}: the card cannot hold this: {reason}.",
            f"批次 {batch}{wo}：卡片无法容纳该数据（{reason}）。",
        )


class DamagedChunkError(BookError):
    """Prepared data that are damaged, or were erased."""

    code = "damaged-chunk"
    remedy = (
        "Restore the book from a backup, or have the cards made again.",
        "请从备份恢复台账，或重新制作这些卡。",
    )

    def __init__(self) -> None:
        super().__init__("The prepared data of this chunk are damaged.", "该分块的制卡数据已损坏。")
