"""What work-injury insurance pays for a disability or a death (工伤保险条例, 2010 revision).

The lump sums for treatment and new work after leaving the employer are set by the provinces: their
months come in.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
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
CARE_RULE: Final = Source("工伤保险条例 第三十四条", IN_FORCE)
BESIDE_PENSION_RULE: Final = Source("工伤保险条例 第三十五条 第（三）项", IN_FORCE)
REVIEW_RULE: Final = Source("工伤保险条例 第二十八条；省级规定", IN_FORCE)
FUNERAL_RULE: Final = Source("工伤保险条例 第三十九条 第（一）项", IN_FORCE)
DEPENDANT_RULE: Final = Source("工伤保险条例 第三十九条 第（二）项", IN_FORCE)
DEATH_RULE: Final = Source("工伤保险条例 第三十九条 第（三）项", IN_FORCE)
ADJUSTMENT_RULE: Final = Source("工伤保险条例 第四十条；省级调整办法", IN_FORCE)

# Months of the own wage, and percent of it each month, by grade.
LUMP_MONTHS: Final[Mapping[int, int]] = MappingProxyType(
    {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
)
MONTHLY_PERCENT: Final[Mapping[int, int]] = MappingProxyType(
    {1: 90, 2: 85, 3: 80, 4: 75, 5: 70, 6: 60}
)
FIRST_LEAVING_GRADE = 5  # grades 1 to 4 keep their employment
FIRST_EMPLOYER_GRADE = 5  # from here on the allowance is the employer's
BELOW_THE_GRADES = 11
# Percent of the regional average wage, by the grade of care (code table 33).
CARE_PERCENT: Final[Mapping[str, int]] = MappingProxyType({"1": 50, "2": 40, "3": 30})
FUNERAL_MONTHS = 6  # of the regional average wage
DEATH_YEARS = 20  # of the national disposable income of townspeople
SPOUSE, SPOUSE_PERCENT, OTHER_PERCENT, ALONE_PERCENT = "1", 40, 30, 10
CHILDREN: Final = frozenset({"2", "4", "7"})  # supported until they are of age
OF_AGE = 18
EMPLOYER_DAYS = 30
WAGE_MONTHS = 12
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


def mean_wage(bases: Sequence[Fen]) -> Fen:
    """The own wage: the mean of the monthly bases before the injury (第六十四条, since 2011-01-01).

    *bases* are those of the last twelve months, or of fewer where he was insured for fewer.
    """
    return to_fen(Fraction(sum(bases), len(bases)))


def care_allowance(care: str, average_wage: Fen) -> Fen | None:
    """For care, by its grade (条例 第三十四条, since 2011-01-01); None below the grades."""
    percent = CARE_PERCENT.get(care)
    return None if percent is None else to_fen(Fraction(average_wage * percent, 100))


def dependant_percent(relationship: str, *, alone: bool) -> int:
    """Percent of the wage for somebody who was supported (第三十九条（二）, since 2011-01-01).

    *relationship* by code table 40; *alone*: a lonely elder or an orphan.
    """
    own = SPOUSE_PERCENT if relationship == SPOUSE else OTHER_PERCENT
    return own + ALONE_PERCENT if alone else own


def dependants_shares(percents: Sequence[int], wage: Fen) -> list[Fen]:
    """What each gets, in their order; together never more than the wage.

    条例 第三十九条（二） (since 2011-01-01). Where the percents come to 100 or more, the wage is
    divided in proportion; the fen that are left over go to the first ones, so that nothing is lost.
    """
    total = sum(percents)
    if total < 100:
        return [to_fen(Fraction(wage * percent, 100)) for percent in percents]
    exact = [Fraction(wage * percent, total) for percent in percents]
    shares = [int(one) for one in exact]
    for number in range(wage - sum(shares)):
        shares[number] += 1
    return [Fen(one) for one in shares]


def report_deadline(happened: date, *, by_employer: bool) -> date:
    """The last day for the report: 30 days for the employer, a year for the person.

    条例 第十七条 (since 2011-01-01). *happened* is the day of the accident, or of the diagnosis.
    """
    return happened + timedelta(days=EMPLOYER_DAYS) if by_employer else year_after(happened)


def year_after(day: date) -> date:
    """The same day a year later; of 29 February, 28 February (民法典 第二百零二条, 2021-01-01)."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year + 1, day.month, last)
