"""The numbers of every step give the result that it shows, for whatever is determined."""

from collections.abc import Mapping
from typing import Any

import pytest

from api.services.determination.facts import Facts
from api.services.determination.subjects import DETERMINATIONS
from api.services.explanation import LANGUAGES
from api.services.months import Month
from tests.arithmetic import adds_up
from tests.insurance_old_age import parameters

OLD_AGE = {
    "old_age.base": "8000",
    "average_wage": "5000",
    "old_age.transition_coefficient": "0.013",
    "old_age.increase_rate": "0.001",
    "old_age.increase_fixed": "10",
    "old_age.increase_per_year": "2",
}
PAID = [["430102", str(month), 612_345] for month in Month.of(2006, 6).through(Month.of(2026, 5))]
ADJUSTMENT = {
    "old_age.adjustment_fixed": "40",
    "old_age.adjustment_per_year": "1.5",
    "old_age.adjustment_per_year_15": "2",
    "old_age.adjustment_rate": "0.006",
    "old_age.adjustment_age_70": "30",
}
INJURY = {
    "average_wage": "7001",
    "minimum_wage": "2010",
    "work_injury.leaving_by_average": "1",
    "work_injury.review_lump": "1",
    "work_injury.urban_income": "56000",
    **{
        f"work_injury.{kind}_months_{grade}": "5"
        for kind in ("medical", "employment")
        for grade in range(5, 11)
    },
}
HURT = {"happened": "2026-03", "wages": [500_033], "declared": 0}
PLATFORM = {
    "platform_work.average_wage": "6001",
    "platform_work.benefit_share": "0.6",
    "platform_work.care_wage": "7000",
    "work_injury.review_lump": "1",
    "work_injury.urban_income": "56000",
}
FAMILY = [["1", False], ["2", True], ["5", True], ["5", False]]
ANNUITY = {
    "own_balance": 1_234_567,
    "employer_balance": 7_654_321,
    "worked_months": 50,
    "vesting_years": 8,
}
UNEMPLOYMENT = {
    "unemployment.amount": "1500",
    "unemployment.later_share": "0.85",
    "unemployment.months_per_year": "2",
}
CASES: list[tuple[str, Mapping[str, str], Mapping[str, Any]]] = [
    *(
        (
            "old_age.pension",
            {**OLD_AGE, "old_age.years_exact": exact},
            {"age": 724, "account": 9_600_000, "paid": PAID, "deemed": [[17, "1"]]},
        )
        for exact in ("0", "1")
    ),
    *(
        ("old_age.adjustment", ADJUSTMENT, {"pension": 312_345, "months": n, "birth": "1955-01"})
        for n in (100, 181, 361)
    ),
    *(
        (
            "old_age.survivors",
            {"old_age.urban_income": "2818.50"},
            {
                "months": months,
                "drawn": drawn,
                "own": 300_000,
                "account": 12_345,
                "by_work": False,
                "funeral_paid": funeral_paid,
            },
        )
        for months in (59, 180, 255)
        for drawn in (None, 7, 400)
        for funeral_paid in (False, True)
    ),
    *(
        ("unemployment.claim", UNEMPLOYMENT, {"paid_months": months, "left": left})
        for months, left in ((5, 4), (59, 3), (300, 0))
    ),
    *(
        (
            "work_injury.disability",
            INJURY,
            {**HURT, "grade": grade, "care": "2", "lump_before": before, "leaves": "2026-07"},
        )
        for grade in (2, 5, 7, 11)
        for before in (0, 7)
    ),
    *(
        ("work_injury.dependant", INJURY, {**HURT, "dependants": FAMILY, "which": which})
        for which in range(4)
    ),
    ("work_injury.death", INJURY, {"full": True}),
    *(
        ("platform_work.disability", PLATFORM, {"grade": grade, "care": "1", "lump_before": 0})
        for grade in (1, 6)
    ),
    *(
        (
            "private_pension.draw",
            {"private_pension.tax_rate": "0.03"},
            {"balance": 1_234_567, "condition": "age", **method},
        )
        for method in (
            {"method": "lump"},
            {"method": "divisor", "age": 724},
            {"method": "months", "count": 7},
            {"method": "amount", "payment": 33_333},
        )
    ),
    *(
        (
            "annuity.draw",
            {},
            {**ANNUITY, "condition": condition, "method": method, "count": count},
        )
        for condition, method, count in (("age", "monthly", 120), ("emigration", "lump", 1))
    ),
    (
        "resident_old_age.pension",
        {"resident.base": "176", "resident.extra_per_year": "1.5", "resident.age_70": "10"},
        {"months": 251, "account": 1_390_055, "birth": "1955-01"},
    ),
]


@pytest.mark.parametrize(("subject", "held", "values"), CASES, ids=lambda one: str(one)[:40])
def test_numbers_of_each_step_give_its_result(
    subject: str, held: Mapping[str, str], values: Mapping[str, Any]
) -> None:
    facts = Facts(region="430102", month=Month.of(2026, 5), values=values)
    found = DETERMINATIONS[subject](facts, parameters(held))
    assert found.steps
    assert all(found.lines(language) for language in LANGUAGES)  # each number has its words
    assert [one.in_numbers() for one in found.steps if not adds_up(one)] == []
