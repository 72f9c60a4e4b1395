"""What can go wrong around the simulated card (what the card itself refuses is a status word).

SimulatorError
    CardFileError    a card file is missing, damaged, or of a format this version does not know
    ServeError       an address cannot be listened on or reached
    FaultError       a fault is asked for that is none
    LineModelError   a line is asked for that is none
    WornMemoryError  a cell takes no more writes: the card says '6581'
"""

from pathlib import Path
from typing import ClassVar


class SimulatorError(Exception):
    """Root of this package's errors."""

    code: ClassVar[str] = "simulator"
    cause: tuple[str, str] = ("The simulated hardware failed.", "模拟硬件出错。")
    remedy: tuple[str, str] = (
        "Start it again; if it stays, report it with what was typed.",
        "请重新启动；若仍出现，请连同所用命令报告此问题。",
    )


class CardFileError(SimulatorError):
    """The file is not a usable card."""

    code = "card-file"
    cause = ("The file is no card, or cannot be written.", "该文件不是卡片文件，或无法写入。")
    remedy = (
        "Name another file; a new card: onecard sim blank, a known one: onecard sim reference.",
        "请换一个文件；新卡用 onecard sim blank，参考卡用 onecard sim reference。",
    )

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


class FaultError(SimulatorError):
    """The text describes no fault."""

    code = "fault"
    cause = ("There is no such fault.", "没有这种故障。")
    remedy = (
        "Write NAME=VALUE as in: onecard sim serve --help",
        "请按 onecard sim serve --help 写作 名称=值。",
    )

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason
        super().__init__(f"{text}: {reason}")


class LineModelError(SimulatorError):
    """The text describes no line."""

    code = "line-model"
    cause = ("There is no such line.", "没有这种线路。")
    remedy = (
        "Write t0:115200, t1:atr or contactless:106, as in: onecard sim serve --help",
        "请按 onecard sim serve --help 写作 t0:115200、t1:atr 或 contactless:106。",
    )

    def __init__(self, text: str, reason: str) -> None:
        self.text, self.reason = text, reason
        super().__init__(f"{text}: {reason}")


class WornMemoryError(SimulatorError):
    """The cell is worn out."""

    code = "worn-memory"
    cause = ("The memory of the card takes no more writes.", "卡片存储单元已不能写入。")
    remedy = (
        "Make a new card, or serve this one without the fault worn.",
        "请另建一张卡，或去掉 worn 故障后再提供服务。",
    )


class ServeError(SimulatorError):
    """The address cannot be used."""

    code = "serve"
    cause = ("The address cannot be listened on or reached.", "无法在该地址监听或连接。")
    remedy = (
        "Choose another port, or 0 for a free one; with --vpcd see that pcscd runs with vpcd.",
        "请更换端口（0 为任选空闲端口）；使用 --vpcd 时请确认 pcscd 与 vpcd 正在运行。",
    )

    def __init__(self, address: str, reason: str) -> None:
        self.address, self.reason = address, reason
        super().__init__(f"{address}: {reason}")
