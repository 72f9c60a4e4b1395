"""Contributions: the base and its bounds, the shares, the late fee, what moves with a transfer.

Sources:
- bounds of the base: 国办发〔2019〕13号 三 (in force since 2019-05-01), from the average wage of
  all people employed in towns; what a region announces as an amount goes before what follows;
- employer and own share of the old-age insurance: 国办发〔2019〕13号 一, 国发〔2005〕38号 六; of
  people who pay themselves: 国发〔2005〕38号 三 (20 %, of which 8 % to the account, since
  2006-01-01);
- unemployment insurance: 失业保险条例 第六条, at the rates of 国办发〔2019〕13号 二 (since
  2019-05-01);
- work-injury insurance: 工伤保险条例 第十条 (the employer alone pays), rates by risk class:
  人社部发〔2015〕71号 (since 2015-10-01);
- residents: 国发〔2014〕8号 四 (since 2014-02-21): a yearly tier, and a subsidy that both go to the
  account whole;
- late fee: 社会保险法 第八十六条 (since 2011-07-01: 0.05 % a day); before that
  社会保险费征缴暂行条例 第十三条 (since 1999-01-22: 0.2 % a day);
- transfer: 国办发〔2009〕66号 第四条, 第六条 (since 2010-01-01).

Each share is rounded to the fen by itself, half up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

from api.services.explanation import Source, Step
from api.services.money import Fen, share_of, to_fen, yuan_of
from api.services.months import Month

BASE: Final = Source("国办发〔2019〕13号 三", "2019-05-01")
LATE: Final = Source("社会保险法 第八十六条", "2011-07-01")

LAW_OF_2011: Final = date(2011, 7, 1)
LATE_PER_DAY: Final = Fraction(5, 10_000)
LATE_PER_DAY_BEFORE: Final = Fraction(2, 1_000)

FUND_SHARE: Final = Fraction(12, 100)
FUND_SINCE: Final = Month.of(1998, 1)
TEN_YEARS: Final = 120


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the greatest base of a region and month."""

    least: Fen
    most: Fen

    def clip(self, declared: Fen) -> Fen:
        """The base that counts: the declared wage, within the bounds (国办发〔2019〕13号 三)."""
        return min(max(declared, self.least), self.most)


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of the base: what the employer pays, what the person pays, what of both is his own."""

    employer: Decimal
    own: Decimal
    account: Decimal


@dataclass(frozen=True, slots=True)
class Shares:
    """A month's contribution; *account* is a part of the two others."""

    employer: Fen
    own: Fen
    account: Fen

    @property
    def total(self) -> Fen:
        """What has to be paid."""
        return Fen(self.employer + self.own)


def bounds_of(average_wage: Fen, floor: Decimal, ceiling: Decimal) -> Bounds:
    """60 % and 300 % of the average wage, to the fen (国办发〔2019〕13号 三, since 2019-05-01)."""
    return Bounds(
        least=to_fen(Fraction(floor) * average_wage), most=to_fen(Fraction(ceiling) * average_wage)
    )


def shares_of(base: Fen, rates: Rates) -> Shares:
    """Employer's, own and account share of *base*, each rounded once.

    社会保险法 第十二条, 第十四条 (since 2011-07-01); the rates: see above.
    """
    return Shares(
        employer=share_of(rates.employer, base),
        own=share_of(rates.own, base),
        account=share_of(rates.account, base),
    )


def base_step(declared: Fen, bounds: Bounds) -> Step:
    """Why the base is what it is (国办发〔2019〕13号 三, since 2019-05-01)."""
    counted = bounds.clip(declared)
    if counted == declared:
        name, formula = ("Declared wage as the base", "以申报工资为缴费基数"), "{declared_base}"
        numbers = {"declared_base": declared}
    elif counted == bounds.least:
        name = ("The declared wage is below the least base", "申报工资低于缴费基数下限")
        formula = "max({declared_base}, {base_least})"
        numbers = {"declared_base": declared, "base_least": bounds.least}
    else:
        name = ("The declared wage is above the greatest base", "申报工资高于缴费基数上限")
        formula = "min({declared_base}, {base_most})"
        numbers = {"declared_base": declared, "base_most": bounds.most}
    return Step(
        name=name,
        formula=formula,
        numbers={key: yuan_of(fen) for key, fen in numbers.items()},
        result=yuan_of(counted),
        source=BASE,
    )


def due_on(month: Month, day: int) -> date:
    """The day of the following month by which a month's contribution is due.

    社会保险法 第六十条 (since 2011-07-01). *day* beyond the end of that month is its last.
    """
    last = month.after(2).first_day - timedelta(days=1)
    return min(month.after(1).first_day + timedelta(days=day - 1), last)


def late_fee(amount: Fen, *, due: date, paid: date) -> Fen:
    """What an employer owes beside *amount* that was due on *due* and came on *paid*.

    For each day after the due day: 0.05 % (社会保险法 第八十六条, since 2011-07-01); for days
    before that 0.2 % (社会保险费征缴暂行条例 第十三条).
    """
    before, under_the_law = _days_late(due, paid)
    rate = before * LATE_PER_DAY_BEFORE + under_the_law * LATE_PER_DAY
    return to_fen(amount * rate)


def late_fee_step(amount: Fen, *, due: date, paid: date) -> Step:
    """How the late fee came to be (社会保险法 第八十六条, since 2011-07-01)."""
    before, under_the_law = _days_late(due, paid)
    days = {"late_days": under_the_law, "late_days_before": before}
    formula = "{late_amount} × {late_days} × 0.05%"
    if before:
        formula = "{late_amount} × ({late_days} × 0.05% + {late_days_before} × 0.2%)"
    numbers = {"late_amount": yuan_of(amount)}
    numbers |= {name: str(count) for name, count in days.items() if f"{{{name}}}" in formula}
    return Step(
        name=("Late fee", "滞纳金"),
        formula=formula,
        numbers=numbers,
        result=yuan_of(late_fee(amount, due=due, paid=paid)),
        source=LATE,
    )


def fund_part(bases: Iterable[tuple[Month, Fen]]) -> Fen:
    """What moves of the pooled fund: 12 % of the bases since 1998.

    国办发〔2009〕66号 第四条（二） (since 2010-01-01). *bases* are those of the months paid for in
    the region that is left. Rounded once.
    """
    return to_fen(FUND_SHARE * sum(base for month, base in bases if month >= FUND_SINCE))


def drawing_province(
    months: Mapping[str, int], *, order: Sequence[str], household: str | None
) -> str | None:
    """The province that grants the pension (待遇领取地).

    国办发〔2009〕66号 第六条 (since 2010-01-01). *months* are those paid for by province; *order*
    the provinces as somebody was insured there, the last one last; *household* that of the
    registered household, which decides only where nothing else does. None: it cannot be told
    without it.
    """
    if not order:
        return household
    last = order[-1]
    if last == household or months.get(last, 0) >= TEN_YEARS:
        return last
    for province in reversed(order[:-1]):
        if months.get(province, 0) >= TEN_YEARS:
            return province
    return household


def _days_late(due: date, paid: date) -> tuple[int, int]:
    """Days after *due* up to *paid*: before 2011-07-01, and from then on."""
    first = due + timedelta(days=1)
    until = paid + timedelta(days=1)
    before = max((min(until, LAW_OF_2011) - first).days, 0)
    under_the_law = max((until - max(first, LAW_OF_2011)).days, 0)
    return before, under_the_law
