"""What can go wrong at the reader.

ReaderError
    NoReaderError             no such reader, or none at all
    NoServiceError            no PC/SC service answers
    AddressError              the text is no address of a card (a ValueError too)
    NoCardError               nothing in the slot or the field
    CardRemovedError          the card or its reader went away in the middle
    BlankCardError            the card carries no version: nobody's data is on it yet
    TransportError            the line to the card failed otherwise
        …                     and more of these three in `reader.line_errors`
    MalformedAnswerError      the card answered something that is not a legal answer
    CardRefusedError          the card answered with a status word other than '9000'
        WrongPinError         tries_left says how many are left
        PinBlockedError       only the issuer can unblock it
        AccessRefusedError    the access condition of the file is not met
        …                     and more in `reader.refusals`
        KeyPairMissingError   the card has no key pair of this kind yet
    CardAuthenticationError   the two ends do not hold the same key
    PsamError                 the terminal's security module (PSAM) refuses; sw says how
        NotPsamError          what is in the second slot is no PSAM
        PsamPinNeededError    the PSAM works only after its own PIN
        WrongPsamPinError     tries_left says how many are left
        PsamKeyMissingError   the PSAM does not have the key
    StatusUnavailableError    nobody can say now whether a card was reported lost

Each class carries what a clerk needs: a code, a cause and a remedy, in English and Chinese.
"""

from typing import ClassVar

from reader.iso7816.status import describe


class ReaderError(Exception):
    """Root of this package's errors."""

    code: ClassVar[str] = "reader"
    cause: tuple[str, str] = ("The reader failed.", "读写器出错。")
    remedy: tuple[str, str] = (
        "Send the report of: onecard card doctor",
        "请将 onecard card doctor 的报告发给技术支持。",
    )

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"{self.cause[0]} {detail}".strip())


class NoReaderError(ReaderError):
    """No such reader, or none at all."""

    code = "no-reader"
    cause = ("There is no such card reader.", "没有找到读卡器。")
    remedy = (
        "Plug it in and look with: onecard card readers",
        "请接好读卡器，并用 onecard card readers 查看",
    )


class NoServiceError(ReaderError):
    """No PC/SC service answers on this machine."""

    code = "no-service"
    cause = ("The PC/SC service is not running.", "PC/SC 服务未运行。")
    remedy = (
        "Plug a reader in; start the service (Debian: systemctl start pcscd), or give --tcp.",
        "请接好读卡器并启动该服务（Debian：systemctl start pcscd），或使用 --tcp。",
    )


class AddressError(ReaderError, ValueError):
    """Not HOST:PORT."""

    code = "card-address"
    cause = ("This is no address of a card.", "这不是卡片的网络地址。")
    remedy = (
        "Write HOST:PORT, such as 127.0.0.1:7000; a reader is named with --reader.",
        "请写作 主机:端口，如 127.0.0.1:7000；读卡器请用 --reader 指定。",
    )


class NoCardError(ReaderError):
    """No card is present."""

    code = "no-card"
    cause = ("There is no card in the reader.", "读卡器中没有卡。")
    remedy = ("Put the card in, chip first.", "请放入卡片，芯片朝前。")


class CardRemovedError(ReaderError):
    """The card or its reader went away in the middle."""

    code = "card-removed"
    cause = ("The card was taken away before the work was done.", "操作未完成，卡片已被取走。")
    remedy = ("Put the same card back and start again.", "请放回同一张卡并重新开始。")


class BlankCardError(ReaderError):
    """A pre-personalized blank."""

    code = "blank-card"
    cause = (
        "This card is a blank: nobody's data is on it yet.",
        "这是一张空白卡，尚未写入个人信息。",
    )
    remedy = (
        "Personalize it at the station, or take another card.",
        "请在制卡台写卡，或换一张卡。",
    )


class TransportError(ReaderError):
    """The line to the card failed."""

    code = "transport"
    cause = ("The card cannot be reached.", "无法与卡片通信。")
    remedy = (
        "See that the reader is plugged in and the card lies in it as it should; with --tcp, that "
        "somebody serves a card at that address.",
        "请检查读卡器连接和卡片位置；使用 --tcp 时请确认该地址有卡片服务。",
    )


class MalformedAnswerError(ReaderError):
    """Not a legal answer: never a value, whatever its bytes."""

    code = "malformed-answer"
    cause = ("The card's answer makes no sense.", "卡片返回的数据无法识别。")
    remedy = (
        "Clean the contacts and put the card in again; if it stays, try another reader, then "
        "replace the card.",
        "请清洁触点后重新放卡；若仍出现，请换一台读卡器，再不行请换卡。",
    )


class CardRefusedError(ReaderError):
    """A status word other than '9000'."""

    code = "refused"
    cause = ("The card refused.", "卡片拒绝了该操作。")
    remedy = (
        "Take the card out, put it back and start again; if it stays, send the status word with "
        "the report of: onecard card doctor",
        "请取出卡片，重新放入后再办理；若仍出现，请将状态字连同 onecard card doctor 的报告"
        "发给技术支持。",
    )

    def __init__(self, sw: int, what: str = "") -> None:
        self.sw = sw
        super().__init__(f"{what}: {describe(sw)}" if what else describe(sw))


