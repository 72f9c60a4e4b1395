"""What can go wrong in a world of readers, besides a card file that is none.

SimulatorError                 (hardware_sim.errors)
    WorldError
        MissingPartError       this machine has no pcscd or no virtual reader
        DaemonError            pcscd does not start, or its socket is somebody's
        ForeignDaemonError     that pcscd was not started here: it is not stopped here either
        NoSlotError            there is no slot of that number
        SlotTakenError         a card is in it already
        SlotEmptyError         no card is in it
        CardElsewhereError     that card is in another slot
        UnpluggedError         what this virtual reader cannot do
        LineError              a line of a script that is no command

Each class carries a code, a cause and a remedy, in English and Chinese.
"""

from pathlib import Path

from hardware_sim.errors import SimulatorError


class WorldError(SimulatorError):
    """Root of these errors."""

    code = "world"
    cause = ("The world of readers cannot do this.", "模拟读卡器无法执行。")
    remedy = ("Look with: list", "请用 list 查看。")

    def __init__(self, en: str, zh: str) -> None:
        self.cause = (en, zh)
        super().__init__(en)


class MissingPartError(WorldError):
    """This machine lacks *part*, without which no reader can be made."""

    code = "missing-part"
    cause = (
        "Readers of one's own need a part that is not here.",
        "建立自己的读卡器所需的组件缺失。",
    )
    remedy = (
        "On Linux: apt-get install pcscd vsmartcard-vpcd; elsewhere: onecard sim serve --listen.",
        "Linux：apt-get install pcscd vsmartcard-vpcd；其他系统：onecard sim serve --listen。",
    )

    def __init__(self, part: str) -> None:
        self.part = part
        super().__init__(
            f"Readers of one's own need {part}, which is not here.",
            f"建立自己的读卡器需要 {part}，本机没有。",
        )


class DaemonError(WorldError):
    """pcscd does not do what it should; *reason* is in its own words."""

    code = "pcscd"
    cause = ("The private pcscd does not start.", "pcscd 未能启动。")
    remedy = ("Read the reason; then: restart pcscd", "请查看原因后执行：restart pcscd。")

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"pcscd does not start: {reason}.", f"pcscd 未能启动：{reason}。")


class ForeignDaemonError(WorldError):
    """The pcscd behind ``--vpcd`` belongs to somebody else."""

    code = "foreign-pcscd"
    cause = ("This pcscd was not started here.", "此 pcscd 不是由本命令启动的。")
    remedy = (
        "Leave --vpcd out to get a pcscd that can be stopped.",
        "不使用 --vpcd 时才有可停止的 pcscd。",
    )

    def __init__(self) -> None:
        super().__init__("This pcscd was not started here.", "此 pcscd 不是由本命令启动的。")


class NoSlotError(WorldError):
    """No slot has that number."""

    code = "no-slot"
    cause = ("There is no such slot.", "没有该卡槽。")

    def __init__(self, slot: int, slots: int) -> None:
        super().__init__(
            f"There is no slot {slot}, only 0 to {slots - 1}.",
            f"没有卡槽 {slot}，只有 0 至 {slots - 1}。",
        )


class SlotTakenError(WorldError):
    """A slot takes one card."""

    code = "slot-taken"
    cause = ("A card is in the slot already.", "该卡槽中已有卡。")
    remedy = ("Take it out first: remove SLOT", "请先取出：remove 卡槽。")

    def __init__(self, slot: int) -> None:
        self.remedy = (f"Take it out first: remove {slot}", f"请先取出：remove {slot}。")
        super().__init__(f"A card is in slot {slot} already.", f"卡槽 {slot} 中已有卡。")


class SlotEmptyError(WorldError):
    """No card is in the slot."""

    code = "slot-empty"
    cause = ("No card is in the slot.", "该卡槽中没有卡。")
    remedy = ("Put one in: insert SLOT CARDFILE", "请先放入：insert 卡槽 卡文件。")

    def __init__(self, slot: int) -> None:
        self.remedy = (f"Put one in: insert {slot} CARDFILE", f"请先放入：insert {slot} 卡文件。")
        super().__init__(f"No card is in slot {slot}.", f"卡槽 {slot} 中没有卡。")


class CardElsewhereError(WorldError):
    """One card cannot be in two places."""

    code = "card-elsewhere"
    cause = ("The card is in another slot.", "该卡在另一个卡槽中。")
    remedy = ("Take it out first: remove SLOT", "请先取出：remove 卡槽。")

    def __init__(self, card: Path, slot: int) -> None:
        self.remedy = (f"Take it out first: remove {slot}", f"请先取出：remove {slot}。")
        super().__init__(f"{card} is in slot {slot}.", f"{card} 在卡槽 {slot} 中。")


class UnpluggedError(WorldError):
    """pcscd keeps a virtual reader for as long as it runs itself."""

    code = "unplug"
    cause = (
        "A virtual reader cannot be unplugged while pcscd runs.",
        "pcscd 运行时，虚拟读卡器不能单独拔下。",
    )
    remedy = (
        "Take the card out (remove), or all readers at once (stop pcscd).",
        "可取出卡片（remove），或停掉全部读卡器（stop pcscd）。",
    )

    def __init__(self) -> None:
        super().__init__(
            "A virtual reader cannot be unplugged while pcscd runs.",
            "pcscd 运行时，虚拟读卡器不能单独拔下。",
        )


class LineError(WorldError):
    """A line is no command; *remedy* shows how one is written."""

    code = "line"
    cause = ("A line of the script is no command.", "脚本中的一行不是命令。")
    remedy = ("Write a command; help lists them.", "请输入命令；help 可列出全部命令。")

    def __init__(self, cause: tuple[str, str], remedy: tuple[str, str]) -> None:
        self.remedy = remedy
        super().__init__(*cause)
