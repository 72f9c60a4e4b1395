"""What the medical account refuses or leaves open at a counter, beside `reader.refusals`.

ReaderError
    AmountError               the text is no amount of money
    NoAccountError            this kind of card has no medical account
    NoTransactionKeysError    the keys of this desk sign no transactions
    NoTerminalError           nobody said which terminal does it
    TransactionUnclearError   the card cannot say any more whether a transaction happened
    CardAuthenticationError   (reader.errors)
        UnprovenPaymentError  money has moved, and the card's proof of it is wrong
"""

from reader.errors import CardAuthenticationError, ReaderError


class AmountError(ReaderError):
    """Money is written in yuan with two decimals, so that nobody takes fen for yuan."""

    code = "amount"
    cause = ("This is no amount.", "金额格式有误。")
    remedy = (
        "Write yuan with two decimals: 12.00; at most 42949672.95.",
        "请以元为单位、保留两位小数：12.00；最大 42949672.95。",
    )


class NoAccountError(ReaderError, ValueError):
    """The profile of the card declares no medical account."""

    code = "no-account"
    cause = ("This kind of card has no medical account.", "该类卡没有医疗保险个人账户。")
    remedy = (
        "Settle over the network, without the card's account.",
        "请通过联网结算办理，不使用卡内账户。",
    )


class NoTransactionKeysError(ReaderError):
    """DPK and DLK are used here by none of the ways that this desk has."""

    code = "no-transaction-keys"
    cause = (
        "The keys of this desk sign no transactions of the medical account.",
        "本柜台的密钥不能用于医疗保险个人账户交易。",
    )
    remedy = (
        "Settle with a PSAM (--psam) or at a desk with the issuer's key store; a credit takes DLK, "
        "which only the latter has.",
        "消费请使用 PSAM（--psam）或在配有发卡机构密钥库的柜台办理；圈存所需的 DLK 仅后者具备。",
    )


class NoTerminalError(ReaderError):
    """A transaction names its terminal: the fund settles with it."""

    code = "no-terminal"
    cause = ("The number of the terminal is missing.", "缺少终端机编号。")
    remedy = (
        "Give its 12 digits with --terminal; a PSAM (--psam) has it.",
        "请用 --terminal 给出 12 位终端机编号；PSAM（--psam）中已有。",
    )


class TransactionUnclearError(ReaderError):
    """Later transactions have taken its place, or the card's log stays closed."""

    code = "transaction-unclear"
    cause = (
        "The card cannot say whether this transaction happened.",
        "卡片无法确认该笔交易是否发生。",
    )
    remedy = (
        "Do not charge again. With the holder's PIN (--pin -) the card's log is read; if it does "
        "not help, compare with the records of the fund.",
        "请勿重复扣款。可由持卡人输入密码（--pin -）读取卡内明细；"
        "仍无法确认时，请与经办机构记录核对。",
    )

    def __init__(self, count: int, detail: str) -> None:
        self.count = count
        super().__init__(f"no. {count}, {detail}")


class UnprovenPaymentError(CardAuthenticationError):
    """DEBIT FOR PURCHASE was answered '9000' with a wrong MAC2."""

    code = "unproven-payment"
    cause = (
        "The card booked the payment, and its proof of it is wrong.",
        "卡片已记账，但其交易证明有误。",
    )
    remedy = (
        "Do not charge again. Keep the card, note the number of the transaction and report it to "
        "the issuer.",
        "请勿重复扣款。请留存卡片，记录交易序号并报发卡机构处理。",
    )

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"no. {count}, MAC2")