class WrongPinError(CardRefusedError):
    """The PIN is wrong."""

    code = "wrong-pin"
    cause = ("The PIN is wrong.", "密码错误。")
    remedy = (
        "Let the holder type it again; when no try is left the PIN is blocked.",
        "请持卡人重新输入；次数用尽后密码将锁定。",
    )

    def __init__(self, sw: int, tries_left: int) -> None:
        self.tries_left = tries_left
        self.cause = (
            f"The PIN is wrong; tries left: {tries_left}.",
            f"密码错误，剩余 {tries_left} 次。",
        )
        super().__init__(sw)
        self.detail = f"{sw:04X}"


class PinBlockedError(CardRefusedError):
    """No tries are left."""

    code = "pin-blocked"
    cause = ("The PIN is blocked.", "密码已锁定。")
    remedy = (
        "Check the holder's identity document, then: onecard card pin unblock, or pin reload if "
        "the PIN is forgotten.",
        "请核验持卡人身份证件，再执行 onecard card pin unblock；忘记密码请用 pin reload。",
    )


class AccessRefusedError(CardRefusedError):
    """The access condition of the file is not met."""

    code = "access-refused"
    cause = (
        "The card gives this only after its PIN or the issuer's key.",
        "该数据须先验证密码或完成外部认证。",
    )
    remedy = (
        "Let the holder enter the PIN (--pin -), or use a desk that holds the key (--psam).",
        "请持卡人输入密码（--pin -），或在配有密钥的柜台办理（--psam）。",
    )


class KeyPairMissingError(CardRefusedError):
    """The PKI or PIV application was not given this key pair."""

    code = "no-key-pair"
    cause = ("The card has no such key pair yet.", "卡片尚无该密钥对。")
    remedy = (
        "Take it to the desk that issues certificates.",
        "请到证书办理柜台处理。",
    )


class CardAuthenticationError(ReaderError):
    """The card does not hold the key that its issuer gave it."""

    code = "card-authentication"
    cause = ("The card could not prove that its issuer made it.", "卡片未能通过认证。")
    remedy = (
        "Keep the card and ask the holder for an identity document.",
        "请留存卡片并核验持卡人证件。",
    )


class StatusUnavailableError(ReaderError):
    """The source of card status fails: no answer is given rather than half of one."""

    code = "status-unavailable"
    cause = (
        "It cannot be found out whether the card was reported lost.",
        "无法查询该卡是否已挂失。",
    )
    remedy = (
        "Put the cause right, or name a signed status list with --status-list.",
        "请排除原因，或用 --status-list 指定签名状态列表。",
    )


class PsamError(ReaderError):
    """The terminal's security module answered with a status word other than '9000'."""

    code = "psam"
    cause = ("The terminal's security module (PSAM) refused.", "终端安全模块（PSAM）拒绝了该操作。")
    remedy = (
        "Take the module out and put it back; if it refuses again, take it to its issuer with the "
        "status word.",
        "请取出模块后重新插入；若仍拒绝，请连同状态字交发卡机构处理。",
    )

    def __init__(self, sw: int, what: str = "") -> None:
        self.sw = sw
        super().__init__(f"{what}: {describe(sw)}" if what else describe(sw))


class NotPsamError(PsamError):
    """A card of another kind, or none that can be talked to."""

    code = "no-psam"
    cause = ("The card in the second slot is no PSAM.", "第二卡槽中的卡不是 PSAM。")
    remedy = (
        "Put the terminal's PSAM in, or name its reader with --psam.",
        "请插入终端的 PSAM，或用 --psam 指定其读卡器。",
    )


class PsamPinNeededError(PsamError):
    """The PSAM has a PIN, and it was not shown."""

    code = "psam-pin-needed"
    cause = ("The PSAM works only after its own PIN.", "PSAM 须先验证其自身密码。")
    remedy = ("Give it with --psam-pin.", "请用 --psam-pin 输入。")


class WrongPsamPinError(PsamError):
    """The PSAM's own PIN is wrong."""

    code = "wrong-psam-pin"
    cause = ("The PIN of the PSAM is wrong.", "PSAM 密码错误。")
    remedy = (
        "Ask whoever keeps the terminal; without tries left, take the PSAM to its issuer.",
        "请询问终端管理员；次数用尽后请将 PSAM 交发卡机构处理。",
    )

    def __init__(self, sw: int, tries_left: int) -> None:
        self.tries_left = tries_left
        self.cause = (
            f"The PIN of the PSAM is wrong; tries left: {tries_left}.",
            f"PSAM 密码错误，剩余 {tries_left} 次。",
        )
        super().__init__(sw)
        self.detail = f"{sw:04X}"


class PsamKeyMissingError(PsamError):
    """The PSAM was not given the key."""

    code = "psam-key-missing"
    cause = ("The PSAM does not have this key.", "PSAM 中没有该密钥。")
    remedy = (
        "Use a PSAM that was issued for this purpose, or a desk of the issuer.",
        "请使用为此用途发行的 PSAM，或到发卡机构柜台办理。",
    )
