"""What the pilot for platform workers charges and pays.

新就业形态人员职业伤害保障办法（试行）, 人社部发〔2025〕24号, and its 规程, 人社厅函〔2025〕79号,
both since 2025-07-01; before it 人社部发〔2021〕110号, since 2022-07-01.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from api.services.explanation import Source
from api.services.money import FEN_PER_YUAN, Fen, to_fen

IN_FORCE: Final = "2025-07-01"
BASE_RULE: Final = Source("人社厅函〔2025〕79号 第三十八条、第三十九条", IN_FORCE)
DISABILITY_RULE: Final = Source("人社厅函〔2025〕79号 第三十八条", IN_FORCE)
DEATH_RULE: Final = Source("人社厅函〔2025〕79号 第三十九条", IN_FORCE)

ALLOWANCE_PERCENT: Final[Mapping[int, int]] = MappingProxyType({1: 90, 2: 85, 3: 80, 4: 75})
ONCE_MONTHS: Final[Mapping[int, int]] = MappingProxyType({5: 30, 6: 25})


def contribution(orders: int, rate: Decimal) -> Fen:
    """What a platform owes for its orders in a region and month; rounded once.

    人社部发〔2021〕110号 (since 2022-07-01), 人社部发〔2025〕24号 (since 2025-07-01).
    *rate* is yuan for an order.
    """
    return to_fen(Fraction(rate) * orders * FEN_PER_YUAN)


def benefit_base(average_wage: Fen, share: Decimal) -> Fen:
    """What benefits go by: a share of the average wage in private units.

    规程 第三十八条, 第三十九条 (since 2025-07-01).
    """
    return to_fen(average_wage * Fraction(share))


def allowance(grade: int, base: Fen) -> Fen | None:
    """The monthly allowance of grades 1 to 4 (规程 第三十八条（三）, since 2025-07-01)."""
    percent = ALLOWANCE_PERCENT.get(grade)
    return None if percent is None else to_fen(Fraction(base * percent, 100))


def once(grade: int, base: Fen) -> Fen | None:
    """What grades 5 and 6 get once instead (规程 第三十八条（四）, since 2025-07-01)."""
    months = ONCE_MONTHS.get(grade)
    return None if months is None else Fen(months * base)
