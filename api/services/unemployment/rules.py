"""Who draws unemployment insurance, how long, how much, and when it ends.

The law sets the most months; within them a region may have a scale of its own.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from api.services.explanation import Source
from api.services.money import Fen, to_fen
from api.services.months import Month

IN_FORCE: Final = "2011-07-01"
CONDITIONS_RULE: Final = Source("社会保险法 第四十五条；失业保险条例 第十四条", IN_FORCE)
MONTHS_RULE: Final = Source("社会保险法 第四十六条；失业保险条例 第十七条", IN_FORCE)
CONTINUED_RULE: Final = Source("失业保险金申领发放办法 第十五条第（二）项", "2001-01-01")
AMOUNT_RULE: Final = Source("社会保险法 第四十七条；失业保险条例 第十八条", IN_FORCE)
START_RULE: Final = Source("社会保险法 第五十条；失业保险条例 第十六条", IN_FORCE)
DEATH_RULE: Final = Source("社会保险法 第四十九条；失业保险条例 第二十条", IN_FORCE)
STOP_RULE: Final = Source("社会保险法 第五十一条；失业保险条例 第十五条", IN_FORCE)
SCALE_BY_INPUT: Final = Source("社会保险法 第四十六条 限度内的地方规定（按输入）", IN_FORCE)

MOST_MONTHS = 24
FIRST_STAGE = 12  # months at the first amount
LEAST_PAID = 12  # months of contributions
CONTACT_MONTHS = 3  # without contact a registration is cancelled: code table 28, code 50

# From so many full years: the most months.
BY_LAW: Final = ((10, 24), (5, 18), (1, 12))

# Months for each full year, where the scale of a region is known.
SCALES: Final[Mapping[str, tuple[int, Source]]] = MappingProxyType(
    {"上海": (2, Source("沪人社规〔2026〕18号 五", "2026"))}
)

# How an employment ended (实施〈社会保险法〉若干规定 第十三条, since 2011-07-01); all but the last
# are against the employee's own will.
ENDINGS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "expired": (
            "the contract ended by law (Labour Contract Law, 44)",
            "劳动合同期满等依法终止",
        ),
        "dismissed": ("the employer ended it (39 to 41)", "用人单位解除劳动合同"),
        "agreed": ("agreed, proposed by the employer (36)", "用人单位提出并协商一致解除"),
        "expelled": ("dismissed, struck off or expelled", "被用人单位辞退、除名、开除"),
        "forced": ("the employee, for the employer's fault (38)", "因用人单位过错被迫解除"),
        "law": ("other cases of law", "法律法规规定的其他情形"),
        "resigned": ("the employee's own wish", "本人意愿中断就业"),
    }
)
VOLUNTARY: Final = "resigned"

# Why it stops, and the code of table 28 for the registration.
STOPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "employed": ("employed again", "重新就业"),
        "army": ("called up for military service", "应征服兵役"),
        "abroad": ("moved abroad", "移居境外"),
        "pension": ("draws a basic pension", "享受基本养老保险待遇"),
        "refused": (
            "refused work or training without reason",
            "无正当理由拒不接受介绍的工作或培训",
        ),
        "imprisoned": ("imprisoned", "被判刑收监执行"),
        "incapable": ("lost all capacity for work", "完全丧失劳动能力"),
        "no_contact": ("no contact for three months", "连续3个月未与失业登记机构联系"),
        "death": ("death", "死亡"),
    }
)
CANCELLATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "employed": "60",
        "army": "30",
        "abroad": "30",
        "pension": "10",
        "refused": "90",
        "imprisoned": "40",
        "incapable": "20",
        "no_contact": "50",
        "death": "70",
    }
)


def most_months(years: Decimal) -> int:
    """The most months by contribution years (社会保险法 第四十六条, since 2011-07-01).

    From 1 year 12, from 5 years 18, from 10 years 24; below one year none.
    """
    return next((months for least, months in BY_LAW if years >= least), 0)


def months_by_scale(years: Decimal, months_per_year: int) -> int:
    """Full years by a region's scale, law's bound (社会保险法 第四十六条, since 2011-07-01)."""
    return min(int(years) * months_per_year, most_months(years))


def with_carried(months: int, carried_months: int) -> int:
    """With months not used before, 24 at most (社会保险法 第四十六条, since 2011-07-01)."""
    return min(months + carried_months, MOST_MONTHS)


def stages(months: int) -> tuple[int, int]:
    """Months at the first amount and at the later one (失业保险条例 第十八条, since 1999-01-22)."""
    first = min(months, FIRST_STAGE)
    return first, months - first


def total_amount(months: int, *, monthly_amount: Fen, later_amount: Fen) -> Fen:
    """Everything that the months give (社会保险法 第四十七条, since 2011-07-01)."""
    first, later = stages(months)
    return Fen(first * monthly_amount + later * later_amount)


def years_of(paid_months: int) -> Decimal:
    """Contribution years with two decimals, never rounded up to a year that is not full.

    社会保险法 第四十六条 (since 2011-07-01): it takes full years.
    """
    return (Decimal(paid_months) / 12).quantize(Decimal("0.01"), ROUND_DOWN)


def uses_up(paid_months: int) -> bool:
    """Whether a claim rests on new contributions, which it uses up (社会保险法 第四十五条（一）).

    With less than a year since the last claim only the months left from it go on (失业保险金申领
    发放办法 第十五条（二）, since 2001-01-01); what was paid counts for a later claim.
    """
    return paid_months >= LEAST_PAID


def share_of(amount: Fen, share: Decimal) -> Fen:
    """A region's share of the minimum wage, or of the first amount.

    社会保险法 第四十七条 (since 2011-07-01).
    """
    return to_fen(amount * Fraction(share))


def first_month(registered: Month, *, last_paid: Month | None, last_drawn: Month | None) -> Month:
    """The month of registration, but none that was paid or drawn for already.

    社会保险法 第五十条 (since 2011-07-01).
    """
    taken = [month.after(1) for month in (last_paid, last_drawn) if month is not None]
    return max([registered, *taken])


def last_month(reason: str, month: Month) -> Month:
    """The last month that is paid, for a cause that arises in *month*.

    社会保险法 第五十一条 (since 2011-07-01). A month of employment or of a pension has its own
    income: it is not paid any more. Otherwise the month in which the cause arises is the last.
    """
    return month.after(-1) if reason in ("employed", "pension") else month


def full_months(since: date, until: date) -> int:
    """Months that are full between two days (民法典 第二百零二条, since 2021-01-01).

    A month ends with the same day of a later one; where that has no such day, with its last.
    """
    months = (until.year - since.year) * 12 + until.month - since.month
    is_last_day = (until + timedelta(days=1)).day == 1
    return months - (until.day < since.day and not is_last_day)
