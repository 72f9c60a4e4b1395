"""What a clerk's command refuses or leaves open, beside what the card says (`reader.refusals`).

ReaderError
    NoDeskKeysError           neither PSAM, server nor key store: nobody here has the card's keys
    NotConfirmedError         a step that somebody must answer for, and nobody did
    PinEntryError             what was typed is no PIN, or not twice the same
    WeakPinError              a PIN that somebody else would guess
    PinOpenError              nobody can say whether the PIN is the old or the new one
    NoSuchGroupError          the card has no data group of that name
    NoSuchApplicationError    the card has no application of that name that can be blocked
    NotWritableError          no desk may write this data group
    NotHeldError              what was written is not what the card gives when it is read
    RefusedItemError          a value that the item cannot take; item and reason say which and why
    NotBlockedError           the application to unblock is not blocked
    SignedDataError           the issuer's signature covers the data: another card, not other data
    BlockedCardUnknownError   a blocked card does not say which it is
    OtherCardError            the number typed is not that of the card on the reader

What the medical account adds stands in `reader.account_errors`.
"""

from reader.errors import ReaderError


class NoDeskKeysError(ReaderError):
    """The step takes keys of the card, and this desk has none."""

    code = "no-desk-keys"
    cause = ("This desk has no keys for the card.", "本柜台没有该卡的密钥。")
    remedy = (
        "Name the PSAM with --psam, or let this desk reach the issuer's server (ONECARD_SERVER, "
        "ONECARD_DESK_KEY); at the issuer: ONECARD_KEYS.",
        "请用 --psam 指定 PSAM，或配置发卡机构服务器（ONECARD_SERVER、ONECARD_DESK_KEY）；"
        "发卡机构柜台请设置 ONECARD_KEYS。",
    )


class NotConfirmedError(ReaderError):
    """A question was answered with no, or there was nobody to ask."""

    code = "not-confirmed"
    cause = ("This was not confirmed; nothing was done.", "未经确认，未作任何操作。")
    remedy = (
        "Run the command again and answer the question, or give its option: see --help.",
        "请重新执行并回答提问，或使用相应选项：参见 --help。",
    )

    def __init__(
        self, cause: tuple[str, str] | None = None, remedy: tuple[str, str] | None = None
    ) -> None:
        self.cause = cause or self.cause
        self.remedy = remedy or self.remedy
        super().__init__()


class PinEntryError(ReaderError):
    """Nothing was sent to the card, where it would have counted."""

    code = "no-pin"
    cause = ("This cannot be a PIN: a PIN has 4 to 12 digits.", "密码须为 4 至 12 位数字。")
    remedy = (
        "Let the holder type it again; no try of the card was used.",
        "请持卡人重新输入；未消耗卡片的尝试次数。",
    )

    def __init__(self, cause: tuple[str, str] | None = None) -> None:
        self.cause = cause or self.cause
        super().__init__()


class WeakPinError(ReaderError):
    """A new PIN that the first thief would try."""

    code = "weak-pin"
    cause = ("The new PIN is easy to guess.", "新密码过于简单。")
    remedy = (
        "Let the holder choose another; --allow-weak takes it all the same.",
        "请持卡人另设密码；如坚持使用，可加 --allow-weak。",
    )

    def __init__(self, why: tuple[str, str]) -> None:
        self.cause = (f"The new PIN is easy to guess: {why[0]}.", f"新密码过于简单：{why[1]}。")
        super().__init__()


class PinOpenError(ReaderError):
    """The card went away before it answered to a new PIN."""

    code = "pin-open"
    cause = (
        "The card went away before it answered: its PIN is the old one or the new one.",
        "卡片在答复前断开：密码可能仍为原密码，也可能已改为新密码。",
    )
    remedy = (
        "Put the same card back and try the new PIN once: onecard card pin verify. If it is wrong, "
        "the old one holds: start again.",
        "请放回同一张卡，先用新密码验证一次：onecard card pin verify；"
        "若错误，则原密码有效，请重新办理。",
    )


