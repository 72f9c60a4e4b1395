"""What work-injury insurance pays for a disability (工伤保险条例, 2010 revision).

The lump sums for treatment and new work after leaving the employer are set by the provinces: their
months come in.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from api.services.explanation import Source
from api.services.money import Fen, to_fen

IN_FORCE = "2011-01-01"
LUMP_RULE: Final = Source("工伤保险条例 第三十五条、第三十六条、第三十七条 第（一）项", IN_FORCE)
ALLOWANCE_RULE: Final = Source("工伤保险条例 第三十五条、第三十六条 第（二）项", IN_FORCE)
LEAVING_RULE: Final = Source("工伤保险条例 第三十六条、第三十七条；省级标准（按输入）", IN_FORCE)
WAGE_RULE: Final = Source("工伤保险条例 第六十四条", IN_FORCE)

# Months of the own wage, and percent of it each month, by grade.
LUMP_MONTHS: Final[Mapping[int, int]] = MappingProxyType(
    {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
)
MONTHLY_PERCENT: Final[Mapping[int, int]] = MappingProxyType(
    {1: 90, 2: 85, 3: 80, 4: 75, 5: 70, 6: 60}
)
FIRST_LEAVING_GRADE = 5  # grades 1 to 4 keep their employment
LEAST_WAGE, MOST_WAGE = Fraction(60, 100), Fraction(300, 100)


def counted_wage(own_wage: Fen, average_wage: Fen) -> Fen:
    """The own wage within 60 and 300 % of the regional mean (条例 第六十四条, since 2011-01-01)."""
    least, most = to_fen(average_wage * LEAST_WAGE), to_fen(average_wage * MOST_WAGE)
    return min(max(own_wage, least), most)


def lump_sum(grade: int, wage: Fen) -> Fen:
    """The lump sum for disability (条例 第三十五至三十七条（一）, since 2011-01-01)."""
    return Fen(LUMP_MONTHS[grade] * wage)


def monthly_allowance(grade: int, wage: Fen, minimum_wage: Fen) -> Fen | None:
    """The monthly allowance of grades 1 to 6 (条例 第三十五、三十六条（二）, since 2011-01-01).

    Not below the minimum wage; grades 5 and 6 only where no suitable work can be arranged.
    """
    if grade not in MONTHLY_PERCENT:
        return None
    return max(to_fen(Fraction(wage * MONTHLY_PERCENT[grade], 100)), minimum_wage)
