"""What may be paid into a private pension account, when and how it is drawn, and its tax.

国办发〔2022〕7号 says what the scheme is; 人社部发〔2022〕70号 how it is run; since 2024-12-15 it
holds for the whole country (人社部发〔2024〕87号). Ceilings and the rate of the tax come in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, unique
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from api.services.explanation import Source
from api.services.money import Fen, to_fen

SCOPE_RULE: Final = Source("国办发〔2022〕7号 二；人社部发〔2024〕87号", "2024-12-15")
CEILING_RULE: Final = Source("国办发〔2022〕7号 四；人社部发〔2022〕70号", "2022-11-04")
DEDUCTION_RULE: Final = Source("财政部 税务总局公告2024年第21号", "2024-01-01")
TAX_RULE: Final = Source("财政部 税务总局公告2024年第21号", "2024-01-01")
DRAWING_RULE: Final = Source("国办发〔2022〕7号 七；人社部发〔2022〕70号", "2022-11-04")
EARLY_RULE: Final = Source(
    "人社部发〔2024〕87号；人社部等五部门关于领取个人养老金有关问题的通知（2025-08-19）",
    "2025-09-01",
)
HEIRS_RULE: Final = Source("国办发〔2022〕7号 七", "2022-04-08")
RESIDENTS_AGE: Final = 60 * 12  # 国发〔2014〕8号 六, in months

EARLY_FROM: Final = (2025, 9)


@unique
class Condition(StrEnum):
    """Why an account may be drawn."""

    AGE = "age"
    INCAPACITY = "incapacity"
    EMIGRATION = "emigration"
    ILLNESS = "illness"
    UNEMPLOYMENT = "unemployment"
    ALLOWANCE = "allowance"
    DEATH = "death"


@unique
class Method(StrEnum):
    """How it is drawn."""

    DIVISOR = "divisor"
    MONTHS = "months"
    AMOUNT = "amount"
    INSTALMENTS = "instalments"
    LUMP = "lump"


CONDITIONS: Final[Mapping[Condition, tuple[str, str]]] = MappingProxyType(
    {
        Condition.AGE: ("age of the basic pension reached", "达到领取基本养老金年龄"),
        Condition.INCAPACITY: ("complete loss of the capacity to work", "完全丧失劳动能力"),
        Condition.EMIGRATION: ("settled abroad", "出国（境）定居"),
        Condition.ILLNESS: ("heavy medical expenses", "医药费用个人负担较重"),
        Condition.UNEMPLOYMENT: ("long unemployment", "领取失业保险金累计达到规定月数"),
        Condition.ALLOWANCE: (
            "draws the minimum living allowance",
            "正在领取城乡最低生活保障金",
        ),
        Condition.DEATH: ("the holder died", "参加人身故"),
    }
)
METHODS: Final[Mapping[Method, tuple[str, str]]] = MappingProxyType(
    {
        Method.DIVISOR: ("monthly, by the divisor months", "按计发月数逐月领取"),
        Method.MONTHS: ("monthly, over months of one's choice", "按选定月数逐月领取"),
        Method.AMOUNT: ("monthly, a fixed amount", "按固定额度逐月领取"),
        Method.INSTALMENTS: ("in instalments", "分次领取"),
        Method.LUMP: ("in one sum", "一次性领取"),
    }
)
EARLY: Final = frozenset({Condition.ILLNESS, Condition.UNEMPLOYMENT, Condition.ALLOWANCE})


@dataclass(frozen=True, slots=True)
class Plan:
    """Payments before tax: *count* of them, each *payment*, but the *last* what is left."""

    payment: Fen
    count: int
    last: Fen

    @property
    def total(self) -> Fen:
        """All of them."""
        return Fen(self.payment * (self.count - 1) + self.last)


def left_of_ceiling(ceiling: Fen, deposited: Fen) -> Fen:
    """What may still be paid in this calendar year (国办发〔2022〕7号 四, since 2022-11-04)."""
    return Fen(max(ceiling - deposited, 0))


def deductible(deposited: Fen, ceiling: Fen) -> Fen:
    """What of a year's deposits is deducted (公告2024年第21号, since 2024-01-01).

    As paid, up to 12,000 yuan, from the comprehensive or the business income.
    """
    return min(deposited, ceiling)


def tax_on(payment: Fen, rate: Decimal) -> Fen:
    """The tax on a payment (公告2024年第21号, since 2024-01-01).

    3 % of it by itself, whatever else is earned; rounded to the fen.
    """
    return to_fen(payment * Fraction(rate))


def by_illness(own_expenses: Fen, income: Fen) -> bool:
    """Whether medical expenses open the account (通知 2025-08-19, since 2025-09-01).

    Twelve months' own share of what the medical insurance covers in part, of the person, the spouse
    or a child under age, above the province's disposable income of a resident in the year before.
    """
    return own_expenses > income


def by_unemployment(months: int, least: int) -> bool:
    """Whether months of benefit within two years open it (通知 2025-08-19, since 2025-09-01)."""
    return months >= least


def may_deposit(condition: Condition | None) -> bool:
    """Whether deposits go on (通知 2025-08-19, since 2025-09-01).

    Who draws for age, incapacity or emigration pays in no more; an early payment in need does not
    end the saving.
    """
    return condition is None or condition in EARLY


def equal_payments(balance: Fen, count: int) -> Plan:
    """*count* payments, the last one with what does not divide (国办发〔2022〕7号 七, 2022-11-04).

    Raises ValueError where a payment would be nothing.
    """
    payment = Fen(balance // count)
    if payment <= 0:
        raise ValueError("nothing to pay")
    return Plan(payment, count, Fen(balance - payment * (count - 1)))


def fixed_payments(balance: Fen, payment: Fen) -> Plan:
    """Payments of one amount until nothing is left (国办发〔2022〕7号 七, since 2022-11-04).

    Raises ValueError where there is nothing, or a payment of nothing.
    """
    if payment <= 0 or balance <= 0:
        raise ValueError("nothing to pay")
    count = -(-balance // payment)
    return Plan(min(payment, balance), count, Fen(balance - payment * (count - 1)))


def divisor_payments(balance: Fen, divisor: Decimal) -> Plan:
    """The balance over the divisor months of the basic pension, until nothing is left.

    人社部发〔2022〕70号, since 2022-11-04; the table is that of 国发〔2005〕38号 附件.
    """
    return fixed_payments(balance, to_fen(balance / Fraction(divisor)))
