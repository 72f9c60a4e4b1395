"""How long and how much unemployment insurance pays.

The law sets the most months; within them a region may have a scale of its own.
"""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from api.services.explanation import Source
from api.services.money import Fen

MONTHS_RULE: Final = Source("社会保险法 第四十六条；失业保险条例 第十七条", "2011-07-01")
AMOUNT_RULE: Final = Source("社会保险法 第四十七条；失业保险条例 第十八条", "2011-07-01")
SCALE_BY_INPUT: Final = Source("社会保险法 第四十六条 限度内的地方规定（按输入）", "2011-07-01")

MOST_MONTHS = 24
FIRST_STAGE = 12  # months at the first amount

# From so many full years: the most months.
BY_LAW: Final = ((10, 24), (5, 18), (1, 12))

# Months for each full year, where the scale of a region is known.
SCALES: Final[Mapping[str, tuple[int, Source]]] = MappingProxyType(
    {"上海": (2, Source("沪人社规〔2026〕18号 五", "2026"))}
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
