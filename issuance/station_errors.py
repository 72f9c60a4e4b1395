"""What can go wrong at the personalization station, besides the reader's own errors.

IssuanceError                 (issuance.errors)
    StationError
        CardMismatchError     the card does not give back what was written
        ForeignCardError      the card in the reader is not the blank or the card expected
            FinishedCardError it is a card that was made before
        UnknownBlankError     no card of the batch was prepared for this blank
        InspectionError       print, chip and book disagree (issuance.inspection_faults)
"""

from issuance.errors import IssuanceError


class StationError(IssuanceError):
    """Root of the station's errors."""

    code = "station"
    cause = ("The station could not make this card.", "制卡台未能制作该卡。")
    remedy = (
        "Put the card aside; the batch goes on: onecard bureau personalize",
        "请将该卡单独存放，批次可继续：onecard bureau personalize",
    )

    def __init__(self) -> None:
        super().__init__(self.cause[0])


class CardMismatchError(StationError):
    """Read back and compared: *what* is not as written. The chip stays unsecured."""

    code = "card-mismatch"
    cause = ("The card does not give back what was written.", "读回的数据与写入的不一致。")
    remedy = (
        "Put the card aside as a reject and take another blank.",
        "请将此卡作废并更换空白卡。",
    )

    def __init__(self, what: str) -> None:
        self.what = what
        self.cause = (
            f"The card does not give back what was written ({what}).",
            f"读回的数据与写入的不一致（{what}）。",
        )
        super().__init__()


class ForeignCardError(StationError):
    """Not a blank of this bureau, or a card that is secured already."""

    code = "foreign-card"
    cause = (
        "This card is no blank that can be personalized here.",
        "此卡不是可在此制发的空白卡。",
    )
    remedy = ("Take a blank from this bureau's stock.", "请使用本机构库存的空白卡。")


class FinishedCardError(ForeignCardError):
    """A card of the book that is secured; *number* is its own. Nothing went wrong with another."""

    code = "finished-card"
    cause = ("The card in the reader was made before.", "读写器中的卡此前已制成。")
    remedy = (
        "Take it out and put the next blank in.",
        "请取出该卡，放入下一张空白卡。",
    )

    def __init__(self, number: str) -> None:
        self.number = number
        self.cause = (
            f"The card in the reader is {number}, which was made before.",
            f"读写器中的卡是 {number}，此前已制成。",
        )
        super().__init__()


class UnknownBlankError(StationError):
    """The batch's cards are prepared each for one blank, and none for this one."""

    code = "unknown-blank"
    cause = ("No card that waits was prepared for this blank.", "没有为该空白卡备好的待制卡。")
    remedy = (
        "Take the blanks that were issued to this batch; a finished card is not made twice.",
        "请使用发放给该批次的空白卡；已制成的卡不会重复制作。",
    )

    def __init__(self, chip: bytes) -> None:
        self.chip = chip
        serial = chip.hex().upper()
        self.cause = (
            f"No card that waits was prepared for this blank ({serial}).",
            f"没有为该空白卡（{serial}）备好的待制卡。",
        )
        super().__init__()
