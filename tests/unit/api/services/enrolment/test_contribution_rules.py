"""The rules of contributions, each number written out by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from api.services.enrolment import interest, rules
from api.services.enrolment.parameters import PARAMETERS
from api.services.enrolment.record import PaidMonth
from api.services.enrolment.rules import Bounds, Rates, Shares
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.names import table
from api.services.parameters.view import Parameters, Version

# 60 % and 300 % of 7,543.21 yuan: 4,525.926 and 22,629.63.
BOUNDS = Bounds(least=Fen(452_593), most=Fen(2_262_963))


def test_the_bounds_are_shares_of_the_average_wage() -> None:
    assert rules.bounds_of(Fen(754_321), Decimal("0.6"), Decimal(3)) == BOUNDS


@pytest.mark.parametrize(
    ("declared", "counted", "said"),
    [
        (300_000, 452_593, "below the least"),
        (452_593, 452_593, "as the base"),
        (3_000_000, 2_262_963, "above the greatest"),
    ],
)
def test_the_declared_wage_is_brought_within_the_bounds_and_told(
    declared: int, counted: int, said: str
) -> None:
    assert BOUNDS.clip(Fen(declared)) == counted
    step = rules.base_step(Fen(declared), BOUNDS)
    assert said in step.name[0]
    assert step.result == f"{counted / 100:.2f}"
    assert step.in_words("zh")


def test_each_share_is_rounded_by_itself() -> None:
    # 4,525.93 x 16 % = 724.1488, x 8 % = 362.0744
    rates = Rates(employer=Decimal("0.16"), own=Decimal("0.08"), account=Decimal("0.08"))
    assert rules.shares_of(Fen(452_593), rates) == Shares(Fen(72_415), Fen(36_207), Fen(36_207))


def test_a_month_is_due_on_a_day_of_the_next_one() -> None:
    assert rules.due_on(Month.of(2026, 10), 15) == date(2026, 11, 15)
    assert rules.due_on(Month.of(2027, 1), 31) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("due", "paid", "fee"),
    [
        (date(2026, 11, 15), date(2026, 11, 15), 0),
        # 1,200.00 x 1 day x 0.05 % = 0.60
        (date(2026, 11, 15), date(2026, 11, 16), 60),
        # 12 days: 7.20
        (date(2026, 11, 15), date(2026, 11, 27), 720),
        # 16 to 30 June at 0.2 %: 15 days, 36.00; 1 to 10 July at 0.05 %: 10 days, 6.00
        (date(2011, 6, 15), date(2011, 7, 10), 4_200),
    ],
)
def test_the_late_fee_runs_by_the_day(due: date, paid: date, fee: int) -> None:
    assert rules.late_fee(Fen(120_000), due=due, paid=paid) == fee
    assert rules.late_fee_step(Fen(120_000), due=due, paid=paid).result == f"{fee / 100:.2f}"


def test_twelve_percent_of_the_bases_since_1998_move() -> None:
    # (1,000.01 + 1,000.02) x 12 % = 240.0036; December 1997 does not count.
    months = [
        (Month.of(1997, 12), 90_000),
        (Month.of(1998, 1), 100_001),
        (Month.of(1998, 2), 100_002),
    ]
    assert rules.fund_part((month, Fen(base)) for month, base in months) == 24_000


@pytest.mark.parametrize(
    ("months", "order", "household", "province"),
    [
        ({"43": 30, "51": 130}, ["51", "43"], "43", "43"),  # insured where registered
        ({"43": 120, "51": 130}, ["51", "43"], "11", "43"),  # ten years at the last place
        ({"43": 119, "51": 130}, ["51", "43"], "11", "51"),  # the last one before with ten years
        ({"43": 119, "51": 119}, ["51", "43"], "11", "11"),  # nowhere ten years
        ({"43": 119}, ["43"], None, None),
    ],
)
def test_where_a_pension_is_drawn(
    months: dict[str, int], order: list[str], household: str | None, province: str | None
) -> None:
    assert rules.drawing_province(months, order=order, household=household) == province


def _parameters(rates: dict[str, str]) -> Parameters:
    rows = [
        Version("000000", Month.of(int(year), 1).number, 0, rate) for year, rate in rates.items()
    ]
    return Parameters(lambda name: rows if name == interest.INTEREST else [], table(PARAMETERS))


def test_a_year_of_an_account_is_that_of_the_guide() -> None:
    """月积数法 by hand: 400.00 in October, November and December, then a whole year."""
    paid = [
        PaidMonth(Month.of(2020, month), "430102", Fen(500_000), Fen(40_000), Month.of(2020, month))
        for month in (10, 11, 12)
    ]
    view = _parameters({"2020": "0.0604", "2021": "0.0669"})
    first, second = interest.years_of(
        paid, until=Month.of(2021, 12), region="430102", parameters=view
    )
    # 400 x (3 + 2 + 1) = 2,400; x 6.04 % / 12 = 12.08
    assert (first.weighted, first.interest, first.closing) == (240_000, 1_208, 121_208)
    # 1,212.08 x 6.69 % = 81.088152
    assert (second.opening, second.interest, second.closing) == (121_208, 8_109, 129_317)


def test_accounts_of_two_provinces_add_up_as_if_they_had_never_met() -> None:
    one = PaidMonth(Month.of(2020, 1), "430102", Fen(500_000), Fen(33_333), Month.of(2020, 1))
    other = PaidMonth(Month.of(2020, 1), "510104", Fen(500_000), Fen(33_333), Month.of(2020, 1))
    view = _parameters({"2020": "0.0604"})
    both = interest.years_of([one, other], until=Month.of(2020, 12), region="", parameters=view)
    exact = Fraction(33_333) * Fraction("0.0604")  # 2,013.31… each
    assert [year.interest for year in both] == [int(exact + Fraction(1, 2))] * 2
