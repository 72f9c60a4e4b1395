"""What can go wrong between a counter and a card that is there, or was.

ReaderError                   (reader.errors)
    MuteCardError             as NoCardError: a card that does not answer: upside down, or broken
    CardResetError            as CardRemovedError: another program reset it, or it was exchanged
    CardSilentError           as TransportError: the card did not answer in time
    CardInUseError            as TransportError: another program has the card
    CardHeldTooLongError      as TransportError: the card was given free after all that time
"""

from reader.errors import CardRemovedError, NoCardError, TransportError


class MuteCardError(NoCardError):
    """A card that does not answer a reset."""

    code = "mute-card"
    cause = ("The card in the reader does not answer.", "读卡器中的卡片没有响应。")
    remedy = (
        "Turn the card over and put it in chip first; clean the contacts.",
        "请翻转卡片，芯片朝前重新插入；必要时清洁触点。",
    )


class CardResetError(CardRemovedError):
    """Another program reset the card, or another card lies there: no right is left."""

    code = "card-reset"
    cause = (
        "The card was reset or exchanged before the work was done.",
        "操作未完成，卡片已被复位或更换。",
    )
    remedy = (
        "Close other programs that use the card, and start again.",
        "请关闭其他使用该卡的程序，然后重新开始。",
    )


class CardSilentError(TransportError):
    """The card did not answer in time."""

    code = "card-silent"
    cause = ("The card does not answer any more.", "卡片长时间没有响应。")
    remedy = (
        "Take it out, put it in again and start anew; if it stays, plug the reader in again.",
        "请取出卡片重新插入后再试；若仍出现，请重新插拔读卡器。",
    )


class CardInUseError(TransportError):
    """Another program has the card."""

    code = "card-in-use"
    cause = ("Another program is using the card.", "卡片正被其他程序使用。")
    remedy = (
        "Close the other program or wait until it is done, then try again.",
        "请关闭该程序或等待其完成后重试。",
    )


class CardHeldTooLongError(TransportError):
    """One conversation may not keep the card from the others for ever."""

    code = "card-held-too-long"
    cause = (
        "The work with the card took too long, and the card was given free.",
        "卡片操作超时，已释放卡片。",
    )
    remedy = ("Start again with the same card.", "请用同一张卡重新开始。")
