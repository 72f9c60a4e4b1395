"""What an annuity plan may be, what of an account is the person's, how it is paid, and its tax.

企业年金办法 (人力资源社会保障部 财政部令第36号), in force since 2018-02-01; the tax is that of
财税〔2018〕164号 四. Rates and bounds come in.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum, unique
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from api.services.explanation import Source
from api.services.money import FEN_PER_YUAN, Fen, to_fen

IN_FORCE: Final = "2018-02-01"
CONTRIBUTION_RULE: Final = Source("企业年金办法（令第36号）第十五条", IN_FORCE)
SPREAD_RULE: Final = Source("企业年金办法（令第36号）第十八条", IN_FORCE)
VESTING_RULE: Final = Source("企业年金办法（令第36号）第十九条", IN_FORCE)
FULL_VESTING_RULE: Final = Source("企业年金办法（令第36号）第二十条", IN_FORCE)
TRANSFER_RULE: Final = Source("企业年金办法（令第36号）第二十一条、第二十二条", IN_FORCE)
PAYOUT_RULE: Final = Source("企业年金办法（令第36号）第二十四条、第二十五条", IN_FORCE)
TAX_RULE: Final = Source("财税〔2018〕164号 四", "2019-01-01")


@unique
class Leaving(StrEnum):
    """How somebody left the employer whose plan it is."""

    OWN_WISH = "own_wish"
    OWN_FAULT = "own_fault"
    NO_FAULT = "no_fault"
    BREACH = "breach"
    NOT_RENEWED = "not_renewed"
    PLAN_ENDED = "plan_ended"
    AGREED = "agreed"


@unique
class Condition(StrEnum):
    """Why an account is paid."""

    AGE = "age"
    INCAPACITY = "incapacity"
    EMIGRATION = "emigration"
    DEATH = "death"


@unique
class Method(StrEnum):
    """How it is paid."""

    MONTHLY = "monthly"
    YEARLY = "yearly"
    LUMP = "lump"
    POLICY = "policy"


LEAVING: Final[Mapping[Leaving, tuple[str, str]]] = MappingProxyType(
    {
        Leaving.OWN_WISH: ("by the person's own wish", "职工本人提出解除劳动合同"),
        Leaving.OWN_FAULT: ("dismissed for the person's fault", "因职工过错解除劳动合同"),
        Leaving.NO_FAULT: (
            "dismissed without the person's fault",
            "非因职工过错企业解除劳动合同",
        ),
        Leaving.BREACH: (
            "the person left because the employer broke the law",
            "因企业违反法律规定职工解除劳动合同",
        ),
        Leaving.NOT_RENEWED: (
            "the employer did not renew the contract",
            "劳动合同期满企业原因不再续订",
        ),
        Leaving.PLAN_ENDED: ("the plan was ended", "企业年金方案终止"),
        Leaving.AGREED: (
            "another case that the plan names as vesting fully",
            "企业年金方案约定的其他完全归属情形",
        ),
    }
)
CONDITIONS: Final[Mapping[Condition, tuple[str, str]]] = MappingProxyType(
    {
        Condition.AGE: ("legal retirement age reached", "达到法定退休年龄"),
        Condition.INCAPACITY: ("complete loss of the capacity to work", "完全丧失劳动能力"),
        Condition.EMIGRATION: ("settled abroad", "出国（境）定居"),
        Condition.DEATH: ("the holder died", "职工或退休人员死亡"),
    }
)
METHODS: Final[Mapping[Method, tuple[str, str]]] = MappingProxyType(
    {
        Method.MONTHLY: ("by the month", "按月领取"),
        Method.YEARLY: ("by the year", "按年分次领取"),
        Method.LUMP: ("in one sum", "一次性领取"),
        Method.POLICY: ("into an insurance for life", "购买商业养老保险（终身领取）"),
    }
)
FULLY_VESTING: Final = frozenset(
    {Leaving.NO_FAULT, Leaving.BREACH, Leaving.NOT_RENEWED, Leaving.PLAN_ENDED, Leaving.AGREED}
)
VESTED_BY_CONDITION: Final = frozenset({Condition.AGE, Condition.INCAPACITY, Condition.DEATH})

# 个人所得税税率表, of a month and of a year: up to so many yuan, percent, quick deduction in yuan.
MONTHLY_TABLE: Final = (
    (3_000, 3, 0),
    (12_000, 10, 210),
    (25_000, 20, 1_410),
    (35_000, 25, 2_660),
    (55_000, 30, 4_410),
    (80_000, 35, 7_160),
    (None, 45, 15_160),
)
YEARLY_TABLE: Final = (
    (36_000, 3, 0),
    (144_000, 10, 2_520),
    (300_000, 20, 16_920),
    (420_000, 25, 31_920),
    (660_000, 30, 52_920),
    (960_000, 35, 85_920),
    (None, 45, 181_920),
)
Table = Sequence[tuple[int | None, int, int]]


def within_ceilings(
    *, employer_rate: Decimal, own_rate: Decimal, employer_ceiling: Decimal, total_ceiling: Decimal
) -> bool:
    """Whether a plan may ask for these rates (企业年金办法 第十五条, since 2018-02-01).

    The employer at most 8 % of the wages, both together at most 12 %.
    """
    return employer_rate <= employer_ceiling and employer_rate + own_rate <= total_ceiling


def parts(base: Fen, *, employer_rate: Decimal, own_rate: Decimal) -> tuple[Fen, Fen]:
    """What employer and person pay on a wage (第十五条, since 2018-02-01); all of it is saved."""
    return to_fen(base * Fraction(employer_rate)), to_fen(base * Fraction(own_rate))


def within_spread(greatest: Fen, total: Fen, people: int, spread: Decimal) -> bool:
    """Whether no account got too much (企业年金办法 第十八条, since 2018-02-01).

    The greatest part of the employer's money at most five times the average one.
    """
    return greatest * people <= total * Fraction(spread)


def vested_share(worked_months: int, vesting_years: int) -> Fraction:
    """What of the employer's part is the person's (企业年金办法 第十九条, since 2018-02-01).

    It grows with each full year of work, and is all after the years of the plan, eight at most; a
    plan of no years gives it from the beginning.
    """
    years = worked_months // 12
    return Fraction(1) if years >= vesting_years else Fraction(years, vesting_years)


def vests_fully(leaving: Leaving) -> bool:
    """Whether all is the person's by the way he left (第二十条, since 2018-02-01)."""
    return leaving in FULLY_VESTING


