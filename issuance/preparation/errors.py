"""What can go wrong when cards are prepared.

BookError
├── BlanksMissingError       too few blanks were issued to the batch
├── UnpreparableError        data of an application that no card can hold
├── DamagedChunkError        the prepared data of a chunk are not what was written
│   └── ErasedChunkError     they were erased when their batch was done
├── NotErasableError         the batch's prepared data may still be needed
├── WorkerLostError          a worker process was ended from outside
├── BrokerError              the broker of the workers cannot be reached
└── NoWorkersError           nobody took up what was handed out
"""

from datetime import date, datetime

from issuance.book_errors import BookError


class BlanksMissingError(BookError):
    """A batch wants more blanks than it was given."""

    code = "blanks-missing"
    cause = ("Fewer blanks were issued to the batch than it needs.", "发放给该批次的空白卡不足。")
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
    cause = ("A card cannot hold the data of an application.", "卡片无法容纳某条申请的数据。")
    remedy = (
        "Take the row out of the batch (onecard bureau refuse BATCH ROW) and run the command "
        "again; the row may be handed in anew, corrected.",
        "请将该行从批次中退回（onecard bureau refuse 批次 行号），重新执行本命令；更正后另行报送。",
    )

    def __init__(self, batch: str, reason: str, row: int | None = None) -> None:
        self.batch, self.row = batch, row
        where = "" if row is None else f", row {row}"
        wo = "" if row is None else f" 第 {row} 行"
        super().__init__(
            f"Batch {batch}{where}: the card cannot hold this: {reason}.",
            f"批次 {batch}{wo}：卡片无法容纳该数据（{reason}）。",
        )


class DamagedChunkError(BookError):
    """Prepared data that are damaged, or gone."""

    code = "damaged-chunk"
    cause = ("The prepared data of a chunk are damaged.", "某分块的制卡数据已损坏。")
    remedy = (
        "Restore the book from a backup, or have the cards made again.",
        "请从备份恢复台账，或重新制作这些卡。",
    )

    def __init__(
        self,
        english: str = "The prepared data of this chunk are damaged.",
        chinese: str = "该分块的制卡数据已损坏。",
    ) -> None:
        super().__init__(english, chinese)


class ErasedChunkError(DamagedChunkError):
    """Prepared data that were erased: personal data are not kept longer than they are needed."""

    code = "erased-chunk"
    cause = ("The prepared data of a chunk were erased.", "某分块的制卡数据已清除。")
    remedy = (
        "A card of this batch that is needed once more is ordered anew, with a new application.",
        "该批次的卡如需再制，请重新申请办理。",
    )

    def __init__(self, batch: str, chunk: int, erased_at: datetime) -> None:
        self.batch, self.chunk, self.erased_at = batch, chunk, erased_at
        day = f"{erased_at:%Y-%m-%d}"
        super().__init__(
            f"The prepared data of chunk {chunk} of batch {batch} were erased on {day}.",
            f"批次 {batch} 第 {chunk} 分块的制卡数据已于 {day} 清除。",
        )


class NotErasableError(BookError):
    """A batch whose prepared data may still be needed."""

    code = "not-erasable"
    cause = (
        "The prepared data of the batch may still be needed.",
        "该批次的制卡数据可能仍需使用。",
    )
    remedy = (
        "Close the batch first (onecard bureau close), or wait until that day.",
        "请先结批（onecard bureau close），或待期满后再清除。",
    )

    def __init__(self, batch: str, *, state: str, until: date | None = None) -> None:
        self.batch, self.state, self.until = batch, state, until
        if until is None:
            english = f"Batch {batch} is {state}, not closed: its prepared data may be needed yet."
            chinese = f"批次 {batch} 处于 {state} 状态，尚未结批，制卡数据可能仍需使用。"
        else:
            english = f"The prepared data of batch {batch} are to be kept until {until}."
            chinese = f"批次 {batch} 的制卡数据须保留至 {until}。"
        super().__init__(english, chinese)


class WorkerLostError(BookError):
    """A worker process is gone: killed, or out of memory."""

    code = "worker-lost"
    cause = ("A worker process was ended from outside.", "一个工作进程被外部终止。")
    remedy = (
        "Run the same command again: what was prepared stands. If it happens again, give fewer "
        "--workers.",
        "请重新执行同一命令：已备好的卡不受影响。若再次出现，请减少 --workers。",
    )

    def __init__(self) -> None:
        super().__init__("A worker process was ended from outside.", "一个工作进程被外部终止。")


class BrokerError(BookError):
    """The broker between this machine and the workers cannot be reached, or is not set."""

    code = "broker"
    cause = ("The broker of the workers cannot be reached.", "无法连接消息代理。")
    remedy = (
        "Check ONECARD_BROKER (redis://HOST:PORT/0 or amqp://…), and that the broker runs; without "
        "--celery this machine prepares the cards itself.",
        "请检查 ONECARD_BROKER（redis://主机:端口/0 或 amqp://…）及其运行状态；"
        "去掉 --celery 则由本机备卡。",
    )

    def __init__(self, reason: str) -> None:
        said = reason.rstrip(".")
        super().__init__(f"The broker cannot be reached: {said}.", f"无法连接消息代理：{said}。")


class NoWorkersError(BookError):
    """The chunks were handed out, and for minutes nobody prepared one."""

    code = "no-workers"
    cause = ("No worker prepares the cards.", "没有工作进程在备卡。")
    remedy = (
        "Start workers: onecard bureau work. Then run this command again.",
        "请启动工作进程：onecard bureau work，然后重新执行本命令。",
    )

    def __init__(self) -> None:
        super().__init__("No worker prepares the cards.", "没有工作进程在备卡。")
