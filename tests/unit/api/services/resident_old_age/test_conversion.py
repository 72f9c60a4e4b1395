"""Between the insurances of residents and employees: the account moves whole, months count once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from api.services.awards import grants
from api.services.enrolment import accounts, versions
from api.services.enrolment.record import record
from api.services.insurances import Insurance
from api.services.money import Fen
from api.services.months import Month
from api.services.parameters.book import ParameterBook
from api.services.resident_old_age import errors
from tests.insurance import REGION, InsuranceOffice
from tests.insurance_benefits import decided, paid, proposal, received, refusal
from tests.insurance_old_age import PROVINCE, old_age_office
from tests.insurance_residents import resident, set_county

CONVERT = "resident_old_age.convert"
TO_RESIDENTS, TO_EMPLOYEES = {"direction": "to_residents"}, {"direction": "to_employees"}
BORN = date(1966, 1, 15)
NOW = Month.of(2026, 11)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path) as opened:
        set_county(opened)
        yield opened


def account(office: InsuranceOffice, number: str, insurance: Insurance) -> Fen:
    return office.look(
        lambda s: accounts.balance(
            s,
            number,
            insurance,
            until=NOW,
            region=REGION,
            parameters=ParameterBook(s).view(),
        )
    )


def test_too_few_years_as_an_employee_join_those_of_residents(office: InsuranceOffice) -> None:
    # Ten years as a resident, then five as an employee: 15 years for residents.
    number = resident(office, BORN, range(2011, 2021))
    office.employed(number, Month.of(2021, 1), Month.of(2025, 12))
    moved = account(office, number, Insurance.OLD_AGE)
    had = account(office, number, Insurance.RESIDENT_OLD_AGE)
    assert moved > 60 * 40_000  # with its interest
    decided(office, CONVERT, number, TO_RESIDENTS)
    assert account(office, number, Insurance.OLD_AGE) == 0
    assert account(office, number, Insurance.RESIDENT_OLD_AGE) == had + moved
    assert office.look(lambda s: record(s, number, Insurance.OLD_AGE, until=NOW)).paid_months == 0
    kept = office.look(
        lambda s: versions.history(s, (number, Insurance.OLD_AGE.value, Month.of(2021, 1)))
    )
    assert [row.version for row in kept] == [1]
    found = proposal(office, received(office, "resident_old_age.draw", number, {}))
    assert found.facts is not None
    assert found.facts.values["months"] == 180
    assert found.facts.values["account"] == had + moved
    assert str(found.awards[0].from_month) == "2026-12"
    assert isinstance(refusal(office, CONVERT, number, TO_RESIDENTS), errors.ConversionError)


def test_the_account_of_a_resident_joins_that_of_the_employee_and_no_years(
    office: InsuranceOffice,
) -> None:
    number = resident(office, BORN, range(2008, 2011))
    office.employed(number, Month.of(2011, 6), Month.of(2026, 5))
    before = account(office, number, Insurance.OLD_AGE)
    had = account(office, number, Insurance.RESIDENT_OLD_AGE)
    decided(office, CONVERT, number, TO_EMPLOYEES)
    assert account(office, number, Insurance.RESIDENT_OLD_AGE) == 0
    assert account(office, number, Insurance.OLD_AGE) == before + had
    found = office.look(lambda s: record(s, number, Insurance.OLD_AGE, until=NOW))
    assert found.paid_months == 180
    # It came in November; the pension since June is reckoned with it all the same.
    retiring = received(office, "old_age.retire", number, {"month": "2026-05"})
    facts = proposal(office, retiring).facts
    assert facts is not None
    assert facts.values["account"] == before + had


def test_months_paid_for_in_both_count_once_and_the_resident_s_part_goes_back(
    office: InsuranceOffice,
) -> None:
    # 2020: a resident's year of 300 yuan, and an employee for its last five months.
    number = resident(office, BORN, range(2018, 2021))
    office.employed(number, Month.of(2020, 8), Month.of(2022, 7))
    decided(office, CONVERT, number, TO_RESIDENTS)
    (refund,) = office.look(lambda s: grants.of_person(s, number))
    assert sum(paid(office, refund).values()) == 12_500  # 300 x 5 / 12
    rows = office.look(lambda s: versions.of_person(s, number, "170"))
    # Three years of his own, and of the employment what lies outside of them.
    assert [str(row.month) for row in rows if row.kind == "moved"] == [
        str(month) for month in Month.of(2021, 1).through(Month.of(2022, 7))
    ]
    (reduced,) = [row for row in rows if row.kind == "corrected"]
    assert (reduced.own_part, reduced.account_part) == (17_500, 23_500)


def test_who_may_change_goes_by_age_and_years(office: InsuranceOffice) -> None:
    number = resident(office, BORN, range(2018, 2021))
    office.employed(number, Month.of(2011, 6), Month.of(2026, 4))  # 179 months
    refused = refusal(office, CONVERT, number, TO_EMPLOYEES)
    assert "1 months" in refused.cause[0]
    young = resident(office, date(1970, 1, 15), range(2018, 2021))
    assert isinstance(refusal(office, CONVERT, young, TO_RESIDENTS), errors.ConversionError)


def test_there_and_back_again_no_fen_is_lost(office: InsuranceOffice) -> None:
    office.set("old_age.interest", PROVINCE, "2026-01", "0.02")
    number = resident(office, BORN, range(2008, 2011))
    office.employed(number, Month.of(2011, 6), Month.of(2022, 5))
    total = account(office, number, Insurance.OLD_AGE) + account(
        office, number, Insurance.RESIDENT_OLD_AGE
    )
    decided(office, CONVERT, number, TO_RESIDENTS)
    assert account(office, number, Insurance.RESIDENT_OLD_AGE) == total
    assert isinstance(refusal(office, CONVERT, number, TO_EMPLOYEES), errors.ConversionError)