def vested(employer_balance: Fen, share: Fraction) -> Fen:
    """The employer's part that goes with the person (第十九条, since 2018-02-01)."""
    return to_fen(employer_balance * share)


def may_choose(condition: Condition, method: Method) -> bool:
    """Who settles abroad, and heirs, are paid in one sum (第二十四条, since 2018-02-01)."""
    return condition in (Condition.AGE, Condition.INCAPACITY) or method is Method.LUMP


def bracket(amount: Fen, table: Table) -> tuple[int, int]:
    """Percent and quick deduction in yuan of a payment (财税〔2018〕164号 四, since 2019-01-01)."""
    return next(
        (percent, less)
        for up_to, percent, less in table
        if up_to is None or amount <= up_to * FEN_PER_YUAN
    )


def tax(amount: Fen, table: Table) -> Fen:
    """The tax on a payment by a table of rates (财税〔2018〕164号 四, since 2019-01-01)."""
    percent, less = bracket(amount, table)
    return to_fen(Fraction(amount * percent, 100) - less * FEN_PER_YUAN)


def table_for(condition: Condition, method: Method) -> Table:
    """Which table a payment goes by (财税〔2018〕164号 四, since 2019-01-01).

    By the month the monthly one, by the year the yearly one; in one sum the yearly one for who
    settles abroad and for heirs, else the monthly one.
    """
    if method is Method.YEARLY or condition in (Condition.EMIGRATION, Condition.DEATH):
        return YEARLY_TABLE
    return MONTHLY_TABLE
