"""Why a card does not pass its inspection: each disagreement has a name and a sentence.

Two accidents show what a check within the line is for: a print file shifted by a line put wrong
names on the cards of 14,000 people (Canada, 2015), and 4,619 of some 240,000 resident cards went
out with a wrongly encoded stripe, found by a later check (Canada, 2003).
"""

from collections.abc import Mapping
from enum import StrEnum, unique

from issuance.station_errors import StationError


@unique
class Fault(StrEnum):
    """What disagrees with what."""

    CHIP_UNKNOWN = "chip-unknown"
    OTHER_BATCH = "other-batch"
    CHIP_OPEN = "chip-open"
    CHIP_RECORD = "chip-record"
    SIGNATURE = "signature"
    CHIP_PROOF = "chip-proof"
    CHIP_DATA = "chip-data"
    QR_MISSING = "qr-missing"
    QR_UNREADABLE = "qr-unreadable"
    QR_OTHER_CARD = "qr-other-card"
    QR_NOT_THE_BOOK = "qr-not-the-book"


# {} is what more is known: a number, a file.
CAUSES: Mapping[Fault, tuple[str, str]] = {
    Fault.CHIP_UNKNOWN: (
        "The book has no card on this chip ({}).",
        "台账中没有使用该芯片的卡（{}）。",
    ),
    Fault.OTHER_BATCH: (
        "This card belongs to the batch {}.",
        "该卡属于批次 {}。",
    ),
    Fault.CHIP_OPEN: (
        "The chip is still open for writing.",
        "该芯片尚未锁定，仍可写入。",
    ),
    Fault.CHIP_RECORD: (
        "The signed record on the chip is not the one in the book ({}).",
        "芯片中的签名记录与台账不一致（{}）。",
    ),
    Fault.SIGNATURE: (
        "The signed record does not verify ({}).",
        "签名记录未通过验证（{}）。",
    ),
    Fault.CHIP_PROOF: (
        "The chip cannot prove that it is the one in the record.",
        "芯片无法证明其为签名记录所指的芯片。",
    ),
    Fault.CHIP_DATA: (
        "The chip holds other data than the book ({}).",
        "芯片中的数据与台账不一致（{}）。",
    ),
    Fault.QR_MISSING: (
        "No QR code of this card was seen.",
        "未扫描到该卡的二维码。",
    ),
    Fault.QR_UNREADABLE: (
        "The printed QR code carries no card record ({}).",
        "印刷二维码中没有社会保障卡的签名记录（{}）。",
    ),
    Fault.QR_OTHER_CARD: (
        "The printed QR code is that of card {}.",
        "印刷二维码属于另一张卡 {}。",
    ),
    Fault.QR_NOT_THE_BOOK: (
        "The printed QR code names this card, with another record than the book.",
        "印刷二维码所指为该卡，但内容与台账不一致。",
    ),
}

_REJECT = (
    "Put the card aside as a reject; it is not handed out.",
    "请将此卡作为废卡单独存放，不得发放。",
)
_STOP_PRINTER = (
    "Stop the printer: the cards next to this one may be shifted too.",
    "请停止打印：相邻的卡也可能错位。",
)
REMEDIES: Mapping[Fault, tuple[str, str]] = {
    Fault.CHIP_UNKNOWN: (
        "Put the card aside, and find out where it comes from.",
        "请单独存放此卡并查明来源。",
    ),
    Fault.OTHER_BATCH: (
        "Inspect it with its own batch.",
        "请在其所属批次中质检。",
    ),
    Fault.CHIP_OPEN: (
        "Put it through the station again: onecard bureau personalize",
        "请再次送入制卡台：onecard bureau personalize",
    ),
    Fault.QR_MISSING: (
        "Scan the code, or put its picture into the folder, and inspect again.",
        "请扫描二维码或将图片放入目录后重新质检。",
    ),
    Fault.QR_UNREADABLE: (
        "Scan it once more; if it stays, put the card aside as a reject.",
        "请重新扫描；若仍无法读取，请作为废卡单独存放。",
    ),
    Fault.QR_OTHER_CARD: _STOP_PRINTER,
    Fault.QR_NOT_THE_BOOK: _STOP_PRINTER,
}


class InspectionError(StationError):
    """Print, chip and book do not agree; *fault* says what, *detail* what more is known."""

    code = "inspection"
    cause = ("Print, chip and book disagree.", "印刷、芯片与台账不一致。")
    remedy = (
        "Put the card aside as a reject; it is not handed out.",
        "请将此卡作为废卡单独存放，不得发放。",
    )

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault, self.detail = fault, detail
        self.code = fault.value  # type: ignore[misc]  # a code for each fault, not for the class
        en, zh = CAUSES[fault]
        self.cause = (en.format(detail), zh.format(detail))
        self.remedy = REMEDIES.get(fault, _REJECT)
        super().__init__()
