"""What can go wrong when cards are prepared.

BookError
├── BlanksMissingError       too few blanks were issued to the batch
├── UnpreparableError        data of an application that no card can hold
├── DamagedChunkError        the prepared data of a chunk are not what was written
├── WorkerLostError          a worker process was ended from outside
├── BrokerError              the broker of the workers cannot be reached
└── NoWorkersError           nobody took up what was handed out
    ├── WorkerLostError          a worker process was ended from outside
├── BrokerError              the broker of the workers cannot be reached
└── NoWorkersError           nobody took up what was handed out
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


class WorkerLostError(BookError):
    """A worker process is gone: killed, or out of memory."""

    code = "worker-lost"
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
    remedy = (
        "Check ONECARD_BROKER (redis://HOST:PORT/0 or amqp://…), and that the broker runs; without "
        "--celery this machine prepares the cards itself.",
        "请检查 ONECARD_BROKER（redis://主机:端口/0 或 amqp://…）及其运行状态；"
        "去掉 --celery 则由本机备卡。",
    )

    def __init__(self, reason: str) -> None:
        super().__init__(f"The broker cannot be reached: {reason}", f"无法连接消息代理：{reason}")


class NoWorkersError(BookError):
    """The chunks were handed out, and for minutes nobody prepared one."""

    code = "no-workers"
    remedy = (
        "Start workers: onecard bureau work. Then run this command again.",
        "请启动工作进程：onecard bureau work，然后重新执行本命令。",
    )

    def __init__(self) -> None:
        super().__init__("No worker prepares the cards.", "没有工作进程在备卡。")