class NoSuchGroupError(ReaderError):
    """No file of the card has this name."""

    code = "no-such-group"
    cause = ("The card has no such data group.", "卡内没有该数据组。")
    remedy = (
        "Take a name of docs/data-items.md, as card read --all --json prints it: DF01.residence.",
        "请使用 docs/data-items.md 中的名称，如 card read --all --json 所示：DF01.residence。",
    )


class NoSuchApplicationError(ReaderError):
    """Nothing on the card that can be blocked has this name."""

    code = "no-such-application"
    cause = (
        "The card has no application of that name that can be blocked.",
        "卡内没有可锁定的该名称应用。",
    )
    remedy = ("Name one of those in brackets.", "请使用括号中所列名称。")


class NotBlockedError(ReaderError):
    """APPLICATION UNBLOCK has nothing to do."""

    code = "not-blocked"
    cause = ("This part of the card is not blocked.", "卡内该应用未被锁定。")
    remedy = (
        "Nothing is to be done; a blocked PIN is another thing: onecard card pin unblock.",
        "无需解锁；如密码已锁定，请用 onecard card pin unblock。",
    )


class NotWritableError(ReaderError, ValueError):
    """The card writes the file itself."""

    code = "not-writable"
    cause = (
        "No desk writes this: the card does so itself (its rule is: never).",
        "该数据由卡片自行写入，不允许改写。",
    )
    remedy = (
        "Medical transactions come about by settling: onecard card account settle.",
        "医疗交易明细由结算产生：onecard card account settle。",
    )


class NotHeldError(ReaderError):
    """A card says that it wrote something, and gives something else when it is read."""

    code = "not-held"
    cause = (
        "The card does not hold what was just written to it.",
        "写卡后回读，卡内数据与写入的不一致。",
    )
    remedy = (
        "Do it once more; if it stays, replace the card: its memory is worn.",
        "请重新办理；若仍出现，卡片存储器可能已损坏，请为持卡人换卡。",
    )


class RefusedItemError(ReaderError):
    """A value that the item cannot take, or a name that is no item of the group."""

    code = "refused-item"
    cause = ("A value does not fit its data item.", "数据项的值不合规定。")
    remedy = (
        "Correct it by the item's row in docs/data-items.md (format, size, code table).",
        "请按 docs/data-items.md 中该数据项的格式、长度和代码表更正。",
    )

    def __init__(self, item: str, reason: str, rule: tuple[str, str]) -> None:
        self.item, self.reason = item, reason
        self.cause = (f"{item} takes: {rule[0]}.", f"数据项 {item} 的规定：{rule[1]}。")
        super().__init__(reason)


class SignedDataError(ReaderError):
    """EF05 and EF06 are under the signature of the record on the chip."""

    code = "signed-data"
    cause = (
        "The issuer signed this data: changed, the card would no longer be genuine.",
        "该数据已由发卡机构签名，改写后卡片将无法通过验证。",
    )
    remedy = (
        "Correct the person's data in the book and replace the card: onecard bureau issue.",
        "请在台账中更正后为持卡人换卡：onecard bureau issue。",
    )


class BlockedCardUnknownError(ReaderError):
    """Blocked for a time at the SSSE, the card answers neither its version nor its code."""

    code = "blocked-card-unknown"
    cause = (
        "The card is blocked for a time and does not say which it is.",
        "卡片已被临时锁定，无法读出其识别码。",
    )
    remedy = (
        "Take its identification code from the book (onecard bureau cards BATCH --json) and give "
        "it with --identification-code, or let the holder enter the PIN.",
        "请从台账查得卡识别码（onecard bureau cards 批次 --json），用 --identification-code 给出，"
        "或请持卡人输入密码。",
    )


class OtherCardError(ReaderError):
    """The clerk means another card than the one on the reader."""

    code = "another-card"
    cause = (
        "The number is not that of the card on the reader; nothing was done.",
        "输入的号码与读卡器上的卡不符，未作任何操作。",
    )
    remedy = (
        "Compare the number on the card with the one in the book, then start again.",
        "请核对卡面号码与台账后重新办理。",
    )
