"""Why a card refused, where there is more to say than a status word.

CardRefusedError (`reader.errors`)
    WrongProofError           the card does not take this desk's key; tries_left are left
    KeyLockedError            no tries are left for a key
    ProtectionRefusedError    the MAC of a command does not hold
    PinUnblocksUsedError      the PIN was unblocked as often as the card allows
    ApplicationBlockedError   a part of the card is blocked; permanent says whether for ever
    CardBlockedError          the whole card is blocked, for ever
    InsufficientFundsError    the medical account has less than is to be paid
    AccountUsedUpError        the medical account has no more transaction numbers
    TransactionUnknownError   the card does not know the transaction as its last
ReaderError
    TransactionOpenError      nobody can say yet whether it happened; count is its number
"""

from collections.abc import Callable, Mapping

from reader.errors import AccessRefusedError, CardRefusedError, ReaderError
from reader.iso7816.status import SW, tries_left


class WrongProofError(CardRefusedError):
    """EXTERNAL AUTHENTICATE was answered '63CX'."""

    code = "wrong-proof"
    cause = ("The card does not accept this desk's key.", "卡片不接受本柜台的密钥。")
    remedy = (
        "Stop: each try counts. See that this desk has the keys of the card's issuer.",
        "请停止操作，每次失败均计数。请确认本柜台使用的是发卡机构的密钥。",
    )

    def __init__(self, sw: int, left: int) -> None:
        self.tries_left = left
        self.cause = (
            f"The card does not accept this desk's key; tries left: {left}.",
            f"卡片不接受本柜台的密钥，剩余 {left} 次。",
        )
        super().__init__(sw)
        self.detail = f"{sw:04X}"


class KeyLockedError(CardRefusedError):
    """A key has no tries left; no command gives them back."""

    code = "key-locked"
    cause = (
        "A key of the card is locked after too many wrong proofs.",
        "卡内密钥因多次认证失败已锁定。",
    )
    remedy = ("Replace the card.", "请为持卡人换卡。")


class ProtectionRefusedError(CardRefusedError):
    """'6988' for a secured command, '9302' for a step of a transaction."""

    code = "protection-refused"
    cause = (
        "The card did not accept the proof in the command; nothing was changed.",
        "卡片未接受命令中的鉴别码，卡内数据未变。",
    )
    remedy = WrongProofError.remedy


class PinUnblocksUsedError(CardRefusedError):
    """The card's limit on reloads and unblocks is reached."""

    code = "pin-unblocks-used"
    cause = (
        "The card lets its PIN be unblocked no more.",
        "该卡密码的解锁次数已用完。",
    )
    remedy = ("Replace the card.", "请为持卡人换卡。")


class ApplicationBlockedError(CardRefusedError):
    """The issuer blocked a card application."""

    code = "application-blocked"
    cause = ("This part of the card is blocked.", "卡内该应用已被锁定。")
    remedy = (
        "At a desk of the issuer, if the reason is gone: onecard card unlock application NAME",
        "锁定原因消除后，可在发卡机构柜台执行：onecard card unlock application 名称",
    )

    def __init__(self, sw: int, what: str = "") -> None:
        self.permanent = sw == SW.APPLICATION_PERMANENTLY_BLOCKED
        if self.permanent:
            self.cause = (
                "This part of the card is blocked for ever.",
                "卡内该应用已被永久锁定。",
            )
            self.remedy = ("Nothing undoes it: replace the card.", "无法解锁，请为持卡人换卡。")
        super().__init__(sw, what)


class CardBlockedError(CardRefusedError):
    """CARD BLOCK was carried out: the card answers nothing any more."""

    code = "card-blocked"
    cause = ("The issuer has blocked this card for ever.", "该卡已被发卡机构永久锁定。")
    remedy = (
        "Keep the card and ask its holder for an identity document.",
        "请留存卡片并核验持卡人证件。",
    )


class InsufficientFundsError(CardRefusedError):
    """The account's balance is below the amount."""

    code = "insufficient-funds"
    cause = (
        "The medical account on the card does not cover the amount.",
        "卡内医疗保险个人账户余额不足。",
    )
    remedy = (
        "Take less from the account, or credit it first.",
        "请减少账户支付金额，或先办理账户划入。",
    )


class AccountUsedUpError(CardRefusedError):
    """The counter of transactions is at its end; numbers never come again."""

    code = "account-used-up"
    cause = (
        "The medical account has used all its transaction numbers.",
        "卡内医疗保险个人账户的交易序号已用完。",
    )
    remedy = ("Replace the card.", "请为持卡人换卡。")


class TransactionUnknownError(CardRefusedError):
    """The transaction asked for is not the card's last of its type: see `account_outcome`."""

    code = "transaction-unknown"
    cause = (
        "The card's last transaction of this type is another one.",
        "卡内最近一笔同类交易不是所查交易。",
    )
    remedy = (
        "Look at the card's log before anything is charged again: onecard card account records",
        "再次扣款前请查看卡内明细：onecard card account records",
    )


class TransactionOpenError(ReaderError):
    """The answer to the last step was lost. *count* is the card's number of the transaction."""

    code = "transaction-open"
    cause = (
        "The card went away before it said whether the transaction was done.",
        "卡片在答复前断开，尚不能确定交易是否完成。",
    )
    remedy = (
        "Put the same card back and ask it; do not charge again before that.",
        "请放回同一张卡并查询该笔交易，查询前不要重复扣款。",
    )

    def __init__(self, count: int, ask: str = "settled") -> None:
        """*ask* is the command that asks the card for it."""
        self.count = count
        self.remedy = (
            f"Put the same card back and ask it: onecard card account {ask} {count} --pin -; do "
            "not charge again before that.",
            f"请放回同一张卡并查询：onecard card account {ask} {count} --pin -；"
            "查询前不要重复扣款。",
        )
        super().__init__(f"no. {count}")


_REFUSALS: Mapping[int, Callable[[int, str], CardRefusedError]] = {
    SW.SECURITY_STATUS_NOT_SATISFIED: lambda sw, _: AccessRefusedError(sw),
    SW.SELECTED_FILE_INVALIDATED: ApplicationBlockedError,
    SW.APPLICATION_PERMANENTLY_BLOCKED: ApplicationBlockedError,
    SW.SECURE_MESSAGING_INCORRECT: ProtectionRefusedError,
    SW.MAC_INVALID: ProtectionRefusedError,
    SW.INSUFFICIENT_FUNDS: InsufficientFundsError,
    SW.TRANSACTION_NUMBERS_EXHAUSTED: AccountUsedUpError,
    SW.PROOF_NOT_AVAILABLE: TransactionUnknownError,
}


def refusal(sw: int, what: str) -> CardRefusedError:
    """The error for a status word other than '9000', in answer to the command *what*."""
    return _REFUSALS.get(sw, CardRefusedError)(sw, what)


def refusal_of_a_proof(refused: CardRefusedError) -> CardRefusedError:
    """The same, where what was refused is the proof of a key."""
    if refused.sw == SW.AUTHENTICATION_METHOD_BLOCKED:
        return KeyLockedError(refused.sw)
    left = tries_left(refused.sw)
    return refused if left is None else WrongProofError(refused.sw, left)
