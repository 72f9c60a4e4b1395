"""What can go wrong between a counter and a card that is there, or was.

ReaderError                   (reader.errors)
    MuteCardError             as NoCardError: a card that does not answer: upside down, or broken
    CardResetError            as CardRemovedError: another program reset it, or it was exchanged
    CardSilentError           as TransportError: the card did not answer in time
    CardInUseError            as TransportError: another program has the card
    CardHeldTooLongError      as TransportError: the card was given free after all that time
    PinPadError               the keys of the reader cannot take this card's PIN
        PinEntryTimeoutError    nobody typed in time
        PinEntryCancelledError  the holder pressed "cancel"
        NewPinsDifferError      the new PIN and its repetition differ
        PinLengthError          the PIN had too few or too many digits
"""

from reader.errors import CardRemovedError, NoCardError, ReaderError, TransportError


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


class PinPadError(ReaderError):
    """The keys of the reader cannot take this card's PIN; the card was not asked."""

    code = "pin-pad"
    cause = (
        "The keypad of the reader cannot take the PIN of this card.",
        "读卡器键盘无法输入此卡的密码。",
    )
    remedy = ("Enter the PIN on the screen instead.", "请改在屏幕上输入密码。")


class PinEntryTimeoutError(PinPadError):
    """Nobody typed in time; no try was lost."""

    code = "pin-entry-timeout"
    cause = ("Nobody entered a PIN in time.", "未在规定时间内输入密码。")
    remedy = ("Ask the holder to enter it on the keypad.", "请持卡人在键盘上输入密码。")


class PinEntryCancelledError(PinPadError):
    """The holder pressed "cancel"; no try was lost."""

    code = "pin-entry-cancelled"
    cause = ("The entry of the PIN was cancelled.", "密码输入已取消。")
    remedy = ("Start again when the holder is ready.", "持卡人准备好后请重新开始。")


class NewPinsDifferError(PinPadError):
    """The new PIN and its repetition differ; the old one stays."""

    code = "new-pins-differ"
    cause = ("The new PIN was entered in two ways.", "两次输入的新密码不一致。")
    remedy = ("Ask the holder to enter the same new PIN twice.", "请持卡人两次输入相同的新密码。")


class PinLengthError(PinPadError):
    """The PIN had too few or too many digits; no try was lost."""

    code = "pin-length"
    cause = ("The PIN does not have six digits.", "密码不是六位数字。")
    remedy = ("Ask the holder for six digits.", "请持卡人输入六位数字。")
