"""A pension before the year's interest is announced: by the last rate, where the region says so.

Worked by hand, for 240 months of 400.00, without interest up to 2024, 1.2 % for 2025. Up to 2024
223 months: 89200.00. 2025: 89200 x 12 + 400 x (12 + 11 + … + 1) = 1101600, x 1.2 % / 12 = 1101.60;
95101.60 at its end. Up to May 2026: 95101.60 x 5 + 400 x (5 + 4 + 3 + 2 + 1) = 481508.00 earns
nothing, 481.51 by 1.2 % or 722.26 by 1.8 %. With the five months' 2000.00 the account has 97101.60,
97583.11 or 97823.86; over 136.7 (60 years and 4 months) that is 710.33, 713.85 or 715.61.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.services.enrolment import account_years, accounts
from api.services.errors import ParameterMissingError
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from tests.insurance import ADMINISTRATORS, CLERK, REGION, InsuranceOffice
from tests.insurance_benefits import paid, proposal, received
from tests.insurance_old_age import LEGAL, PROVINCE, old_age_office, retired, run, worker

INTEREST, PROVISIONAL = "old_age.interest", "account_interest.provisional"
DRAWN = [f"2026-{month:02}" for month in range(6, 12)]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path) as opened:
        for year in range(2006, 2025):
            opened.set(INTEREST, PROVINCE, f"{year}-01", "0")
        opened.set(INTEREST, PROVINCE, "2025-01", "0.012")
        yield opened


@pytest.fixture
def person(office: InsuranceOffice) -> str:
    return worker(office, "2006-06", "2026-05")


def provisional(office: InsuranceOffice) -> None:
    office.set(PROVISIONAL, PROVINCE, "2025-01", "1")


def account_part(office: InsuranceOffice, person: str) -> object:
    """What of the pension that is proposed comes from the account."""
    found = proposal(office, received(office, "old_age.retire", person, {"month": LEGAL}))
    assert found.calculation is not None
    return found.calculation.results["account"]


def recalculated(office: InsuranceOffice, parameter: str, since: str) -> int:
    """Two administrators confirm what the parameter changes; how many lines."""
    cause = ("recalculate", "--parameter", parameter, "--region", PROVINCE, "--from", since)
    shown = json.loads(run(office, *cause, "--json").stdout)
    by, second = ADMINISTRATORS
    people = ("--operator", by, "--second", second, "--json")
    done = json.loads(run(office, *cause, "--apply", shown["digest"], *people).stdout)
    return int(done["lines"])


def test_a_year_that_is_not_announced_earns_nothing(office: InsuranceOffice, person: str) -> None:
    assert account_part(office, person) == "710.33"


def test_or_the_last_rate_before_it_where_the_region_says_so(
    office: InsuranceOffice, person: str
) -> None:
    provisional(office)
    assert account_part(office, person) == "713.85"


def test_what_is_announced_later_is_paid_from_the_first_month(
    office: InsuranceOffice, person: str
) -> None:
    provisional(office)
    award = retired(office, person)
    before = paid(office, award)
    office.set(INTEREST, PROVINCE, "2026-01", "0.018")
    assert recalculated(office, INTEREST, "2026-01") == 1
    after = paid(office, award)
    # 715.61 - 713.85, of each month drawn so far.
    assert {month: after[month] - before[month] for month in after} == dict.fromkeys(DRAWN, 176)


def test_a_region_that_says_so_afterwards_can_have_its_pensions_made_again(
    office: InsuranceOffice, person: str
) -> None:
    award = retired(office, person)
    before = paid(office, award)
    provisional(office)
    assert recalculated(office, PROVISIONAL, "2026-01") == 1
    after = paid(office, award)
    # 713.85 - 710.33.
    assert {month: after[month] - before[month] for month in after} == dict.fromkeys(DRAWN, 352)


def test_a_rate_stands_for_three_years_and_no_longer(office: InsuranceOffice) -> None:
    provisional(office)
    person = worker(office, "2025-01", "2025-01")  # 400.00 and 4.80 of interest
    ends = {year: balance(office, person, f"{year}-12", provisional=True) for year in (2028, 2029)}
    # 404.80 x 1.2 % three times: 4.86, 4.92, 4.97.
    assert ends == {2028: 41_955, 2029: 41_955}


def test_closings_and_what_an_account_holds_go_by_announced_rates(
    office: InsuranceOffice, person: str
) -> None:
    provisional(office)
    assert balance(office, person, "2026-05") == 9_710_160
    office.at = datetime(2027, 1, 5, 2, tzinfo=UTC)
    with pytest.raises(ParameterMissingError, match=r"old_age\.interest"):
        office.change(
            lambda s: account_years.close_year(s, 2026, Insurance.OLD_AGE, at=office.at, by=CLERK)
        )


def balance(office: InsuranceOffice, person: str, until: str, *, provisional: bool = False) -> int:
    return office.look(
        lambda s: accounts.balance(
            s,
            person,
            Insurance.OLD_AGE,
            until=Month.parse(until),
            region=REGION,
            parameters=ParameterBook(s).view(),
            provisional=provisional,
        )
    )
