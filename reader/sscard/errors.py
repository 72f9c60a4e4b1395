"""What the driver refuses by itself.

ReaderError
    DriverError                 a call that cannot be answered; the card is not to blame
        CardTypeError           iType is none of 1 to 4
        ArgumentsError          wrong number or kind of arguments
        UnknownFunctionError    no function of this name
        FileAddressError        pFileAddr; position says where
        WriteDataError          pWriteData does not fit pFileAddr or the card's items
        PayInfoError            pPayInfo
        OtherCardError          the card is not the one of pCardInfo or of the first step
        StepOrderError          a StepN without the step before it
        NoStepNeededError       the file is shown without a key
        NewPinShownError        a step would tell the new PIN to whoever asked
        PsamAbsentError         no security module is in the terminal
        DebitKeyMissingError    nobody here can sign a settlement
    PinRuleError                a PIN that goes to no card
        NotPinError             it has not 4 to 12 digits
        InitialPinError         the PIN of the letter pays nothing
        InitialPinAgainError    the PIN of the letter is no new PIN

What goes wrong while a holder enters a PIN is said by whoever asks for it.
"""

from reader.errors import ReaderError


class DriverError(ReaderError):
    """Root of what is wrong with a call."""

    code = "driver-call"
    cause = ("The call cannot be answered.", "无法执行该调用。")
    remedy = (
        "Show this message to who wrote the calling program.",
        "请将此信息告知业务系统的开发方。",
    )


class CardTypeError(DriverError):
    """iType is none of 1 (contact), 2 (contactless), 3 and 4 (one before the other)."""

    code = "card-type"
    cause = ("The card type asked for is none of 1 to 4.", "卡类型参数不正确（应为1至4）。")


class ArgumentsError(DriverError):
    """The function takes other arguments."""

    code = "driver-arguments"
    cause = ("The function was called with wrong arguments.", "调用参数不正确。")


class UnknownFunctionError(DriverError):
    """The driver has no function of this name."""

    code = "unknown-function"
    cause = ("The driver has no such function.", "驱动不支持该函数。")


class FileAddressError(DriverError):
    """pFileAddr is not well formed, or names what this card has not; *position* counts from 1."""

    code = "file-address"
    cause = ("The file address cannot be followed.", "文件地址（pFileAddr）不正确。")

    def __init__(self, reason: str, position: int) -> None:
        self.reason, self.position = reason, position
        super().__init__(f"{reason} (character {position})")


class WriteDataError(DriverError):
    """pWriteData does not answer pFileAddr, or a value does not fit its item."""

    code = "write-data"
    cause = (
        "The data to write do not fit; nothing was written.",
        "写卡数据不合法，未写入任何数据。",
    )


class PayInfoError(DriverError):
    """pPayInfo is not: amounts in yuan, time."""

    code = "pay-info"
    cause = ("The payment is not well formed.", "消费信息（pPayInfo）不正确。")


class OtherCardError(DriverError):
    """What was passed in belongs to another card, or to another first step."""

    code = "other-card-data"
    cause = (
        "The card in the reader is not the one this was begun with.",
        "读卡器中的卡与传入数据不符。",
    )
    remedy = (
        "Put the holder's card in and begin again from reading it.",
        "请放入持卡人的卡，并从读卡重新开始。",
    )


class StepOrderError(DriverError):
    """No first step waits for this second one: never made, used up, or too long ago."""

    code = "step-order"
    cause = (
        "The step before this one was not made, or too long ago.",
        "未执行前一步骤，或前一步骤已失效。",
    )
    remedy = ("Leave the card in and begin with the first step.", "请勿取卡，从第一步重新开始。")


class NoStepNeededError(DriverError):
    """The file needs no key: iReadCard reads it."""

    code = "no-step-needed"
    cause = ("The card shows this without a key.", "读取该数据不需要加密机认证。")
    remedy = ("Call iReadCard instead.", "请改用 iReadCard。")


class NewPinShownError(DriverError):
    """The string of this step would carry the new PIN in the clear to the page that asked."""

    code = "new-pin-shown"
    cause = (
        "This way of setting a PIN would show it to the page.",
        "该方式会向页面暴露新密码，已停用。",
    )
    remedy = (
        "Use iReloadPIN at a desk that is connected to its issuer.",
        "请在已连接发卡机构的柜台使用 iReloadPIN。",
    )


class PsamAbsentError(DriverError):
    """The second slot is empty, or this terminal has none."""

    code = "psam-absent"
    cause = (
        "There is no security module (PSAM) in the terminal.",
        "终端中没有安全模块（PSAM 卡）。",
    )
    remedy = (
        "Put the PSAM in, or use a desk that is connected to its issuer.",
        "请插入 PSAM 卡，或在已连接发卡机构的柜台办理。",
    )


class DebitKeyMissingError(DriverError):
    """The keys at this counter sign no settlement."""

    code = "debit-key-missing"
    cause = (
        "The keys of this counter cannot sign a settlement.",
        "本柜台的密钥（PSAM 卡）不支持消费交易。",
    )
    remedy = (
        "Settle through the issuer: iDoDebit_HSM_Step1 and Step2.",
        "请通过发卡机构结算：iDoDebit_HSM_Step1 和 Step2。",
    )


class PinRuleError(ReaderError):
    """Root of what is wrong with a PIN before a card sees it; no try is lost."""

    code = "pin-rule"
    cause = ("This PIN cannot be used.", "该密码不能使用。")
    remedy = (
        "Ask the holder to enter it again.",
        "请持卡人重新输入。",
    )


class NotPinError(PinRuleError):
    """A PIN of this card has 4 to 12 digits."""

    code = "not-a-pin"
    cause = ("A PIN has 4 to 12 digits.", "密码应为4至12位数字。")


class InitialPinError(PinRuleError):
    """The PIN is the one the card left the bureau with."""

    code = "initial-pin"
    cause = ("Nothing can be paid with the first PIN.", "初始密码不能用于交易。")
    remedy = ("Have the holder change the PIN first.", "请持卡人先修改密码。")


class InitialPinAgainError(PinRuleError):
    """The new PIN is the one that every card leaves the bureau with."""

    code = "initial-pin-again"
    cause = ("The first PIN cannot be the new one.", "新密码不能与初始密码相同。")
    remedy = ("Ask the holder for another PIN.", "请持卡人另选密码。")
