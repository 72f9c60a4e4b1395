"""The published sheets from the facts of a record and a region's parameters, to the fen."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.determination.facts import Facts
from api.services.errors import ParameterMissingError
from api.services.explanation import Calculation
from api.services.months import Month
from api.services.old_age.determination import pension
from tests.insurance_old_age import PROVINCE, parameters

VECTORS = Path(__file__).parents[4] / "vectors" / "insurance_rules.json"
CASES = {
    one["id"]: one for one in json.loads(VECTORS.read_text(encoding="utf-8"))["old_age"]["cases"]
}
WAGE = 1_000_000  # fen: with 10,000 yuan a month, four decimals of an index are whole fen
FIRST = Month.of(1982, 1)
# Of each sheet: months of contributions, age in months at retirement, and the region's parameters.
HEILONGJIANG = {"years_exact": "1"}
SHEETS: Mapping[str, tuple[int, int, Mapping[str, str]]] = {
    "hlj-1970-09-F": (185, 55 * 12, HEILONGJIANG),
    "hlj-1964-02-M": (522, 60 * 12, HEILONGJIANG),
    "sc-1965-11-M": (517, 60 * 12 + 1, {"increase_rate": "0.001"}),
    "sc-1969-03-M-early55": (445, 55 * 12, {"increase_rate": "0.004"}),
    "pds-1974-12-F": (373, 50 * 12, {}),
    "xx-1971-01-F": (452, 55 * 12 + 2, {}),
}


def determined(
    region: Mapping[str, str],
    *,
    months: int,
    index: str = "1",
    account: int = 0,
    age: int = 720,
    **facts: Any,
) -> Calculation:
    """*index* of each month paid; parameters without `old_age.` before them."""
    base = int(Decimal(index) * WAGE)
    values = {
        "paid": [[PROVINCE, str(FIRST.after(number)), base] for number in range(months)],
        "deemed": [],
        "account": account,
        "age": age,
        **facts,
    }
    named = {f"old_age.{name}": value for name, value in region.items()}
    view = parameters({"average_wage": "10000", **named})
    return pension(Facts(region="430102", month=FIRST.after(months), values=values), view)


@pytest.mark.parametrize("name", SHEETS)
def test_official_sheet_from_facts_and_parameters(name: str) -> None:
    months, age, region = SHEETS[name]
    sheet, official = CASES[name]["inputs"], CASES[name]["official"]
    bases = {"base": str(sheet["provincial_base"])}
    if sheet["city_base"]:
        bases["city_base"] = str(sheet["city_base"])
    local = {}
    if "transition" in official:
        local = {"transition": int(Decimal(official["transition"]) * 100)}
    found = determined(
        {**bases, **region},
        months=months,
        index=sheet["avg_index"],
        account=int(Decimal(sheet["account"]) * 100),
        age=age,
        **local,
    )
    for part, printed in official.items():
        assert found.results[part] == f"{Decimal(printed):.2f}", part
    assert found.results["months"] == str(sheet["divisor"])


def test_transition_of_deemed_years_by_the_parameters_of_the_region() -> None:
    # The sheet hlj-1964-02-M: of 43.5 years 19 lie before the accounts, 1 % for each: 1653.69.
    region = {"base": "7010", "transition_coefficient": "0.01", "years_exact": "1"}
    deemed = [[19 * 12, "1.2416"]]
    found = determined(region, months=522 - 228, index="1.2416", deemed=deemed, account=15_047_135)
    assert found.results["transition"] == "1653.69"
    assert found.results["total"] == "6153.93"
    assert found.results["contribution_months"] == 522


def test_months_paid_before_the_accounts_count_for_the_transition_with_their_own_index() -> None:
    # 48 months before 1990-01 with the index 2, none deemed: 6000 x 2 x 4 x 1.3 % = 624.
    first = FIRST.after(48)  # 1986-01
    paid = [
        [PROVINCE, str(first.after(number)), 2 * WAGE if number < 48 else WAGE]
        for number in range(192)
    ]
    region = {
        "base": "6000",
        "transition_coefficient": "0.013",
        "accounts_since": "199001",
        "transition_own_index": "1",
    }
    found = determined(region, months=192, paid=paid)
    assert found.results["transition"] == "624.00"
    # The average of all: (48 x 2 + 144) / 192 = 1.25; 6000 x 2.25 / 2 x 16 %.
    assert found.results["basic"] == "1080.00"


def test_a_region_without_a_coefficient_cannot_grant_for_deemed_years() -> None:
    with pytest.raises(ParameterMissingError, match="transition_coefficient"):
        determined({"base": "7010"}, months=240, deemed=[[12, "1"]])


def test_a_local_increase_is_fixed_and_for_each_year() -> None:
    # 20 + 20 years x 1.5 yuan.
    region = {"base": "8000", "increase_fixed": "20", "increase_per_year": "1.5"}
    found = determined(region, months=240)
    assert found.results["extra"] == "50.00"
    assert found.results["total"] == "1650.00"  # 8000 x 20 % beside it


def test_every_number_of_the_award_is_explained() -> None:
    found = determined(
        {"base": "8000", "transition_coefficient": "0.013", "increase_rate": "0.001"},
        months=180,
        deemed=[[60, "0.9"]],
        account=13_900_00,
    )
    printed = [step.in_numbers() for step in found.steps]
    assert printed[0] == "(180 + 54) ÷ (180 + 60) = 0.975"
    assert printed[1] == "(180 + 60) ÷ 12 = 20"
    assert printed[2] == "(8000.00 + 8000.00 × 0.975) ÷ 2 × 20 × 1% = 1580.00"
    assert "13900.00 ÷ 139 = 100.00" in printed
    assert "8000.00 × 0.975 × 5 × 1.3% = 507.00" in printed
    assert "7800.00 × 20 × 0.1% = 156.00" in printed
    assert printed[-1] == "1580.00 + 100.00 + 507.00 + 156.00 = 2343.00"
    assert all(step.source.since for step in found.steps)
    assert len(found.lines("zh")) == len(found.lines("en"))


@given(
    months=st.integers(180, 300),
    account=st.integers(0, 50_000_000),
    more=st.integers(0, 5_000_000),
    index=st.integers(60, 300),
)
@settings(max_examples=20, deadline=None)
def test_a_pension_grows_with_years_and_account_and_is_the_same_for_the_same_facts(
    months: int, account: int, more: int, index: int
) -> None:
    def total(**facts: Any) -> Decimal:
        found = determined({"base": "7531.17"}, index=str(Decimal(index) / 100), **facts)
        return Decimal(str(found.results["total"]))

    here = total(months=months, account=account)
    base = int(Decimal(index) / 100 * WAGE)
    other = [[PROVINCE, str(FIRST.after(number)), base] for number in reversed(range(months))]
    assert here == total(months=months, account=account, paid=other)
    assert here <= total(months=months + 1, account=account)
    assert here <= total(months=months, account=account + more)
