"""What can go wrong with private pension accounts, beyond the errors of all services."""

from api.services.errors import RefusedError
from api.services.money import Fen, yuan_of


class NotInsuredError(RefusedError):
    """Only who is insured for old age may open an account."""

    code = "private-pension-not-insured"
    cause = (
        "This person is in neither old-age insurance.",
        "该人员未参加职工或城乡居民基本养老保险。",
    )
    remedy = ("Enrol the person first.", "请先办理基本养老保险参保登记。")


class OneAccountError(RefusedError):
    """There is an account already: everybody has one."""

    code = "private-pension-one-account"
    cause = ("This person has a private pension account already.", "该人员已有个人养老金账户。")
    remedy = ("Everybody has one; use that.", "每人仅限一个账户，请使用已有账户。")


class NoAccountError(RefusedError):
    """There is no account, or it is closed."""

    code = "private-pension-no-account"
    cause = (
        "This person has no private pension account that is open.",
        "该人员没有在用的个人养老金账户。",
    )
    remedy = ("Open one first.", "请先开立个人养老金账户。")


class OverCeilingError(RefusedError):
    """The deposit goes beyond what may be paid in a year; `left` is what is left of it."""

    code = "private-pension-over-ceiling"
    cause = ("The deposit goes beyond the yearly ceiling.", "缴费超过年度上限。")
    remedy = ("Pay in what is left, or wait for next year.", "请在剩余额度内缴费，或次年再缴。")

    def __init__(self, year: int, left: Fen) -> None:
        self.year, self.left = year, left
        super().__init__(
            (
                f"Of the ceiling of {year}, {yuan_of(left)} yuan are left.",
                f"{year} 年度缴费额度剩余 {yuan_of(left)} 元。",
            ),
            self.remedy,
        )


class DepositOverError(RefusedError):
    """Somebody who draws for good, or died, pays in no more."""

    code = "private-pension-drawing"
    cause = (
        "The account is being drawn, or its holder died: nothing is paid in any more.",
        "该账户已开始领取或参加人已身故，不再缴费。",
    )
    remedy = ("Return the money to who paid it.", "请将款项退回缴款人。")


class MovementDayError(RefusedError):
    """A day before the account was opened, or one to come."""

    code = "private-pension-day"
    cause = (
        "The day lies before the opening of the account, or is yet to come.",
        "日期早于开户日或晚于今日。",
    )
    remedy = ("Check the day on the bank's advice.", "请核对银行回单上的日期。")


class BalanceError(RefusedError):
    """More than there is; `balance` is what there is."""

    code = "private-pension-balance"
    cause = ("There is not so much in the account.", "账户余额不足。")
    remedy = ("Ask the bank for the balance.", "请与开户银行核对余额。")

    def __init__(self, balance: Fen) -> None:
        self.balance = balance
        super().__init__(
            (
                f"The account holds {yuan_of(balance)} yuan.",
                f"账户余额为 {yuan_of(balance)} 元。",
            ),
            self.remedy,
        )


class NotPayableError(RefusedError):
    """Nobody decided that this account may be drawn by then."""

    code = "private-pension-not-payable"
    cause = (
        "It has not been decided that this account may be drawn.",
        "该账户尚未核定领取条件。",
    )
    remedy = ("Receive the matter 'drawing the private pension'.", "请办理“个人养老金领取”。")


class ConditionError(RefusedError):
    """None of the conditions under which an account may be drawn is met."""

    code = "private-pension-condition"
    cause = ("The condition is not met.", "不符合该领取条件。")
    remedy = ("Check the proof, or name another condition.", "请核对证明材料，或选择其他条件。")


class MethodFixedError(RefusedError):
    """How an account is drawn is chosen once."""

    code = "private-pension-method-fixed"
    cause = (
        "It has been decided how this account is drawn.",
        "领取方式已确定，不得更改。",
    )
    remedy = ("It stays as it was decided.", "请按已确定的方式领取。")
