"""Retiring at the counter: when, with how many years, where, and on which base."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from api.services.enrolment.models import DeemedPeriod, Enrolment
from api.services.errors import ParameterMissingError, RefusedError
from api.services.insurances import Insurance
from api.services.months import Month
from api.services.old_age import errors
from api.services.old_age.eligibility import Claim, Way, way_of
from api.services.retirement_age.rules import CATEGORIES
from tests.insurance import CLERK, ELSEWHERE_REGION, REGION, InsuranceOffice
from tests.insurance_benefits import proposal, received, refusal
from tests.insurance_old_age import PROVINCE, old_age_office, retired, worker

RETIRE = "old_age.retire"
MAN, BORN = CATEGORIES["male"], Month.of(1966, 1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[InsuranceOffice]:
    with old_age_office(tmp_path) as opened:
        yield opened


def claim(month: str, months: int = 240, **more: object) -> Claim:
    return Claim(
        category=MAN,
        birth=BORN,
        month=Month.parse(month),
        months=months,
        months_of_age=months,
        employed=True,
        **more,  # type: ignore[arg-type]
    )


def test_at_the_age_of_the_law_only_the_years_are_asked_for() -> None:
    assert way_of(claim("2026-05", 180)) is Way.LEGAL
    with pytest.raises(errors.MinimumYearsError) as refused:
        way_of(claim("2026-05", 179))
    assert (refused.value.needed, refused.value.have) == (180, 179)
    assert "1 are missing" in refused.value.cause[0]
    assert "resident_old_age.convert" in refused.value.remedy[0]


def test_early_takes_a_notice_three_months_before() -> None:
    assert way_of(claim("2026-04", notice=date(2026, 1, 31))) is Way.EARLY
    for notice in (None, date(2026, 2, 1)):
        with pytest.raises(errors.NoticeError) as refused:
            way_of(claim("2026-04", notice=notice))
        assert refused.value.needed == Month.of(2026, 1)
    with pytest.raises(errors.TooEarlyError) as too_early:
        way_of(claim("2025-12", notice=date(2025, 1, 1)))
    assert str(too_early.value.earliest) == "2026-01"  # sixty: never below the age of before


def test_late_takes_the_employer_and_ends_after_three_years() -> None:
    assert way_of(claim("2029-05", agreed=True)) is Way.LATE
    with pytest.raises(errors.ConsentError):
        way_of(claim("2026-06"))
    with pytest.raises(errors.TooLateError):
        way_of(claim("2029-06", agreed=True))


def test_the_minimum_is_that_of_the_year_chosen_early_and_of_the_age_later() -> None:
    # Born in 1972-10: 62 years in 2034-10. 17.5 years then; 17 for who goes in 2033.
    born = Month.of(1972, 10)

    def needed(month: str) -> int:
        with pytest.raises(errors.MinimumYearsError) as refused:
            way_of(
                Claim(
                    category=MAN,
                    birth=born,
                    month=Month.parse(month),
                    months=0,
                    months_of_age=0,
                    employed=False,
                )
            )
        return refused.value.needed

    assert [needed(month) for month in ("2033-12", "2034-10", "2036-01")] == [204, 210, 210]


def test_who_lacks_years_at_that_age_pays_on_and_needs_no_consent() -> None:
    late = Claim(
        category=MAN,
        birth=BORN,
        month=Month.of(2031, 5),  # beyond the three years of choice
        months=180,
        months_of_age=120,
        employed=True,
    )
    assert way_of(late) is Way.PROLONGED


def test_a_pension_begins_the_month_after_and_the_enrolment_ends(office: InsuranceOffice) -> None:
    number = worker(office, "2006-06", "2026-05")
    award = retired(office, number)
    assert str(award.from_month) == "2026-06"
    ended = office.look(lambda s: s.scalars(select(Enrolment)).one())
    assert (str(ended.until_month), ended.end_reason) == ("2026-05", "retired")
    assert isinstance(refusal(office, RETIRE, number, {"month": "2026-05"}), RefusedError)


def test_no_award_before_its_date_nor_without_notice(office: InsuranceOffice) -> None:
    number = worker(office, "2006-06", "2026-05")
    for raw, kind in (
        ({"month": "2026-12"}, errors.TooEarlyError),  # it is November
        ({"month": "2025-12"}, errors.TooEarlyError),
        ({"month": "2026-02"}, errors.NoticeError),
        ({"month": "2026-07"}, errors.ConsentError),
    ):
        assert isinstance(refusal(office, RETIRE, number, raw), kind)
    early = proposal(office, received(office, RETIRE, number, _early("2026-02", "2025-11-30")))
    assert str(early.awards[0].from_month) == "2026-03"


def test_deemed_years_count_for_the_minimum_and_with_their_index(office: InsuranceOffice) -> None:
    number = worker(office, "2014-06", "2026-05")  # 144 months
    office.set("old_age.transition_coefficient", PROVINCE, "2026-01", "0.013")
    refused = refusal(office, RETIRE, number, {"month": "2026-05"})
    assert isinstance(refused, errors.MinimumYearsError)
    assert refused.needed - refused.have == 36
    office.change(
        lambda s: s.add(
            DeemedPeriod(
                person=number,
                insurance=Insurance.OLD_AGE,
                from_month=Month.of(1988, 1),
                until_month=Month.of(1990, 12),
                index="1",
                source="招工表",
                at=office.at,
                by=CLERK,
            )
        )
    )
    found = proposal(office, received(office, RETIRE, number, {"month": "2026-05"})).calculation
    assert found is not None
    assert found.results["basic"] == "1200.00"  # 8000 x 15 %
    assert found.results["transition"] == "312.00"  # 8000 x 1 x 3 x 1.3 %


def test_the_province_with_ten_years_grants_the_pension(office: InsuranceOffice) -> None:
    number = office.person(date(1966, 1, 15))
    there, here = (Month.of(2000, 1), Month.of(2016, 12)), (Month.of(2021, 1), Month.of(2026, 5))
    office.employed(number, *there, region=ELSEWHERE_REGION)
    office.change(lambda s: setattr(s.scalars(select(Enrolment)).one(), "until_month", there[1]))
    office.change(lambda s: setattr(s.scalars(select(Enrolment)).one(), "number", 7))
    office.employed(number, *here, region=REGION)
    for year in range(2000, 2017):
        office.set("average_wage", "510000", f"{year}-01", "5000")
    refused = refusal(office, RETIRE, number, {"month": "2026-05"})
    assert isinstance(refused, errors.DrawnElsewhereError)
    assert refused.province == "51"


def test_a_provisional_pension_says_so_and_takes_the_new_base_when_it_comes(
    office: InsuranceOffice,
) -> None:
    office.at = datetime(2027, 2, 1, tzinfo=UTC)
    born = date(1966, 8, 15)  # 60 years and 5 months: 2027-01
    number = worker(office, "2007-02", "2027-01", birth=born)
    matter = received(office, RETIRE, number, {"month": "2027-01"})
    with pytest.raises(ParameterMissingError, match=r"old_age\.base"):
        proposal(office, matter)
    office.set("old_age.provisional", PROVINCE, "2025-01", "1")
    first = proposal(office, matter).calculation
    assert first is not None
    assert first.results["basic"] == "1600.00"
    assert "预发" in first.steps[0].name[1]
    for name, value in (("old_age.base", "8400"), ("average_wage", "5000")):
        office.set(name, PROVINCE, "2027-01", value)
    again = proposal(office, matter).calculation
    assert again is not None
    assert again.results["basic"] == "1680.00"
    assert "预发" not in again.steps[0].name[1]


def test_the_amount_of_a_region_s_own_rule_is_taken_as_it_is(office: InsuranceOffice) -> None:
    number = worker(office, "2006-06", "2026-05")
    found = proposal(
        office, received(office, RETIRE, number, {"month": "2026-05", "transition": "680.30"})
    ).calculation
    assert found is not None
    assert found.results["transition"] == "680.30"


def _early(month: str, notice: str) -> dict[str, str]:
    return {"month": month, "notice": notice}
