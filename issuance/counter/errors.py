"""What can go wrong at a counter.

BookError                         (issuance.book_errors)
    CounterError
        NotADeskError             the client is a service system, not a desk
        TicketOverError           the ticket ended, or its time is over
        ForeignDeskError          the ticket is another desk's
        CardNotShownError         the card has to be on the reader, and was not shown yet
        WrongCardError            another card than the ticket's
        UnlikeCardError           the card is not what the book knows under its number
        CardNotInBookError        another issuer's card, or nobody's
        NotOfferedError           not for a card in this state
        IdentityNotCheckedError   nobody has looked at the document
        ParameterError            a value that the action asks for is missing or wrong
        MandateError              the mandate does not cover this
        KeyNotLentError           this key is not for that
        RandomUsedError           the card's random number served this key before
        TooManyUsesError          the desk uses keys faster than a person could
        KeysAbsentError           the issuer's key store is not here, or lacks a key

`code` is stable and meant for programs; `cause` and `remedy` are sentences in English and Chinese.
"""

from typing import ClassVar

from issuance.book_errors import BookError


class CounterError(BookError):
    """Root of the counter's errors."""

    code = "counter"
    cause = ("The counter cannot do this.", "柜台无法办理该业务。")
    remedy = ("Begin the visit again.", "请重新开始本次办理。")


class NotADeskError(CounterError):
    """The key is a service system's."""

    code = "not-a-desk"
    cause = ("This key is not a desk's.", "该密钥不是柜台密钥。")
    remedy = (
        "Ask the issuer for a desk's key: onecard clients add NAME --desk",
        "请向发卡机构申请柜台密钥：onecard clients add 名称 --desk",
    )


class TicketOverError(CounterError):
    """The ticket has an outcome already (*reason* 'done'), or its time is over ('expired')."""

    code = "ticket-over"
    _SENTENCES: ClassVar = {
        "done": ("This was done already.", "该业务已办结。"),
        "expired": ("The time for this is over.", "该业务单已超时。"),
    }

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(*self._SENTENCES[reason])


class ForeignDeskError(CounterError):
    """The ticket belongs to another desk."""

    code = "foreign-desk"
    cause = ("This was begun at another desk.", "该业务在其他柜台办理中。")
    remedy = ("Begin it at this desk, or finish it there.", "请在本柜台重新办理，或到原柜台办结。")


class CardNotShownError(CounterError):
    """The card has to be there."""

    code = "card-not-shown"
    cause = ("The card has not been read in this visit.", "本次办理尚未读卡。")
    remedy = ("Put the card on the reader.", "请将卡放上读卡器。")


class WrongCardError(CounterError):
    """Another card lies on the reader."""

    code = "wrong-card"
    cause = ("This is not the card that was shown first.", "这不是本次办理的那张卡。")
    remedy = (
        "Put that card back, or begin a new visit for this one.",
        "请放回原卡，或为此卡重新开始办理。",
    )


class UnlikeCardError(CounterError):
    """Chip and book do not agree."""

    code = "unlike-card"
    cause = (
        "The chip is not the one that the book knows under its number.",
        "芯片信息与台账记录不符。",
    )
    remedy = (
        "Keep the card and ask the holder for an identity document.",
        "请留存卡片并核验持卡人证件。",
    )


class CardNotInBookError(CounterError):
    """Another region's card, or one that was never issued: its keys are not here."""

    code = "card-not-in-book"
    cause = (
        "This issuer's book does not have the card: it is another region's, or nobody issued it.",
        "本发卡机构台账中没有此卡：可能为异地卡，或从未发行。",
    )
    remedy = (
        "It cannot be checked here. Identify the holder by document; serve no more than that.",
        "此处无法核验。请凭证件确认身份，不办理用卡业务。",
    )


class NotOfferedError(CounterError):
    """The action is not for a card in this state."""

    code = "not-offered"
    cause = ("Not for a card in this state.", "卡处于该状态时不可办理。")
    remedy = ("Choose what the card's state allows.", "请选择该卡当前状态允许的业务。")

    def __init__(self, action: tuple[str, str], state: str) -> None:
        self.state = state
        super().__init__(
            f"{action[0]}: not while the card is {state}.",
            f"卡处于 {state} 状态，不可{action[1]}。",
        )


class IdentityNotCheckedError(CounterError):
    """The clerk did not say that he checked a document."""

    code = "identity-not-checked"
    cause = ("The identity document has not been checked.", "尚未核验身份证件。")
    remedy = (
        "Compare document and person, and confirm it.",
        "请核对证件与本人一致并确认。",
    )


class ParameterError(CounterError):
    """A field of the form: *field* names it."""

    code = "parameter"
    cause = ("A value that the action asks for is missing or wrong.", "所需的数据项缺失或有误。")
    remedy = ("Correct the field that is named and send it again.", "请更正所指字段后重新提交。")

    def __init__(self, field: str, en: str, zh: str) -> None:
        self.field = field
        super().__init__(f"{field}: {en}.", f"{field}：{zh}。")


class MandateError(CounterError):
    """*reason*: 'holder', 'action', 'early', 'ended', 'revoked', 'never' (nobody acts for him)."""

    code = "mandate"
    remedy = ("Let the holder come, or grant a new mandate.", "请持卡人本人办理或重新登记委托。")
    _SENTENCES: ClassVar = {
        "holder": ("The mandate is for another holder.", "该委托不是此持卡人的。"),
        "action": ("The mandate does not cover this.", "该委托不包含此项业务。"),
        "early": ("The mandate has not begun.", "该委托尚未生效。"),
        "ended": ("The mandate has ended.", "该委托已到期。"),
        "revoked": ("The mandate was revoked.", "该委托已撤销。"),
        "never": ("Nobody may do this for the holder.", "此项业务不得代办。"),
    }

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(*self._SENTENCES[reason])


class KeyNotLentError(CounterError):
    """A desk may not use this key so, or not under this ticket."""

    code = "key-not-lent"
    cause = ("The key is not lent for this.", "该密钥不得用于此操作。")
    remedy = (
        "Begin the matter at the console; the program at the desk must fit this server.",
        "请在业务系统中开始办理；柜台程序须与本服务匹配。",
    )

    def __init__(self, key: str, kind: str) -> None:
        self.key = key
        super().__init__(
            f"The key {key} is not lent for this ({kind}).",
            f"密钥 {key} 不得用于此操作（{kind}）。",
        )


class RandomUsedError(CounterError):
    """Whoever asks twice may have listened, or the card repeats itself."""

    code = "random-used"
    cause = ("This random number was used before.", "该随机数已被使用过。")
    remedy = (
        "Take the card off the reader and put it back; if it stays, keep the card.",
        "请取下卡片后重新放置；若仍出现，请留存卡片。",
    )


class TooManyUsesError(CounterError):
    """The desk has used keys as often as it may in a minute."""

    code = "too-many-uses"
    cause = ("This desk asks too often.", "本柜台请求过于频繁。")
    remedy = ("Wait a minute.", "请稍候一分钟。")


class KeysAbsentError(CounterError):
    """The service runs without the key store, or the key is not in it."""

    code = "keys-absent"
    cause = (
        "This service does not have the issuer's keys for that.",
        "本服务未配置办理此业务所需的发卡机构密钥。",
    )
    remedy = (
        "At the issuer: set ONECARD_KEYS_PASSPHRASE, and look with: onecard keys list",
        "发卡机构请设置 ONECARD_KEYS_PASSPHRASE，并用 onecard keys list 查看",
    )
